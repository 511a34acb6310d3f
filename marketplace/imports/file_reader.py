"""A file as numbered rows of cells, streamed; what spoils one row is named there and spoils no other."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from rq.timeouts import BaseTimeoutException

from marketplace.imports import encodings, limits, sheets
from marketplace.imports.limits import Unreadable
from marketplace.imports.sheet_rows import SpoiltCell
from marketplace.kernel.locales import nfc
from marketplace.web import tables

_bad = re.compile("[\ud800-\udfff\ufffd]")
_separator = re.compile(r'"?sep=([^"\w\r\n])"?(?:\r\n?|\n|$)', re.I)  # which spreadsheets write, and read
_unseen = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
MARK = "\ufeff"
ERRORS = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
    "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#GETTING_DATA", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#ERROR!",
})  # fmt: skip
SHOWN = 200  # characters of a cell that swallowed what follows it
NESTED = {"nested": True}  # stands for a value that is no text, number or list of these


class _Twice(Exception):
    """An object names something twice."""


@dataclass
class Raw:
    """A row: where it begins in the file (line, from 1), its cells in the order of the headers, what spoils it."""

    line: int
    cells: list[Any]
    problem: dict[str, Any] | None = None


@dataclass
class Reader:
    """Iterates over the rows of a file. ``headers`` is complete after the first row, of JSON Lines after the last.

    ``hidden`` counts rows of a workbook that it does not show, which are left out; ``most`` is another limit of rows.
    Raises Unreadable where the file as a whole is no good.
    """

    file: BinaryIO
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    headers: list[str] = field(default_factory=list)
    most: int | None = None
    hidden: int = 0
    _wrapper: io.TextIOWrapper | None = None
    _written: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Raw]:
        found = blank = 0
        most = self.most or (limits.MOST_SHEET_ROWS if self.format == "xlsx" else limits.MOST_ROWS)
        try:
            for raw in {"csv": self._csv, "xlsx": self._sheet, "jsonl": self._json}[self.format]():
                if raw is None:
                    blank += 1
                    if blank > limits.MOST_BLANK:
                        raise Unreadable("too_many_blank", most=limits.MOST_BLANK)
                    continue
                found += 1
                if found > most:
                    raise Unreadable("too_many_rows", most=most)
                yield raw
        except Unreadable:
            raise
        except BaseTimeoutException as late:
            raise Unreadable("too_slow") from late
        except Exception as failure:  # parsers of broken files raise whatever they like
            raise Unreadable("broken") from failure
        finally:
            if self._wrapper is not None:
                self._wrapper.detach()  # the file is its owner's to close
                self._wrapper = None
        if not self.headers:
            raise Unreadable("empty")
        if not found:
            raise Unreadable("only_headers")

    def _text(self) -> io.TextIOWrapper:
        self.encoding = self.encoding or encodings.detect_encoding(self.file)
        self.file.seek(0)
        marked = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        self._wrapper = io.TextIOWrapper(self.file, marked, encodings.errors_of(marked), newline="")
        return self._wrapper

    def _lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        """The lines of a file of CSV; a first one that only names the separator is left empty."""
        for number, line in enumerate(text):
            line = line.replace("\0", "")
            if number == 0:
                line = line.lstrip(MARK)  # a second mark of the encoding, which programs add to a first
                if (named := _separator.fullmatch(line)) is not None:
                    self.delimiter, line = named[1], "\n"
            self._written.append(line)
            yield line

    def _csv(self) -> Iterator[Raw | None]:
        text = self._text()
        sample = text.read(64_000).lstrip(MARK)
        text.seek(0)
        if (named := _separator.match(sample)) is not None:
            self.delimiter = named[1]
        self.delimiter = self.delimiter or encodings.delimiter_of(sample)
        reader = csv.reader(self._lines(text), delimiter=self.delimiter, strict=True)
        while True:
            before = reader.line_num
            self._written.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                if not self.headers:
                    raise Unreadable("broken") from None
                yield self._untold(before + 1, reader.line_num)
                continue
            if not any(cell.strip() for cell in cells):
                yield None
            elif not self.headers:
                self._name([tables.unguard_cell(cell) for cell in cells])
            elif self._is_untold():
                yield self._untold(before + 1, reader.line_num)
            else:
                yield self._csv_row(before + 1, [tables.unguard_cell(cell) for cell in cells])

    def _is_untold(self) -> bool:
        """Whether the last row may be several, which stray quotation marks hold together.

        Each of its lines alone then has as many cells as there are columns, without the blanks that follow commas in
        prose.
        """
        columns = len(self.headers)
        return len(self._written) > 1 < columns and all(
            len(cells := line.rstrip("\r\n").split(self.delimiter)) == columns
            and not any(cell.startswith(" ") for cell in cells)
            for line in self._written
        )

    def _untold(self, line: int, last: int) -> Raw:
        begun = self._written[0].rstrip("\r\n").split(self.delimiter)[: limits.MOST_COLUMNS] if self._written else []
        problem = {"code": "not_csv"} if last <= line else {"code": "not_csv_until", "last": last}
        return Raw(line, [_bad.sub("\ufffd", cell[:SHOWN]) for cell in begun], problem)

    def _csv_row(self, line: int, cells: list[str]) -> Raw:
        for number, cell in enumerate(cells):
            if found := _bad.search(cell):
                at = line + sum(c.count("\n") for c in cells[:number]) + cell[: found.start()].count("\n")
                clean = [_bad.sub("\ufffd", value) for value in cells[: limits.MOST_COLUMNS]]
                return Raw(line, clean, {"code": "stray_byte", "line": at, "column": number, "value": _byte(found[0])})
        while len(cells) > len(self.headers) and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != len(self.headers):
            code = "too_many_cells" if len(cells) > len(self.headers) else "too_few_cells"
            named = {"found": len(cells), "expected": len(self.headers)}
            return Raw(line, cells[: limits.MOST_COLUMNS], {"code": code, **named})
        return self._fitting(line, list(cells))

    def _sheet(self) -> Iterator[Raw | None]:
        for row in sheets.rows(self.file):
            cells = row.cells
            is_empty = all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)
            if row.is_hidden and not is_empty:
                self.hidden += 1
            if is_empty or row.is_hidden or (row.is_banner and not self.headers):
                yield None
            elif not self.headers:
                self._name(["" if cell is None else _header(cell) for cell in cells])
            else:
                yield self._sheet_row(row.line, cells[: len(self.headers)])

    def _sheet_row(self, line: int, cells: list[Any]) -> Raw:
        for number, cell in enumerate(cells):
            if isinstance(cell, SpoiltCell):
                shown = [each.value if isinstance(each, SpoiltCell) else each for each in cells]
                return Raw(line, shown, {"code": cell.code, "column": number, "value": cell.value})
        return self._fitting(line, cells)

    def _json(self) -> Iterator[Raw | None]:
        text, line = self._text(), 0
        places: dict[str, int] = {}
        while written := text.readline(limits.LONGEST_LINE + 1):
            line += 1
            if len(written) > limits.LONGEST_LINE:
                while written and not written.endswith(("\n", "\r")):
                    written = text.readline(limits.LONGEST_LINE)
                yield Raw(line, [], {"code": "long_line", "most": limits.LONGEST_LINE})
            elif written.strip():
                if not places and written.lstrip().startswith("["):
                    raise Unreadable("json_list")
                yield self._json_row(line, written, places)
            else:
                yield None

    def _json_row(self, line: int, written: str, places: dict[str, int]) -> Raw:
        if found := _bad.search(written):
            return Raw(line, [], {"code": "stray_byte", "line": line, "value": _byte(found[0])})
        try:
            values = json.loads(written, parse_constant=_no_number, object_pairs_hook=_once)
        except _Twice as twice:
            return Raw(line, [], {"code": "named_twice", "value": twice.args[0][:60]})
        except (ValueError, RecursionError):
            return Raw(line, [], {"code": "not_json"})
        if not isinstance(values, dict):
            return Raw(line, [], {"code": "not_an_object"})
        for name in values:
            if name not in places:
                places[name] = len(self.headers)
                self._name([*self.headers, name])
        cells: list[Any] = [None] * len(self.headers)
        for name, value in values.items():
            cells[places[name]] = _flat(value)
        return self._fitting(line, cells)

    def _name(self, headers: list[str]) -> None:
        """Keep the names of the columns: cleaned, none empty, none twice."""
        while self.format != "jsonl" and headers and not headers[-1].strip():
            headers = headers[:-1]
        if len(headers) > limits.MOST_COLUMNS:
            raise Unreadable("too_many_columns", most=limits.MOST_COLUMNS)
        if wrong := next((header.strip() for header in headers if is_error(header)), None):
            raise Unreadable("error_header", value=wrong)
        named: list[str] = []
        for number, header in enumerate(headers, 1):
            name = first = " ".join(nfc(_unseen.sub("", _bad.sub("", header[:2000]))).split())[:200] or f"#{number}"
            again = 1
            while name in named:
                again += 1
                name = f"{first} ({again})"
            named.append(name)
        self.headers = named

    def _fitting(self, line: int, cells: list[Any]) -> Raw:
        for number, cell in enumerate(cells):
            if isinstance(cell, str):
                if is_error(cell):
                    return Raw(line, cells, {"code": "error_cell", "column": number, "value": cell.strip()})
                if len(cell) > limits.LONGEST_CELL:
                    problem = {"code": "long_cell", "column": number, "most": limits.LONGEST_CELL}
                    return Raw(line, [], problem)
                if _bad.search(cell) and self.format != "csv":
                    problem = {"code": "stray_byte", "line": line, "column": number, "value": "U+FFFD"}
                    return Raw(line, [None if c is cell else c for c in cells], problem)
                cells[number] = cell.replace("\0", "")
        return Raw(line, cells)


def is_error(cell: str) -> bool:
    """Whether a spreadsheet could not compute what stands in a cell."""
    return cell.strip().upper() in ERRORS if len(cell) < 40 else False


def _header(cell: Any) -> str:
    return cell.value if isinstance(cell, SpoiltCell) else str(cell)


def _byte(found: str) -> str:
    code = ord(found)
    return f"0x{code - 0xDC00:02X}" if 0xDC80 <= code <= 0xDCFF else f"U+{code:04X}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: JSON would keep the last of two."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _Twice(next(name for n, (name, _) in enumerate(pairs) if name in dict(pairs[:n])))
    return values


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _flat(value: Any) -> Any:
    """A value of JSON that a cell can hold: nothing nested, no number without end."""
    if isinstance(value, list):
        kept = [_flat(item) for item in value[:1000]]
        return NESTED if any(isinstance(item, (list, dict)) for item in kept) else kept
    if isinstance(value, dict):
        return NESTED
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**15:
        return str(value) if abs(value) < 10**300 else NESTED
    if isinstance(value, str):
        return _bad.sub("\ufffd", value).replace("\0", "")
    return value
