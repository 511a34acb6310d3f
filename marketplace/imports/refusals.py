"""Refused rows: on the page of an import, and as a table to take along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from flask_babel import gettext as _

from marketplace.imports import queries
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.problems import in_words
from marketplace.kernel.db import db

BATCH = 500  # rows
LONGEST = 90  # characters of a value


@dataclass(frozen=True)
class Refusal:
    """A refused row: its line, what it is called, and each reason with the column it stands in."""

    line: int
    name: str
    reasons: list[tuple[str, str]]


def refusal_of(row: ImportRow, job: Import) -> Refusal:
    """A refused row in the words of this reply."""
    said = job.mapping.get("title", job.mapping.get("description", {})).get("column")
    cells = row.cells or []
    name = cells[said] if said is not None and said < len(cells) else next((c for c in cells if c), "")
    return Refusal(row.line, shorten(name), [(column_of(reason, job), in_words(reason)) for reason in row.reasons])


def column_of(reason: dict[str, Any], job: Import) -> str:
    """The header of the column a reason is about, else the field's own name."""
    name = reason.get("field", "")
    column = reason.get("column", job.mapping.get(name, {}).get("column"))
    if column is not None and column < len(job.headers):
        return str(job.headers[column])
    field = job.becomes.by_name().get(name)
    return str(field.label) if field else ""


def shorten(value: Any) -> str:
    """The beginning of a value, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def table_of(job: Import) -> Iterator[list[Any]]:
    """The refused rows as they came, each with its line and the reasons, to mend and send again."""
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
