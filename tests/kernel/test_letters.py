"""One way to write a letter finds every other: folded alike in SQL and in Python, searched, marked and compared."""

from __future__ import annotations

import unicodedata

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.search_query import SearchQuery
from marketplace.kernel.unaccent import squeeze_name, unaccent

COMPARED = sa.text(
    "SELECT text FROM unnest(CAST(:texts AS text[]), CAST(:plain AS text[]), CAST(:squeezed AS text[]))"
    " AS given(text, plain, squeezed)"
    " WHERE tangent_plain(text) <> plain OR tangent_squeezed(text) <> squeezed"
)

SEA = "Œuvres de cœur pour la mer. La manœuvre de l’œil. Économie d’énergie aujourd’hui."
FULL = "ＡＩ full width and １２３ figures. Compatibility letters: ﬁnance, ﬂow, Ⅳ, ㎥. Widget™ Plus®"
PARTS = "COVID-19 e-mail wi-fi peer-to-peer. State-of-the-art eau-de-vie; O2 and CO₂ with H₂O. O’Brien and sons"
NORTH = "Łódź, Øresund, Đà Nẵng, Ærø, Straße, Þór"
KOREAN = "물 절약 ㎥ 단위 계량, 5G-기반 ㈜하늘상수도"


@pytest.mark.parametrize(("said", "plain"), [
    ("Œuvre Æther Straße Þór", "oeuvre aether strasse thor"), ("Łódź Ørsted Đà Nẵng", "lodz orsted da nang"),
    ("ＡＩ １２３ CO₂ ﬁnance Ⅳ ㎥", "ai 123 co2 finance iv m3"), ("㈜하늘", "(주)하늘"),
    ("O’Brien\u200b, Wi\u2011Fi\u202e", "o'brien, wi-fi"), ("Widget™ Plus®", "widget plus"), ("ﾊﾞ", "バ"),
])  # fmt: skip
def test_letters_are_folded(said: str, plain: str) -> None:
    assert unaccent(said) == plain


def test_names_are_compared_without_what_people_set_as_they_like() -> None:
    assert {squeeze_name(name) for name in ("O’Brien", "O'Brien", "OBrien", "o brien", "O-Brien")} == {"obrien"}


def test_sql_and_python_fold_every_letter_alike(app: Flask) -> None:
    texts = [chr(code) for code in range(1, 0x10000)]
    texts = [letter for letter in texts if unicodedata.category(letter) not in ("Cn", "Cs")]  # known to both
    texts += [f"a{letter}b" for letter in texts] + [SEA, FULL, PARTS, NORTH, KOREAN, "ΣΑΣ", "İI", "각", "\U0001d400"]
    given = {"texts": texts, "plain": [*map(unaccent, texts)], "squeezed": [*map(squeeze_name, texts)]}
    with app.app_context():
        assert db.session.scalars(COMPARED, given).all() == []


def answered(texts: dict[str, str], query: str) -> bool:
    """Whether one of the texts, by language, answers a query."""
    table = sa.values(sa.column("id", sa.Integer), sa.column("locale", sa.Text), sa.column("said", sa.Text), name="t")
    kept = table.data([(1, locale, said) for locale, said in texts.items()]).cte("kept")
    vector = sa.func.tangent_vector(kept.c.locale, kept.c.said)
    return db.session.scalar(sa.select(search.ids_of(kept.c.id, vector, query).exists())) or False


FOUND = [
    (SEA, "fr", ["oeuvre", "coeur", "manoeuvres", "oeil", "l'oeil", "aujourdhui", "énergie", '"economie d\'energie"']),
    (FULL, "en", ["AI", "123", "finance", "flow", "iv", "m3", "widget", "plus"]),
    (PARTS, "en", [
        "covid 19", "covid19", "COVID-19", "COVID–19", "covid", "wifi", "wi fi", "wi-fi", "Wi‑Fi", "email", "e mail",
        "e-mail", "peer to peer", "peertopeer", "CO2", "co 2", "co-2", "H2O", "obrien", "o'brien", "O’Brien",
        '"covid 19"', '"covid19"', '"covid19 email"', '"e-mail wi-fi"', '"email wifi"', '"state of the art"',
    ]),
    (NORTH, "en", ["lodz", "oresund", "da nang", "aero", "strasse", "thor"]),
    (KOREAN, "ko", ["m3", "5g", "5G 기반", "㈜하늘상수도", "(주)하늘상수도", "하늘상수도"]),
    ("Covid19 and wifi by email in 3D, CO2", "en", [
        "COVID-19", "covid 19", "wi-fi", "wi fi", "e-mail", "e mail", "3-D", "3 d", "co 2", "CO₂", '"covid-19"',
    ]),
    ("covid 19 of obrien: a 3-D view at -20 degrees, water/energy", "en", [
        "covid19", "COVID-19", "O’Brien", "3d", "20", "energy", "water", '"covid19"',
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "locale", "queries"), FOUND)
def test_what_is_written_otherwise_is_found(app: Flask, said: str, locale: str, queries: list[str]) -> None:
    with app.app_context():
        assert [query for query in queries if not answered({locale: said}, query)] == []


def test_what_is_left_out_is_left_out_however_it_is_written(app: Flask) -> None:
    with app.app_context():
        for query in ("-covid19", "-wifi", "-obrien", '-"covid 19"', "-coeur"):
            assert not answered({"en": PARTS, "fr": SEA}, f"state {query}")
            assert answered({"en": "State of pumps"}, f"state {query}")


def test_parts_of_a_word_do_not_stand_for_the_word(app: Flask) -> None:
    with app.app_context():
        assert not answered({"en": "A 3 year plan with 2 co-operators"}, "3d")
        assert not answered({"en": "A 3 year plan with 2 co-operators"}, "co2")
        assert not answered({"en": "A 19 year plan after covid"}, "covid19")


@pytest.mark.parametrize(("query", "text", "shown"), [
    ("coeur", "Le cœur", "Le <mark>cœur</mark>"),
    ("strasse", "Die Straße", "Die <mark>Straße</mark>"),
    ("lodz", "In Łódź & more", "In <mark>Łódź</mark> &amp; more"),
    ("co2", "CO₂ and CO2", "<mark>CO₂</mark> and <mark>CO2</mark>"),
    ("covid19", "COVID-19", "<mark>COVID-19</mark>"),
    ("covid 19", "COVID-19 in 1919", "<mark>COVID</mark>-<mark>19</mark> in 1919"),
    ("COVID-19", "covid 19, covid19", "<mark>covid 19</mark>, <mark>covid19</mark>"),
    ("wifi", "Wi-Fi, wifi", "<mark>Wi-Fi</mark>, <mark>wifi</mark>"),
    ("wi-fi", "Wi‑Fi, wifi", "<mark>Wi‑Fi</mark>, <mark>wifi</mark>"),
    ("obrien", "O’Brien", "<mark>O’Brien</mark>"),
    ("ai lab", "ＡＩ ｌａｂ", "ＡＩ <mark>ｌａｂ</mark>"),
    ("finance", "ﬁnance", "<mark>ﬁnance</mark>"),
])  # fmt: skip
def test_what_is_written_otherwise_is_marked(query: str, text: str, shown: str) -> None:
    assert str(SearchQuery.of(query).marked(text)) == shown
