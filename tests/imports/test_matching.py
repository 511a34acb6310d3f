"""Headers find their fields in three languages, and cells their values; nothing crashes on the way."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from marketplace.imports import matching, problems
from marketplace.imports.fields import Field
from marketplace.imports.values import WrongValue, read_value
from tests.imports.desk import COMPLETE, FIELDS, LEAK
from tests.world import World

REFERENCE, CANDIDATES = FIELDS["reference_challenges"], FIELDS["candidates"]
HANGUL = ["번호", "과제명", "수요기업", "과제 내용", "마감일", "예산(원)", "비고"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (list(LEAK), list(LEAK)),
        (["Titre", "Descriptif", "Date limite", "Montant", "Mots-clés", "Langue", "Entreprise", "Divers"],
         ["title", "description", "closes", "prize", "categories", "language", "sponsor", None]),
        (HANGUL, ["id", "title", "sponsor", "description", "closes", "prize", None]),
        (["Challenge Title", "DEADLINE", "License", "Link"], [None, "closes", "licence", "url"]),
    ],
)  # fmt: skip
def test_headers_find_their_fields(headers: list[str], expected: list[str | None]) -> None:
    found = {said["column"]: name for name, said in matching.propose_columns(headers, REFERENCE).items()}
    assert [found.get(number) for number in range(len(headers))] == expected


@pytest.mark.parametrize("locale", ["en", "fr", "ko"])
@pytest.mark.parametrize("kind", list(FIELDS))
def test_a_column_called_as_the_page_calls_its_field_is_known(app: Flask, kind: str, locale: str) -> None:
    with app.app_context(), force_locale(locale):
        called = {name: str(each.label) for name, each in FIELDS[kind].items()}
        found = matching.propose_columns(list(called.values()), FIELDS[kind])
    assert {called[name]: list(called).index(name) for name in called} == {
        called[name]: said["column"] for name, said in found.items()
    }


def test_blanks_within_a_header_do_not_hide_its_field() -> None:
    headers = ["이용 조건", "과제 명", "기술 분야", "공개요약"]
    found = matching.propose_columns(headers, REFERENCE)
    assert [found[name]["column"] for name in ("licence", "title", "categories")] == [0, 1, 2]


def test_a_template_matches_itself_and_is_without_fault(world: World) -> None:
    for kind in FIELDS:
        known = FIELDS[kind]
        mapping = matching.propose_columns(list(known), known)
        assert {name: said["column"] for name, said in mapping.items()} == {n: i for i, n in enumerate(known)}
        matched = matching.match_row([field.example for field in known.values()], mapping, known)
        assert matched.problems == [], kind


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_help_promises_what_stands_in_only_where_a_field_may_be_empty(world: World, kind: str) -> None:
    for field in FIELDS[kind].values():
        assert not (field.required and "missing" in str(field.help)), field.name


def test_mapping_keeps_what_still_fits() -> None:
    mapping = {"title": {"column": 1}, "sponsor": {"column": 9}, "gone": {"column": 0}, "language": {"constant": "fr"}}
    assert matching.fit_mapping(mapping, ["a", "b"], REFERENCE) == {
        "title": {"column": 1},
        "language": {"constant": "fr"},
    }


def test_constant_stands_in_for_what_is_empty(world: World) -> None:
    mapping = {"language": {"column": 0, "constant": "fr"}, "source": {"constant": "S"}}
    found = [matching.match_row([cell], mapping, REFERENCE).values["language"] for cell in ("ko", "", None)]
    assert found == ["ko", "fr", "fr"]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date(2026, 3, 31), time(hour, minute))


def value(kind: str, cell: Any, **more: Any) -> Any:
    try:
        return read_value(Field("x", "X", "", kind, **more), cell)
    except WrongValue as wrong:
        return wrong.problem["code"]


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("day", "2026-03-31", date(2026, 3, 31)),
        ("day", "2026. 3. 31", date(2026, 3, 31)),
        ("day", "2026년 3월 31일", date(2026, 3, 31)),
        ("day", "31/03/2026", date(2026, 3, 31)),
        ("day", "03/31/2026", date(2026, 3, 31)),
        ("day", "le 31 mars 2026", date(2026, 3, 31)),
        ("day", "March 31st, 2026", date(2026, 3, 31)),
        ("day", "20260331", date(2026, 3, 31)),
        ("day", "04/05/2026", "which_day"),
        ("day", "2026-02-30", "no_such_day"),
        ("day", "soon", "not_a_day"),
        ("moment", "2026-03-31 16:00", at(16)),
        ("moment", "31/03/2026 9 h 30", at(9, 30)),
        ("moment", "2026-03-31", at(0)),
        ("moment", "2026-03-31T16:00:00", at(16)),
        ("moment", "2026-03-31 오후 4시", at(16)),
        ("moment", "2026. 3. 31 오후 4:00", at(16)),
        ("moment", "2026년 3월 31일 오후 4시 5분", at(16, 5)),
        ("moment", "2026-03-31 오전 9시 30분", at(9, 30)),
        ("moment", "2026-03-31 오후 12시", at(12)),
        ("moment", "2026-03-31 오후 16시", at(16)),
        ("moment", "2026. 3. 31.(화) PM 4:00", at(16)),
        ("moment", "31 March 2026, 4:00 PM", at(16)),
        ("moment", "03/31/2026 4:00:00\u202fPM", at(16)),
        ("moment", "2026-03-31 4 PM", at(16)),
        ("moment", "March 31, 2026 at 4 p.m.", at(16)),
        ("moment", "12 AM on 31/03/2026", at(0)),
        ("moment", "2026-03-31 13:00 AM", "not_an_hour"),
        ("moment", "2026-03-31 오후", "not_an_hour"),
        ("moment", "31 mars 2026 à 4 h de l’après-midi", "not_an_hour"),
        ("moment", "2026-03-31 정오", "not_an_hour"),
        ("moment", "2026-03-31T07:00Z", "not_an_hour"),
        ("moment", "2026-03-31T07:00:00+00:00", "not_an_hour"),
        ("moment", "2026-03-31 25:00", "not_an_hour"),
        ("moment", "2026-03-31 16:00 KST", "not_an_hour"),
        ("moment", "31 mars 2026 à 16h (heure de Paris)", "not_an_hour"),
        ("moment", "l’appel est ouvert le 31/03/2026 à 16h", at(16)),
        ("amount", "140,000,000", Decimal("140000000.00")),
        ("amount", "1 250,50 €", Decimal("1250.50")),
        ("amount", "1.234.567,89", Decimal("1234567.89")),
        ("amount", "₩1,000", Decimal("1000.00")),
        ("amount", "1 250,50 $ CA", Decimal("1250.50")),
        ("amount", "US$ 1,000", Decimal("1000.00")),
        ("amount", "250EUR", Decimal("250.00")),
        ("amount", "140 euros", Decimal("140.00")),
        ("amount", "KRW 5 000원", Decimal("5000.00")),
        ("amount", "1,2 bn", "not_an_amount"),
        ("amount", "1,4 mio", "not_an_amount"),
        ("amount", "2 Mds €", "not_an_amount"),
        ("amount", "140 mille", "not_an_amount"),
        ("amount", "250 kEUR", "not_an_amount"),
        ("amount", "3만 원", "not_an_amount"),
        ("amount", 12.5, Decimal("12.50")),
        ("amount", "1.000", "which_amount"),
        ("amount", "1.234.56", "not_an_amount"),
        ("amount", "1,23,456", "not_an_amount"),
        ("amount", 33.333333, "too_fine"),
        ("amount", "-5", "out_of_range"),
        ("amount", "much", "not_an_amount"),
        ("amount", float("inf"), "not_an_amount"),
        ("currency", "krw", "KRW"),
        ("currency", "€", "EUR"),
        ("currency", "XQX", "not_a_currency"),
        ("language", "Français", "fr"),
        ("language", "한국어", "ko"),
        ("language", "en-GB", "en"),
        ("language", "de", "not_a_language"),
        ("link", "https://a.example/x", "https://a.example/x"),
        ("link", "javascript:alert(1)", "not_a_link"),
        ("text", "<p>One</p><p>two</p>", "One\ntwo"),
        ("text", {"nested": True}, "not_a_text"),
        ("list", "a; b;;c", ["a", "b", "c"]),
        ("line", "x" * 1001, "too_long"),
    ],
)
def test_cell_becomes_a_value_or_a_problem(kind: str, cell: Any, expected: Any) -> None:
    assert value(kind, cell) == expected


def test_last_day_and_last_minute_count_where_something_closes() -> None:
    assert value("day", "2026-03-31; 2026-09-30", last=True) == date(2026, 9, 30)
    assert value("day", "2026-03-31; 2026-09-30") == date(2026, 3, 31)
    assert value("moment", "2026-03-31", last=True) == at(23, 59)
    hours = "2026-03-31 오전 9:00 ~ 오후 4:00"
    assert (value("moment", hours), value("moment", hours, last=True)) == (at(9), at(16))


@pytest.mark.parametrize(
    ("cell", "currency", "expected"),
    [
        ("150 000 €", "KRW", "other_currency"),
        ("1 000 000 $", "CAD", Decimal(1_000_000)),
        ("1000.50", "KRW", "too_fine"),
        ("1000.50", "EUR", Decimal("1000.50")),
        (1000.5, "JPY", "too_fine"),
        ("1000.00", "KRW", Decimal(1000)),
    ],
)
def test_amount_is_read_in_the_currency_of_its_row(world: World, cell: Any, currency: str, expected: Any) -> None:
    mapping = {"prize": {"column": 0}, "currency": {"column": 1}}
    found = matching.match_row([cell, currency], mapping, REFERENCE)
    codes = [problem["code"] for problem in found.problems if problem["field"] == "prize"]
    assert (found.values["prize"] or codes) == (expected if isinstance(expected, Decimal) else [expected])


def test_column_that_stands_twice_is_left_to_a_person() -> None:
    assert matching.propose_columns(["id", "title", "Title (2)", "title (2)"], REFERENCE) == {"id": {"column": 0}}
    assert matching.propose_columns(["Title (en)", "notes"], REFERENCE) == {"title": {"column": 0}}


def test_choice_is_known_by_its_code_and_by_its_words(world: World) -> None:
    assert read_value(CANDIDATES["ip_option"], "The startup keeps them") == "startup_keeps"
    assert read_value(CANDIDATES["resources"], "Data, site; MONEY") == ["data", "site", "money"]
    with pytest.raises(WrongValue) as wrong:
        read_value(CANDIDATES["ip_option"], "ours")
    assert wrong.value.problem["code"] == "not_a_choice"


def test_every_problem_of_a_row_is_named(world: World) -> None:
    row = {**COMPLETE, "trl_from": "ten", "decision_date": "soon", "owner_name": ""}
    mapping = matching.propose_columns(list(row), CANDIDATES)
    found = matching.match_row(list(row.values()), mapping, CANDIDATES).problems
    assert [(problem["code"], problem["field"]) for problem in found] == [
        ("not_a_number", "trl_from"), ("missing", "owner_name"), ("not_a_day", "decision_date"),
    ]  # fmt: skip


cell = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.lists(st.text(max_size=5))


@given(st.lists(st.text(max_size=12), max_size=12), st.lists(cell, max_size=14), st.sampled_from(sorted(FIELDS)))
def test_any_headers_and_cells_give_values_or_problems(
    app: Flask, headers: list[str], row: list[Any], kind: str
) -> None:
    known = FIELDS[kind]
    with app.app_context():
        mapping = matching.propose_columns(headers, known)
        mapping |= {name: {"column": n} for n, name in enumerate(known) if name not in mapping}
        found = matching.match_row(row, mapping, known)
        assert all(problems.in_words(problem) for problem in found.problems)
    assert set(found.values) == set(known)
