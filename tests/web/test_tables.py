"""Tables to take along: they compute nothing, whatever opens them, and are read back as they were."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from marketplace.imports.file_reader import Reader
from marketplace.web.tables import guard_cell, to_csv, to_xlsx, unguard_cell

SIGNS = tuple("=+-@\t\r＝＋－＠")
EVIL = [
    "=1",
    "＝1",
    "a;=1",
    "a,+1",
    "a\t@x",
    "- one\n- two",
    "'=1",
    '"=1',
    ';"=1',
    "\t=1",
    "\r=1",
    "end;",
    "a|-b",
]
texts = st.text(st.sampled_from("ab=+-@\t\r\n;,|\"'＝ 1"), max_size=9)


def cells_of(written: str) -> list[str]:
    """Every cell that any separator would give."""
    parses = (csv.reader(io.StringIO(written.lstrip("\ufeff"), newline=""), delimiter=mark) for mark in ",;\t|")
    return [cell for parse in parses for row in parse for cell in row]


@pytest.mark.parametrize("locale", ["en", "fr"])
@given(rows=st.lists(st.tuples(texts, texts), min_size=1, max_size=3))
def test_no_cell_begins_a_formula_whatever_separates_it(locale: str, rows: list[tuple[str, str]]) -> None:
    written = to_csv([("Head", "More"), *rows, *((text, text) for text in EVIL)], locale)
    assert [cell for cell in cells_of(written) if cell.startswith(SIGNS)] == []


@given(texts | st.sampled_from(EVIL))
def test_what_is_guarded_is_read_back(text: str) -> None:
    assert unguard_cell(guard_cell(text)) == text


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_table_is_read_back_by_an_import(locale: str) -> None:
    rows = [["+ Energy", "- one\n- two; =three", "'quoted'"], ["@home", "=need", "l’été, -5 °C"]]
    written = to_csv([["title", "description", "@note"], *rows], locale).encode()
    reader = Reader(io.BytesIO(written), "csv")
    assert [raw.cells for raw in reader] == rows
    assert reader.headers == ["title", "description", "@note"]


def test_numbers_stay_numbers_as_the_language_writes_them() -> None:
    row = ["a", -5, 1.5, Decimal("12.50"), None]
    assert to_csv([row]) == '\ufeff"a",-5,1.5,12.50,""\r\n'
    assert to_csv([row], "fr") == '\ufeff"a";-5;1,5;12,50;""\r\n'


def test_workbook_holds_texts_and_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(to_xlsx([["=1+1", "_x000D_", -5, "\x01a\uffff"]]))).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet[1]] == [
        ("=1+1", "s"), ("_x005F_x000D_", "s"), (-5, "n"), ("a", "s"),
    ]  # fmt: skip
