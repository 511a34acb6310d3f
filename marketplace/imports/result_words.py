"""What came of an import, in one line: in its starter's notifications and mail."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from marketplace.imports.models import Import
from marketplace.imports.problems import in_words
from marketplace.kernel.events import Event
from marketplace.web.filters import number


def result_in_words(rows: Mapping[str, int] | None) -> str:
    """The figures of an import's end; empty where none were taken. ``rows``: number by outcome, and ``left``."""
    if rows is None:
        return ""
    said: str = _(
        "added: %(added)s, changed: %(changed)s, unchanged: %(unchanged)s, refused: %(refused)s",
        **{name: number(rows.get(name, 0)) for name in ("added", "changed", "unchanged", "refused")},
    )
    left = rows.get("left", 0)
    if left:
        said = _("%(figures)s, not imported: %(left)s", figures=said, left=number(left))
    return said


def end_in_words(event: Event, job: Import) -> str:
    """The figures of an end, or why the file could not be read."""
    if event.step == "import.give_up" and job.problem:
        return str(in_words(job.problem))
    return result_in_words(event.data.get("rows"))
