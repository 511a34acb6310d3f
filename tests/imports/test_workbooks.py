"""Workbooks are read as they are shown, or the row is refused; and their reading is bounded by what is read."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from marketplace.imports import limits
from marketplace.imports.file_reader import Reader
from marketplace.imports.limits import Unreadable
from tests.imports.desk import book

SHEET = "xl/worksheets/sheet1.xml"
BEGIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
HEAD = b'<row r="1"><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>'
END = b"</sheetData></worksheet>"


def sheet(*lines: bytes, end: bytes = END) -> bytes:
    """A workbook whose sheet is written like this."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["a"]))) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, BEGIN + HEAD + b"".join(lines) + end if name == SHEET else old.read(name))
    return out.getvalue()


def read(data: bytes) -> tuple[Reader, list[Any]]:
    reader = Reader(io.BytesIO(data), "xlsx")
    return reader, list(reader)


def formatted(value: Any, format: str) -> tuple[Any, str | None]:
    """What a cell of a number format is read as, and the code of what spoils it."""
    made = Workbook()
    made.active.append(["a", "b"])  # type: ignore[union-attr]
    made.active.append(["x", value])  # type: ignore[union-attr]
    made.active["B2"].number_format = format  # type: ignore[index]
    out = io.BytesIO()
    made.save(out)
    row = read(out.getvalue())[1][0]
    return (row.cells[1] if len(row.cells) > 1 else None), row.problem and row.problem["code"]


@pytest.mark.parametrize(
    ("value", "format", "shown"),
    [
        (1, "0%", "100%"),
        (0.125, "0.0%", "12.5%"),
        (7, "0000", "0007"),
        (1234567890, "000-00-00000", "123-45-67890"),
        (7, '"ID-"0000', "ID-0007"),
        (33.3333, "0.00", 33.33),
        (1234.5, "#,##0", 1235),
        (1500, r"#\ ##0", 1500),
        (1000, '#,##0" €"', "1000 €"),
        (1000, '_-[$₩-412]* #,##0_-;-[$₩-412]* #,##0_-', "1000 ₩"),
        (0, "0;-0;;@", None),
        (46362.375, "yyyy-mm-dd", "2026-12-06"),
        (46362.375, "yyyy-mm-dd hh:mm", "2026-12-06 09:00"),
        (datetime(2026, 3, 31), 'yyyy"년" m"월" d"일"', "2026-03-31"),  # noqa: DTZ001 - as openpyxl writes it
        (12.5, "General", 12.5),
    ],
)  # fmt: skip
def test_number_is_read_as_it_is_shown(value: Any, format: str, shown: Any) -> None:
    assert formatted(value, format) == (shown, None)


@pytest.mark.parametrize(
    ("value", "format"),
    [(1_200_000, '0.0,,"M"'), (5, '0" years"'), (3, '0"만원"'), (0.5, "# ?/?"), (123456, "0.00E+00"),
     (46362, "mmm yyyy"), (46362, "yyyy"), (5, "[>100]0;0.0"), (1e300, "0.00"), (1.5, "0." + "0" * 60), (1e30, "0%")],
)  # fmt: skip
def test_number_that_shows_something_else_spoils_its_row(value: Any, format: str) -> None:
    assert formatted(value, format)[1] == "otherwise_shown"


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_number_without_an_end_spoils_its_row_alone(number: str) -> None:
    rows = read(sheet(f"<row><c><v>{number}</v></c></row><row><c><v>2</v></c></row>".encode()))[1]
    assert [row.problem and row.problem["code"] for row in rows] == ["otherwise_shown", None]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#NAME?"])
def test_error_spoils_its_row_and_is_named(error: str) -> None:
    data = sheet(f'<row><c><v>1</v></c><c t="e"><v>{error}</v></c></row><row><c><v>2</v></c></row>'.encode())
    rows = read(data)[1]
    assert rows[0].problem == {"code": "error_cell", "column": 1, "value": error}
    assert (rows[1].cells, rows[1].problem) == ([2], None)
    assert next(iter(Reader(io.BytesIO(f"a,b\n1,{error}\n".encode()), "csv"))).problem == rows[0].problem


def test_error_among_the_headers_refuses_the_file() -> None:
    with pytest.raises(Unreadable) as refusal:
        read(book(["id", "#REF!"], ["1", "2"]))
    assert refusal.value.problem == {"code": "error_header", "value": "#REF!"}


def test_what_the_sheet_hides_is_left_out_and_counted() -> None:
    cell = b"<c><v>1</v></c>"
    reader, rows = read(sheet(
        b"<row>" + cell + b"</row>", b'<row hidden="1">' + cell + b"</row>", b'<row ht="0" customHeight="1">' + cell,
        b'</row><row hidden="1"/>',
    ))  # fmt: skip
    assert ([row.line for row in rows], reader.hidden) == ([2], 2)


def test_codes_of_characters_are_decoded_in_headers_too() -> None:
    reader, rows = read(book(["ti_x000D_\ntle", "b"], ["one_x000D_\ntwo", "_x005F_x000D_"]))
    assert reader.headers == ["ti tle", "b"]
    assert rows[0].cells == ["one\r\ntwo", "_x000D_"]


def merged(ranges: list[str], *rows: list[Any]) -> bytes:
    made = load_workbook(io.BytesIO(book(*rows)))
    for each in ranges:
        made.worksheets[0].merge_cells(each)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_cell_that_stretches_down_holds_for_each_of_its_rows() -> None:
    rows = read(merged(["B2:B3"], ["a", "b"], ["1", "CC0"], ["2", None], ["3", None]))[1]
    assert [row.cells for row in rows] == [["1", "CC0"], ["2", "CC0"], ["3"]]


def test_cell_that_stretches_across_columns_spoils_its_row_and_a_title_above_the_head_is_no_head() -> None:
    data = merged(["A1:C1", "B3:C3"], ["Challenges", None, None], ["a", "b", "c"], ["1", "x", None], ["2", "y", "z"])
    reader, rows = read(data)
    assert reader.headers == ["a", "b", "c"]
    assert [row.problem and row.problem["code"] for row in rows] == ["merged_cells", None]


@pytest.mark.parametrize(
    "data",
    [
        sheet(b'<row r="2000000000"><c><v>1</v></c></row>'),
        sheet(b'<row r="2"><c r="ZZZ2"><v>1</v></c></row>'),
        sheet(b'<row r="5"/><row r="5"/>'),
        sheet(b"<row/>" * (limits.MOST_BLANK + 1)),
        sheet(b"<row>" + b"<c/>" * 20_000 + b"</row>"),
        sheet(b"<row><c>" + b"<v/>" * 50_000 + b"</c></row>"),
        sheet(b"<x/>" * (limits.MOST_TAGS + 1)),
        sheet(end=b"</sheetData>" + b'<mergeCell ref="A1:B2"/>' * 20_001 + b"</worksheet>"),
    ],
    ids=["far", "wide", "again", "blank", "cells", "within", "beside", "merged"],
)  # fmt: skip
def test_sheet_that_costs_more_than_it_holds_is_refused_at_once(data: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreadable):
        read(data)
    assert time.monotonic() - begun < 60


def test_rows_far_apart_cost_no_more_than_those_beside_each_other() -> None:
    rows = read(sheet(b'<row r="1000000"><c><v>1</v></c></row>'))[1]
    assert [(row.line, row.cells) for row in rows] == [(1_000_000, [1])]


def test_texts_that_cost_more_than_they_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_TAGS", 10)
    with pytest.raises(Unreadable) as refusal:
        read(book(["a"], ["1"]))
    assert refusal.value.problem == {"code": "bomb"}
