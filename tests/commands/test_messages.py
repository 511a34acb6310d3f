"""Translations are there and keep the rules of their language."""

import pytest

from marketplace.commands import messages


@pytest.mark.parametrize("locale", ["fr", "ko"])
def test_translations_keep_the_rules_of_their_language(locale):
    assert messages.lapses(locale) == []


@pytest.mark.parametrize(
    ("one", "many", "wrong"),
    [
        ("Un défi", "%(num)s défis", True),
        ("%(num)s défi", "%(num)s défis", False),
        ("Une jeune pousse", "Une jeune pousse", False),
        ("Pourquoi ?", "Pourquoi ?", True),
        ("Pourquoi\u00a0?", "Pourquoi\u00a0?", False),
        ("« eau\u00a0»", "« eau\u00a0»", True),
        ("Voir https://tangent.example", "Voir https://tangent.example", False),
    ],
)
def test_french_rules_find_a_loose_space_and_a_one_said_of_none(one, many, wrong):
    assert messages._is_lax_french("A challenge", one, many) is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("%(name)s을(를) 버립니다", True),
        ("%(name)s 파일을 버립니다", False),
        ("한국어(으)로", True),
        ("다시 시도해 주세요.", True),
        ("이 초안을 취소할까요?", True),
        ("다시 시도해 주십시오. 아니요", False),
    ],
)
def test_korean_rules_find_a_particle_left_open_and_a_lapse_of_style(text, wrong):
    assert messages._is_unsure_korean("A file", text, text) is wrong


@pytest.mark.parametrize(
    ("english", "french", "wrong"),
    [("Change it", "La modifier", True), ("Change it", "Modifier", False), ("The centre", "Le centre", False)],
)
def test_french_rules_find_a_button_that_guesses_a_gender(english, french, wrong):
    assert messages._is_lax_french(english, french, french) is wrong


def test_a_text_that_is_counted_is_asked_for_with_its_number_alone():
    assert messages.counted_and_not() == []
