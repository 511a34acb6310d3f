"""The table of a call: every step has words, and its guards say what is missing."""

from __future__ import annotations

from decimal import Decimal

from marketplace.calls import guards
from marketplace.calls.models import Call, CallText
from marketplace.calls.states import CALL, has_dates, has_money, has_notice, has_ranking, has_rules, is_real
from marketplace.kernel.words import words_of
from tests.calls.cast import make_call
from tests.world import World


def test_every_step_has_words() -> None:
    for step in CALL.steps:
        assert step.verb and words_of(step.name).past


def test_notice_names_what_it_lacks(world: World) -> None:
    call = make_call(world.programme)
    assert has_notice(call) is None and has_ranking(call) is None
    call.texts["en"].subject = call.texts["en"].contact = ""
    assert str(has_notice(call)) == "The notice still lacks: Subject and Contact."
    call.main_locale = "fr"
    call.texts["fr"] = CallText(locale="fr", title="Appel", ranking_figure=" ")
    assert has_notice(call) and has_ranking(call)


def test_money_must_cover_the_awards(world: World) -> None:
    call = make_call(world.programme, award_count=2, award_amount=Decimal(50), budget=Decimal(100))
    assert has_money(call) is None
    call.budget = Decimal("99.99")
    assert "does not cover" in str(has_money(call))
    call.award_count = 0
    assert "number of awards" in str(has_money(call))


def test_dates_rules_and_reference(world: World) -> None:
    call = make_call(world.programme)
    assert (has_dates(call), has_rules(call), is_real(call)) == (None, None, None)
    call.opens_at, call.closes_at = call.closes_at, call.opens_at
    with_order = has_dates(call)
    call.notice_date, call.is_reference = None, True
    call.rules.clear()
    assert with_order and has_dates(call) and has_rules(call) and is_real(call)
    call.opens_at, call.closes_at = call.closes_at, call.opens_at


def test_what_is_missing_leads_to_its_section(world: World) -> None:
    call = Call(programme=world.programme, track="top_down", time_zone="Asia/Seoul", main_locale="en")
    sections = [section for section, _ in guards.missing_parts(call)]
    assert sections == ["notice", "notice", "money", "stages", "rules"]
