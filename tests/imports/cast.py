"""A file that was read, with a row that is no public thing yet."""

from __future__ import annotations

from typing import Any

from marketplace.imports.models import Import, ImportRow
from tests.factories import Case, add, days_from_now
from tests.roles import STAFF

BROUGHT = "Dugong row of a file"  # in a file that is not imported yet

SECRETS = {BROUGHT: STAFF | {"foreign_manager"}}
WORDS = {"templates": "candidates.csv"}
READERS = {
    "centre_staff": "new template",
    "centre_staff networks": "index",
    "staff": "columns",
    "staff network_staff": "refusals show",
}
DOERS = {
    "centre_staff": "create",
    "staff": "discard match start stop undo",
}


def _late(case: Case) -> dict[str, Any]:
    job = add(
        Import(
            centre_id=case.programme.managing_centre.id, started_by_id=case.people["manager"].user_id,
            kind="reference_challenges", file_name="file.csv", size=9, format="csv", state="mapping", headers=["title"],
            headers_mark="a", row_count=1, kept_until=days_from_now(30),
        )
    )  # fmt: skip
    add(ImportRow(import_id=job.id, number=1, line=2, cells=[f"{BROUGHT} {case.mark}"], reasons=[]))
    return {"imports": job}


ESTATE = {"late": _late}
