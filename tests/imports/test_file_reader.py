"""Files of every kind and damage: read, or refused with what is wrong and where."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.imports import limits, sheets
from marketplace.imports.file_reader import Raw, Reader, is_error
from marketplace.imports.limits import Unreadable
from tests.imports.desk import book

MIDNIGHT = datetime.combine(date(2026, 3, 31), time())


def read(data: bytes, format: str = "csv", encoding: str | None = None) -> tuple[Reader, list[Raw]]:
    reader = Reader(io.BytesIO(data), format, encoding)
    return reader, list(reader)


def refused(data: bytes, format: str = "csv") -> str:
    with pytest.raises(Unreadable) as refusal:
        read(data, format)
    code: str = refusal.value.problem["code"]
    return code


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", "물이 샙니다"),
        ("utf-8-sig", "물이 샙니다"),
        ("utf-16", "물이 샙니다"),
        ("utf-16-le", "leaks in the pipe"),
        ("cp949", "물이 샙니다"),
        ("cp1252", "été à Québec"),
        ("utf-8", "été à Québec"),
    ],
)
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found(encoding: str, words: str, mark: str) -> None:
    text = f"title{mark}description\nOne{mark}{words}\nTwo{mark}{words}\n"
    reader, rows = read(text.encode(encoding))
    assert reader.headers == ["title", "description"]
    assert [row.cells for row in rows] == [["One", words], ["Two", words]]
    assert reader.delimiter == mark


def test_stray_byte_is_named_with_its_line_and_spoils_its_row_alone() -> None:
    data = "제목,설명\n물,누수\n".encode() + b'"two\nlines",a\xffb\n' + "불,끝\n".encode()
    _, rows = read(data)
    assert [row.problem for row in rows] == [
        None, {"code": "stray_byte", "line": 4, "column": 1, "value": "0xFF"}, None,
    ]  # fmt: skip
    assert (rows[1].line, rows[2].line, rows[2].cells) == (3, 5, ["불", "끝"])


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ("", {"code": "not_csv"}),
        ("Three,c\nFour,d\n", {"code": "not_csv_until", "last": 5}),
        ('Three,c\nFour,"d"\n', {"code": "not_csv_until", "last": 5}),
        ('Three,c\nFour,d"\n', {"code": "not_csv_until", "last": 5}),
        ('Three",c\n', {"code": "not_csv_until", "last": 4}),
    ],
)
def test_quotation_mark_that_never_closes_is_named_where_it_opens(rest: str, problem: dict[str, Any]) -> None:
    _, rows = read(f'title,description\nOne,a\nTwo,"b\n{rest}'.encode())
    assert [(row.line, row.problem) for row in rows] == [(2, None), (3, problem)]
    assert len(rows[1].cells) <= 2


def test_row_after_a_misplaced_quotation_mark_is_read() -> None:
    _, rows = read(b'a,b\n"1" of steel,x\n2,"two\nlines, and more"\n"3\n4",y\n')
    assert [(row.line, row.problem and row.problem["code"]) for row in rows] == [(2, "not_csv"), (3, None), (5, None)]
    assert rows[1].cells == ["2", "two\nlines, and more"]


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "\ufeffSEP=;", "\ufeff\ufeffsep=;"])
def test_line_that_names_the_separator_is_no_head(first: str) -> None:
    reader, rows = read(f"{first}\r\na;b,c\r\n1;2,3\r\n".encode())
    assert (reader.headers, reader.delimiter, [(row.line, row.cells) for row in rows]) == (
        ["a", "b,c"], ";", [(3, ["1", "2,3"])],
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_and_unseen_characters_are_no_part_of_a_header(encoding: str) -> None:
    reader, _ = read('\ufeff"id",\u200btitle\u200b,lan\u00adguage\n1,2,3\n'.encode(encoding))
    assert reader.headers == ["id", "title", "language"]


def test_empty_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BLANK", 3)
    assert [row.line for row in read(b"a\n1\n\n\n\n2\n")[1]] == [2, 6]
    assert refused(b"a\n1\n\n\n\n\n2\n") == "too_many_blank"
    assert refused(b'{"a":1}\n\n\n\n\n', "jsonl") == "too_many_blank"


def test_object_that_names_something_twice_is_refused() -> None:
    assert read(b'{"a": 1, "b": 2, "a": 3}\n{"a": 1}', "jsonl")[1][0].problem == {"code": "named_twice", "value": "a"}


@pytest.mark.parametrize("last", ["Two,b", "Two,b\n", 'Two,"b"', 'Two,"b\nc"\n'])
def test_last_row_ends_with_the_file(last: str) -> None:
    _, rows = read(f"title,description\nOne,a\n{last}".encode())
    assert [row.problem for row in rows] == [None, None]


def test_wrong_encoding_can_be_overruled() -> None:
    data = "a,b\n가,나\n".encode("cp949")
    assert read(data)[0].encoding == "cp949"
    assert read(data, encoding="cp1252")[1][0].cells == ["°¡", "³ª"]
    with pytest.raises(Unreadable):
        read("a,b\n가,나\n".encode(), encoding="utf-16")


def test_rows_that_do_not_fit_are_named() -> None:
    _, rows = read(b"a,b\n1\n1,2,3\n1,2,,\n\n")
    assert [row.problem and row.problem["code"] for row in rows] == ["too_few_cells", "too_many_cells", None]


@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
def test_empty_file_is_refused(format: str) -> None:
    assert refused(book([]) if format == "xlsx" else b"", format) == "empty"


def test_file_of_headers_alone_is_refused() -> None:
    assert refused(b"title,description\n") == "only_headers"
    assert refused(book(["title", "description"]), "xlsx") == "only_headers"


def test_headers_are_made_different() -> None:
    assert read(b"a,a,,a\n1,2,3,4\n")[0].headers == ["a", "a (2)", "#3", "a (3)"]


def test_json_lines_are_refused_one_by_one() -> None:
    deep = b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"
    huge = b'{"a":"' + b"x" * (limits.LONGEST_LINE + 5) + b'"}'
    data = b"\n".join(
        [
            b'{"a": 1}',
            deep,
            huge,
            b"{",
            b"[1]",
            b'{"a": NaN}',
            b'{"b": {"c": 1}}',
            b'{"a":"\\ud800"}',
            b'{"a": "z\\u0000"}',
        ]
    )
    reader, rows = read(data, "jsonl")
    assert [row.problem and row.problem["code"] for row in rows] == [
        None, "not_json", "long_line", "not_json", "not_an_object", "not_json", None, "stray_byte", None,
    ]  # fmt: skip
    assert (reader.headers, rows[6].cells, rows[8].cells) == (["a", "b"], [None, {"nested": True}], ["z", None])
    assert [row.line for row in rows] == list(range(1, 10))


def test_one_json_list_is_refused_with_what_to_do() -> None:
    assert refused(b'[{"a": 1}]', "jsonl") == "json_list"


def test_workbook_gives_days_and_numbers_and_computes_nothing() -> None:
    data = book(
        ["title", "closes", "prize", "open", "sum"],
        ["One", MIDNIGHT, 1000.0, True],
        ["Two", date(2026, 4, 1), 12.5, None],
        ["Never computed", None, None, None, "=HYPERLINK(\"http://x.example\")"],
        [None, None, None, None, None],
        ["Three", datetime.combine(date(2026, 3, 31), time(16)), "1 000", False, None],
    )  # fmt: skip
    reader, rows = read(data, "xlsx")
    assert reader.headers == ["title", "closes", "prize", "open", "sum"]
    assert [row.cells for row in rows] == [
        ["One", "2026-03-31", 1000, True],
        ["Two", "2026-04-01", 12.5],
        ["Never computed", None, None, None, ""],
        ["Three", "2026-03-31 16:00", "1 000", False],
    ]
    assert [row.line for row in rows] == [2, 3, 4, 6]
    assert rows[2].problem == {"code": "not_computed", "column": 4, "value": ""}


def packed(parts: dict[str, bytes], base: bytes | None = None) -> bytes:
    """A workbook with further parts, or parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or book(["a"], ["1"]))) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


BOMB = b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>"
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c t="str">'
    b"<v>&b;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (packed({"xl/worksheets/sheet1.xml": BOMB}), "bomb"),
        (packed({f"xl/media/{n}.png": b"" for n in range(limits.MOST_PARTS + 1)}), "bomb"),
        (packed({"xl/embeddings/inner.xlsx": b"PK"}), "nested"),
        (packed({"xl/vbaProject.bin": b"x"}), "macros"),
        (packed({"[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"}), "macros"),
        (packed({"xl/worksheets/sheet1.xml": ENTITIES}), "broken"),
        (packed({"xl/worksheets/sheet1.xml": b"<worksheet"}), "broken"),
        (book(["a"], ["1"])[:-40], "broken"),
        (b"PK\x03\x04" + b"\0" * 100, "broken"),
        (b"not a workbook", "broken"),
    ],
)
def test_dangerous_workbook_is_refused(data: bytes, code: str) -> None:
    assert refused(data, "xlsx") == code


def test_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(Unreadable) as refusal:
        sheets.check_workbook(io.BytesIO(out.getvalue()))
    assert refusal.value.problem == {"code": "other_format"}


def test_locked_workbook_is_refused() -> None:
    data = bytearray(book(["a"], ["1"]))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8 : at + 10] = struct.pack("<H", 1)
    with pytest.raises(Unreadable) as refusal:
        sheets.check_workbook(io.BytesIO(bytes(data)))
    assert refusal.value.problem == {"code": "encrypted"}


def test_sheet_that_lies_about_its_size_is_read_as_it_is() -> None:
    with zipfile.ZipFile(io.BytesIO(book(["a", "b"], ["1", "2"]))) as found:
        sheet = found.read("xl/worksheets/sheet1.xml")
    lying = sheet.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:XFD1048576"')
    assert lying != sheet
    reader, rows = read(packed({"xl/worksheets/sheet1.xml": lying}), "xlsx")
    assert (reader.headers, [row.cells for row in rows]) == (["a", "b"], [["1", "2"]])


def test_file_beyond_its_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    assert refused(b"a\n1\n2\n3\n4\n") == "too_many_rows"
    assert refused(b",".join(b"h%d" % n for n in range(201)) + b"\n1\n") == "too_many_columns"


@given(st.binary(max_size=400), st.sampled_from(["csv", "jsonl", "xlsx"]))
def test_any_bytes_are_read_or_refused(data: bytes, format: str) -> None:
    try:
        reader, rows = read(data, format)
    except Unreadable as refusal:
        assert refusal.problem["code"]
        return
    assert reader.headers and rows


cells: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=8), cells, max_size=4), min_size=1, max_size=4))
def test_any_json_is_read_row_by_row(objects: list[dict[str, Any]]) -> None:
    data = "\n".join(json.dumps(one) for one in objects).encode()
    try:
        reader, rows = read(data, "jsonl")
    except Unreadable as refusal:
        assert refusal.problem == {"code": "empty"} or is_error(refusal.problem["value"])
        return
    assert len(rows) == len(objects)
    for row in rows:
        json.dumps(row.cells, allow_nan=False).encode()
        assert "\\u0000" not in json.dumps(row.cells)
    assert len(set(reader.headers)) == len(reader.headers)
