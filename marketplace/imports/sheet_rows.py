"""The rows of one sheet, as they are written and shown: cells with their formats, what is hidden, what is merged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from marketplace.imports import limits, number_formats
from marketplace.imports.limits import Unreadable
from marketplace.web import tables

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
AHEAD = 500  # elements that are forgotten at once

_merge = re.compile(rb'<(?:\w{1,40}:)?mergeCell\s[^<>]{0,80}?\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_code = re.compile("_x([0-9A-Fa-f]{4})_")  # how a workbook writes what XML cannot hold


@dataclass
class SheetRow:
    """A row of a sheet: its number, its cells, whether it is shown, and whether one text stretches across it."""

    line: int
    cells: list[Any]
    is_hidden: bool = False
    is_banner: bool = False


@dataclass(frozen=True)
class SpoiltCell:
    """Stands for a cell that says nothing that can be taken: ``code`` of ``problems.py``, and what the cell shows."""

    code: str
    value: str = ""


class Sheet:
    """Iterates over the rows that are written in a sheet, never over those between them."""

    def __init__(self, book: Any, part: str) -> None:
        from openpyxl.worksheet._reader import WorkSheetParser

        self.book, self.part = book.wb, part
        self.archive = book.archive
        self.parser = WorkSheetParser(
            None, book.shared_strings, data_only=True, epoch=book.wb.epoch, date_formats=book.wb._date_formats,
            timedelta_formats=book.wb._timedelta_formats,
        )  # fmt: skip
        self.merges = sorted(self._merges())
        self.stretched: dict[int, tuple[int, int, Any]] = {}  # by column: last row, first column, what it shows

    def __iter__(self) -> Iterator[SheetRow]:
        line = begun = 0
        attributes: dict[str, str] = {}
        cells: list[Any] = []
        for event, element in self._elements():
            if event == "start":
                attributes, cells = dict(element.attrib), []
                line = _row_number(attributes.get("r"), line + 1)
                if line <= begun:
                    raise Unreadable("broken")
                begun = line
                self.parser.row_counter, self.parser.col_counter = line, 0
            elif element.tag.endswith("}c"):
                self._take(cells, element)
            else:
                hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
                yield self._whole(SheetRow(line, cells, hidden))

    def _elements(self) -> Iterator[tuple[str, Any]]:
        """Beginnings of rows, and ends of cells and rows; what was seen is forgotten."""
        from openpyxl.xml.functions import iterparse

        within: list[Any] = []
        seen = beside = in_cell = of_cell = 0
        with self.archive.open(self.part) as opened:
            for event, element in iterparse(opened, events=("start", "end")):
                name = element.tag.rpartition("}")[2]
                if event == "start":
                    within.append(element)
                    in_cell += name == "c" or in_cell > 0
                    of_cell = of_cell + 1 if in_cell else 0
                    seen, beside = seen + 1, beside + (not in_cell and name != "row")
                    most = seen > limits.MOST_SHEET_TAGS or beside > limits.MOST_TAGS
                    if most or of_cell > limits.MOST_CELL_TAGS:
                        raise Unreadable("bomb")
                    if name == "row":
                        yield event, element
                    continue
                within.pop()
                in_cell -= in_cell > 0
                if in_cell:
                    continue
                of_cell = 0
                if name in ("row", "c"):
                    yield event, element
                if within and len(within[-1]) > AHEAD:
                    del within[-1][:]

    def _take(self, cells: list[Any], element: Any) -> None:
        """Put a cell in its place."""
        found = self.parser.parse_cell(element)
        place = found["column"] - 1
        if not 0 <= place < LAST_COLUMN:
            raise Unreadable("broken")
        if place > limits.MOST_COLUMNS:
            return
        while len(cells) <= place:
            cells.append(None)
        if found["value"] is None and element.find(f"{element.tag[:-1]}f") is not None:
            cells[place] = SpoiltCell("not_computed")
        else:
            cells[place] = self._shown(found)

    def _shown(self, cell: dict[str, Any]) -> Any:
        """What a cell shows, as JSON can hold it."""
        value, kind = cell["value"], cell["data_type"]
        if kind == "e":
            return SpoiltCell("error_cell", str(value)[:40])
        if isinstance(value, str):
            return tables.unguard_cell(_code.sub(lambda code: chr(int(code[1], 16)), value))
        format = self._format(cell["style_id"])
        try:
            if isinstance(value, (date, time, timedelta)):
                return number_formats.show_moment(value, format)
            if number_formats.is_number(value):
                return _whole(number_formats.show_number(value, format))
        except number_formats.OtherwiseShown:
            return SpoiltCell("otherwise_shown", str(value)[:40])
        return value if isinstance(value, bool) or value is None else str(value)

    def _format(self, style: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        styles = self.book._cell_styles
        number = styles[style].numFmtId if 0 <= style < len(styles) else 0
        if number in BUILTIN_FORMATS:
            return BUILTIN_FORMATS[number] or "General"
        further = self.book._number_formats
        return further[number - 164] if 0 <= number - 164 < len(further) else "General"

    def _merges(self) -> Iterator[tuple[int, int, int, int]]:
        """First row and column, last row and column of what is merged, which the sheet tells after its rows."""
        from openpyxl.utils.cell import range_boundaries

        rest, found = b"", 0
        with self.archive.open(self.part) as opened:
            while block := opened.read(1_000_000):
                text = rest + block
                for match in _merge.finditer(text):
                    found += 1
                    if found > limits.MOST_MERGED:
                        raise Unreadable("bomb")
                    left, top, right, bottom = range_boundaries(match[1].decode())
                    if left <= limits.MOST_COLUMNS:
                        yield top, left, bottom, min(right, limits.MOST_COLUMNS)
                rest = text[text.rfind(b"<") :][:200]

    def _whole(self, row: SheetRow) -> SheetRow:
        """The row with what stretches into it from above; what stretches across columns belongs to none of them."""
        cells = row.cells
        while self.merges and self.merges[0][0] <= row.line:
            top, left, bottom, right = self.merges.pop(0)
            shown = cells[left - 1] if top == row.line and left <= len(cells) else None
            for column in range(left, right + 1):
                self.stretched[column] = (bottom, left, shown)
        across = set()
        for column, (last, first, shown) in list(self.stretched.items()):
            if last < row.line:
                del self.stretched[column]
            elif first != column:
                across.add(first)
            else:
                cells.extend([None] * (column - len(cells)))
                cells[column - 1] = shown
        for first in across:
            row.is_banner = sum(cell is not None for cell in cells) == 1
            if cells[first - 1] is not None:
                cells[first - 1] = SpoiltCell("merged_cells", str(cells[first - 1])[:40])
        while cells and cells[-1] is None:
            cells.pop()
        return row


def _row_number(said: str | None, otherwise: int) -> int:
    if said is None:
        return otherwise
    if not (said.isascii() and said.isdigit() and len(said) < 9 and int(said) <= LAST_ROW):
        raise Unreadable("broken")
    return int(said)


def _whole(value: Any) -> Any:
    """Whole numbers without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
