"""Files to take along: what a file should look like, and the rows that were refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import count

from flask import Response
from flask_babel import gettext as _

from marketplace.imports import fields, queries
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.presenting import column_of
from marketplace.imports.problems import in_words
from marketplace.imports.views import blueprint, find_import
from marketplace.kernel import policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Missing
from marketplace.web.actor import current_actor

MARK = "\ufeff"
BATCH = 500
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@blueprint.get("/imports/templates/<name>")
def template(name: str) -> Response:
    """A file with the columns of a kind of import and one row to write over: ``candidates.csv``, say."""
    kind, _dot, format = name.partition(".")
    if kind not in fields.FIELDS or format not in ("csv", "xlsx"):
        raise Missing
    policy.require(current_actor(), "import.create")
    known = fields.FIELDS[kind]
    rows = [[field.name for field in known], [field.example for field in known]]
    if format == "csv":
        return _answer((MARK + _line(row) if n == 0 else _line(row) for n, row in enumerate(rows)), f"{kind}.csv")
    from openpyxl import Workbook  # here, since it takes a tenth of a second that few need

    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind[:31])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    answer = Response(out.getvalue(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer


@blueprint.get("/imports/<int:id>/refusals.csv")
def refusals(id: int) -> Response:
    """The refused rows as they came, each with its line and the reasons, to mend and send again."""
    return _answer(_refused(find_import(id)), f"refused-{id}.csv")


def _refused(job: Import) -> Iterator[str]:
    """The lines of the file."""
    yield MARK + _line([_("Line"), _("Reason"), *job.headers])
    last = 0
    for _round in count():
        query = queries.refused_rows(job).where(ImportRow.number > last).limit(BATCH)
        rows = db.session.scalars(query).all()
        for row in rows:
            reasons = [": ".join(part for part in (column_of(r, job), in_words(r)) if part) for r in row.reasons]
            yield _line([row.line, " ".join(reasons), *map(_told, row.cells or [])])
            last = row.number
            db.session.expunge(row)
        if len(rows) < BATCH:
            return


def _told(cell: object) -> object:
    """A cell as CSV can hold it; lists as they are read back."""
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return "" if isinstance(cell, dict) else cell


def safe(cell: object) -> str:
    """The cell as text; what a spreadsheet would compute begins with an apostrophe instead."""
    text = "" if cell is None else str(cell)
    is_number = isinstance(cell, (int, float))
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) and not is_number else text


def _line(cells: list[object] | list[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue()


def _answer(lines: Iterator[str], name: str) -> Response:
    """A file to keep. It is whole before the request commits, which ends what its lines are read from."""
    answer = Response("".join(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
