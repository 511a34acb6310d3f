"""What somebody typed, read as a query, and marked in what was found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from marketplace.kernel.search_query import SearchQuery

TEXT = st.text(alphabet="aé가과제 -\"“”«»<>&'x/b", max_size=25)


def test_query_is_words_phrases_and_what_to_leave_out() -> None:
    asked = SearchQuery.of('eau "eaux usées" -pompe -“eau de pluie” 과제 - -- "" «fin')
    assert asked == SearchQuery(("eau", "과제"), ("eaux usées", "fin"), ("pompe", "eau de pluie"))


@pytest.mark.parametrize(("query", "words"), [
    ("AI를 ＥＳＳ에서", ("AI", "ＥＳＳ")),
    ("AI기반 180도 누수를", ("AI기반", "180도", "누수를")),
    ("㈜한빛식품", ("한빛식품",)),
    ("한빛식품（주） 주식회사", ("한빛식품",)),
    ("주식회사", ("주식회사",)),
])  # fmt: skip
def test_korean_words_are_asked_without_what_is_set_around_them(query: str, words: tuple[str, ...]) -> None:
    assert SearchQuery.of(query).words == words


@pytest.mark.parametrize(("query", "text", "shown"), [
    ("developpement", "Le développement durable", "Le <mark>développement</mark> durable"),
    ("developing", "We develop and developed it", "We <mark>develop</mark> and <mark>developed</mark> it"),
    ("과제", "혁신과제를 찾습니다", "혁신<mark>과제</mark>를 찾습니다"),
    ("누수탐지", "누수 탐지와 누수탐지", "<mark>누수 탐지</mark>와 <mark>누수탐지</mark>"),
    ("물", "물을 아끼는 식물과 물류", "<mark>물</mark>을 아끼는 식물과 물류"),
    ("water -pipe", "Water & <b>pipe</b>", "<mark>Water</mark> &amp; &lt;b&gt;pipe&lt;/b&gt;"),
    ("mark", "<mark>", "&lt;<mark>mark</mark>&gt;"),
    ("the", "Weather of the theatre", "Weather of <mark>the</mark> theatre"),
    ("", "nothing", "nothing"),
])  # fmt: skip
def test_what_was_found_is_marked_and_the_rest_escaped(query: str, text: str, shown: str) -> None:
    assert str(SearchQuery.of(query).marked(text)) == shown


@given(TEXT, TEXT)
def test_marking_adds_marks_and_nothing_else(query: str, text: str) -> None:
    shown = str(SearchQuery.of(query).marked(text))
    assert re.sub("</?mark>", "", shown) == str(escape(text))
    assert re.sub("<mark>[^<>]+</mark>", "", shown).count("<") == 0
