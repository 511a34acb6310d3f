"""Files to take along: what a file should look like, and the rows that were refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from flask import Response
from flask_babel import gettext as _

from marketplace.imports import queries
from marketplace.imports.kinds import offered
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.page_facts import column_of
from marketplace.imports.problems import in_words
from marketplace.imports.views import blueprint, find_import
from marketplace.kernel import policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Missing
from marketplace.web import tables
from marketplace.web.actor import current_actor
from marketplace.web.language import current_locale

BATCH = 500


@blueprint.get("/imports/templates/<name>")
def template(name: str) -> Response:
    """A file with the columns of a kind of import and one row to write over: ``candidates.csv``, say."""
    kind, _dot, format = name.partition(".")
    fields = next((one.fields for one in offered() if one.name == kind), None)
    if fields is None or format not in tables.FORMATS:
        raise Missing
    policy.require(current_actor(), "import.create")
    rows = [[field.name for field in fields], [field.example for field in fields]]
    return tables.download(kind, rows, current_locale(), format)


@blueprint.get("/imports/<int:id>/refusals.csv")
def refusals(id: int) -> Response:
    """The refused rows as they came, each with its line and the reasons, to mend and send again.

    The table is whole before the request commits, which ends what its lines are read from.
    """
    return tables.download(f"refused-{id}", _refused(find_import(id)), current_locale())


def _refused(job: Import) -> Iterator[list[Any]]:
    """The lines of the file."""
    yield [_("Line"), _("Reason"), *job.headers]
    last = 0
    for _round in count():
        query = queries.refused_rows(job).where(ImportRow.number > last).limit(BATCH)
        rows = db.session.scalars(query).all()
        for row in rows:
            reasons = [": ".join(part for part in (column_of(r, job), in_words(r)) if part) for r in row.reasons]
            cells = [*map(_told, row.cells or [])]
            missing = len(job.headers) - len(cells)  # a row is read back only where it has a cell for each column
            yield [row.line, " ".join(reasons), *cells, *[""] * missing]
            last = row.number
            db.session.expunge(row)
        if len(rows) < BATCH:
            return


def _told(cell: object) -> object:
    """A cell as a table can hold it; lists as they are read back."""
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return "" if isinstance(cell, dict) else cell
