"""Tables to take along, as CSV and as workbooks: no cell of theirs computes anything, whatever opens them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, request

from marketplace.kernel.locales import nfc

MARK = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767  # characters that a cell of a workbook holds
FORMATS = ("csv", "xlsx")

# Where a formula would begin, also for a program that cuts at another separator than the one written.
_SIGN = r"""(?=["']*(?:[=+\-@\t\r＝＋－＠]|\Z))"""
_starts = re.compile(rf"(\A(?!\Z)|[;,|\t\r\n]){_SIGN}")
_guarded = re.compile(rf"(\A|[;,|\t\r\n])'{_SIGN}")
_code = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def guard_cell(text: str) -> str:
    """A text with an apostrophe before whatever a spreadsheet would compute."""
    return _starts.sub(r"\1'", text)


def unguard_cell(text: str) -> str:
    """A text as it was before it was guarded."""
    return _guarded.sub(r"\1", text) if "'" in text else text


def moment(value: date | datetime | None, zone: str) -> str:
    """A day, or an instant to the second in a zone with its distance to UTC; empty where there is none."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return value.isoformat() if value is not None else ""


def to_csv(lines: Iterable[Sequence[Any]], locale: str = "en") -> str:
    """The lines, head first, as spreadsheets of a language read them: in French semicolons and decimal commas."""
    is_french = locale == "fr"
    out = io.StringIO(newline="")
    out.write(MARK)
    writer = csv.writer(out, delimiter=";" if is_french else ",", lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    for line in lines:
        writer.writerow([_Figures(cell, is_french) if _is_number(cell) else guard_cell(_text(cell)) for cell in line])
    return out.getvalue()


class _Figures(float):
    """A number that is written as it was, without quotation marks."""

    def __new__(cls, number: Any, with_comma: bool) -> _Figures:
        made = super().__new__(cls, number)
        made.written = str(number).replace(".", ",") if with_comma else str(number)
        return made

    written: str

    def __str__(self) -> str:
        return self.written

    __repr__ = __str__


def to_xlsx(lines: Iterable[Sequence[Any]]) -> bytes:
    """The lines, head first, as a workbook whose texts are texts."""
    from openpyxl import Workbook  # here, since it takes a tenth of a second that few need
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        cells = []
        for value in line:
            number = _is_number(value)
            cell = WriteOnlyCell(sheet, value if number else _code.sub("_x005F_", nfc(_text(value)))[:LONGEST])
            cell.data_type = "n" if number else "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def download(name: str, lines: Iterable[Sequence[Any]], locale: str, format: str = "csv") -> Response:
    """A table, head first, as a file to keep. Nobody else's cache keeps it too."""
    if format == "xlsx":
        answer = Response(to_xlsx(lines), mimetype=XLSX)
    else:
        answer = Response(to_csv(lines, locale), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def asked_format() -> str | None:
    """The format in which this request asks for a table to keep, if it does."""
    said = request.args.get("export")
    return said if said in FORMATS else None


def full_address(path: str) -> str:
    """An address with the site's own name, whatever name the request gave it."""
    return f"{current_app.config['SITE_URL']}{path}"


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).replace("\r\n", "\n")
