"""The language of words that were kept without one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.demo.challenges import STORY
from marketplace.kernel.language import language_of


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("The sensors arrived late, so the trial moves to spring.", "en"),
        ("Les capteurs sont arrivés en retard, l’essai passe au printemps.", "fr"),
        ("L'eau d'une usine", "fr"),
        ("센서가 늦게 도착하여 시험을 봄으로 옮깁니다.", "ko"),
        ("AI 기반 누수 탐지 PoC", "ko"),
        ("Loopwell", ""),
        ("12 345", ""),
        ("", ""),
    ],
)
def test_language_is_told_by_script_and_small_words(words: str, language: str) -> None:
    assert language_of(words) == language


def test_no_summary_of_the_story_is_told_wrongly_and_nearly_every_one_is() -> None:
    told = all_of_them = 0
    for need in (*STORY.needs, *STORY.paired):
        for code, words in need.summary._asdict().items():
            assert language_of(words) in (code, ""), words
            told += language_of(words) == code
            all_of_them += 1
    assert told >= 0.9 * all_of_them > 40


@given(st.text())
def test_any_words_have_an_answer(words: str) -> None:
    assert language_of(words) in ("", "en", "fr", "ko")
