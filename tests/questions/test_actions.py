"""Asking, looking over and answering: dates, who may, and what each leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace.calls.models import EligibilityRule
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.people.models import OrganisationText
from marketplace.questions import actions
from marketplace.questions.dates import answer_by, end_of_working_day, taken_until
from marketplace.questions.guards import MOST_WAITING
from tests.calls.cast import close_call
from tests.history import events_of
from tests.people.cast import actor_of, make_member, make_organisation
from tests.questions.cast import challenge_in, question_in
from tests.world import World

ASK = {"words": "  How deep do the pipes lie?\n", "locale": "en"}
MAY_ASK = {"startup_owner", "startup_member", "other_startup"}


def test_startups_that_may_apply_ask(world: World) -> None:
    challenge = challenge_in(world)
    for role in World.ROLES:
        if role in MAY_ASK:
            question = actions.ask_question(challenge, world.actor(role), **ASK)
            found = (role, question.state, question.original, question.wording)
            assert found == (role, "asked", "How deep do the pipes lie?", None)
            assert [(event.step, event.data) for event in events_of(question)] == [("question.ask", {})]
        else:
            with pytest.raises(Forbidden):
                actions.ask_question(challenge, world.actor(role), **ASK)


def test_startup_that_is_not_verified_does_not_ask(world: World) -> None:
    startup = make_organisation("startup", state="submitted")
    with pytest.raises(Forbidden):
        actions.ask_question(challenge_in(world), actor_of(make_member(startup)), **ASK)


def test_startup_that_fails_a_rule_does_not_ask(world: World) -> None:
    challenge = challenge_in(world)
    assert challenge.call
    challenge.call.rules = [EligibilityRule(position=1, kind="kind", params={"kinds": ["sme"]})]
    with pytest.raises(Blocked) as refused:
        actions.ask_question(challenge, world.actor("startup_owner"), **ASK)
    assert "by the rules of the call you may not" in str(refused.value.message)


def test_small_company_does_not_ask_itself(world: World) -> None:
    small = make_organisation("sme")
    challenge = challenge_in(world)
    challenge.organisation = small
    with pytest.raises(Forbidden):
        actions.ask_question(challenge, actor_of(make_member(small)), **ASK)


@pytest.mark.parametrize(
    ("left", "days", "taken"), [(3.1, 3, True), (2.9, 3, False), (0.1, 0, True), (-0.1, 0, False), (6, 7, False)]
)
def test_questions_close_before_applications_do(world: World, left: float, days: int, taken: bool) -> None:
    challenge = challenge_in(world)
    assert challenge.call
    challenge.call.questions_close_days = days
    close_call(challenge.call, timedelta(days=-left))
    assert taken_until(challenge) == challenge.call.closes_at - timedelta(days=days)  # type: ignore[operator]
    if taken:
        assert actions.ask_question(challenge, world.actor("startup_owner"), **ASK).id
    else:
        with pytest.raises(Blocked):
            actions.ask_question(challenge, world.actor("startup_owner"), **ASK)


@pytest.mark.parametrize("change", [{"state": "withdrawn"}, {"state": "candidate"}, {"is_reference": True}])
def test_questions_are_asked_on_open_challenges_alone(world: World, change: dict[str, Any]) -> None:
    challenge = challenge_in(world)
    for name, value in change.items():
        setattr(challenge, name, value)
    with pytest.raises(Blocked):
        actions.ask_question(challenge, world.actor("startup_owner"), **ASK)


def test_startup_asks_again_once_the_centre_has_looked(world: World) -> None:
    challenge, actor = challenge_in(world), world.actor("startup_owner")
    asked = [actions.ask_question(challenge, actor, **ASK) for _ in range(MOST_WAITING)]
    with pytest.raises(Blocked) as refused:
        actions.ask_question(challenge, actor, **ASK)
    assert f"{MOST_WAITING} questions of yours on this challenge wait" in str(refused.value.message)
    assert actions.ask_question(challenge, world.actor("other_startup"), **ASK).state == "asked"
    actions.publish_question(asked[0], world.actor("manager"), wording="How deep?")
    assert actions.ask_question(challenge, actor, **ASK).state == "asked"


def test_empty_question_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        actions.ask_question(challenge_in(world), world.actor("startup_owner"), words=" \n", locale="en")


@pytest.mark.parametrize(
    ("now", "days", "end"),
    [
        ((2027, 3, 1, 1), 5, (2027, 3, 8, 14, 59)),  # Monday in Seoul, to Monday
        ((2027, 3, 5, 1), 1, (2027, 3, 8, 14, 59)),  # Friday, to Monday
        ((2027, 3, 6, 1), 1, (2027, 3, 8, 14, 59)),  # Saturday, to Monday
        ((2027, 3, 4, 16), 1, (2027, 3, 8, 14, 59)),  # Thursday in Europe is Friday in Seoul
    ],
)
def test_answer_is_due_at_the_end_of_a_working_day(now: Any, days: int, end: Any) -> None:
    assert end_of_working_day(datetime(*now, tzinfo=UTC), days, "Asia/Seoul") == datetime(*end, tzinfo=UTC)


def test_answer_is_due_a_day_before_applications_close(world: World) -> None:
    challenge, now = challenge_in(world, closes=3), clock.now()
    assert challenge.call and challenge.call.closes_at
    assert answer_by(challenge, now) <= challenge.call.closes_at - timedelta(days=1)
    close_call(challenge.call, -timedelta(hours=5))
    assert answer_by(challenge, now) == challenge.call.closes_at


def test_publication_keeps_the_original_and_promises_an_answer(world: World) -> None:
    question = question_in(world, words="We at Loopwell ask how deep they lie.")
    actions.publish_question(question, world.actor("manager"), wording="How deep do they lie?", version=1)
    assert (question.state, question.wording) == ("published", "How deep do they lie?")
    assert question.original == "We at Loopwell ask how deep they lie."
    assert question.answer_by and question.answer_by > clock.now()
    assert events_of(question)[-1].data == {"fields": ["wording"]}


NAMING = (
    "Loopwell asks how deep.",
    "루프웰입니다. 얼마나 깊습니까?",
    "See www.loop-well.example",
    "Answer Hana Secretname",
)


@pytest.mark.parametrize("words", NAMING)
def test_words_that_tell_who_asks_are_neither_sent_nor_published(world: World, words: str) -> None:
    world.startup.website = "https://www.loop-well.example/about"
    world.startup.texts["ko"] = OrganisationText(organisation_id=world.startup.id, locale="ko", name="루프웰")
    make_member(world.startup).user.name = "Hana Secretname"
    db.session.flush()
    with pytest.raises(Invalid) as refused:
        actions.ask_question(challenge_in(world), world.actor("startup_owner"), words=words, locale="en")
    assert refused.value.field == "words"
    question = question_in(world, words=words)
    with pytest.raises(Invalid) as refused:
        actions.publish_question(question, world.actor("manager"), wording=words)
    assert refused.value.field == "wording" and question.state == "asked"
    assert actions.ask_question(challenge_in(world), world.actor("other_startup"), words=words, locale="en").id


def test_correction_keeps_what_was_said_before(world: World) -> None:
    question = question_in(world, "published")
    actions.answer_question(question, world.actor("company_owner"), words="Two metres.", locale="en")
    with pytest.raises(Invalid):
        actions.correct_answer(question, world.actor("manager"), words="Two metres. ", locale="en")
    version = question.version
    actions.correct_answer(question, world.actor("manager"), words="Three metres.", locale="fr", version=version)
    db.session.flush()
    assert question.version > version
    assert [(a.side, a.words, a.locale) for a in question.answers] == [
        ("company", "Two metres.", "en"), ("centre", "Three metres.", "fr")
    ]  # fmt: skip
    assert [event.step for event in events_of(question)] == ["question.answer", "question.correct"]


def test_what_everybody_reads_names_no_hidden_company(world: World) -> None:
    hidden = challenge_in(world, visibility="anonymous", owner_name="Owner Secretname")
    asked, told = question_in(world, challenge=hidden), question_in(world, "published", challenge=hidden)
    manager, company = world.actor("manager"), world.actor("company_owner")
    for words in ("Here answers Haneul Water Utility.", "Ask Secretname Owner."):
        with pytest.raises(Invalid) as refused:
            actions.publish_question(asked, manager, wording=words)
        assert refused.value.field == "wording"
        for actor in (company, manager):
            with pytest.raises(Invalid) as refused:
                actions.answer_question(told, actor, words=words, locale="en")
            assert refused.value.field == "words" and "gives away" in str(refused.value.message)
    actions.answer_question(told, company, words="Two metres.", locale="en")
    with pytest.raises(Invalid):
        actions.correct_answer(told, company, words="Two metres at Haneul Water Utility.", locale="en")
    assert hidden.call
    hidden.call.identity_revealed = "at_closing"
    close_call(hidden.call)
    told = question_in(world, "published", challenge=hidden)
    actions.answer_question(told, company, words="Haneul Water Utility has two metres.", locale="en")


def test_company_that_is_named_may_name_itself(world: World) -> None:
    question = question_in(world, "published")
    actions.answer_question(question, world.actor("company_owner"), words="So says Haneul Water Utility.", locale="en")
    assert question.state == "answered"


def test_every_change_refuses_an_older_version(world: World) -> None:
    manager, asked, told = world.actor("manager"), question_in(world), question_in(world, "published")
    with pytest.raises(Stale):
        actions.publish_question(asked, manager, wording="What?", version=9)
    with pytest.raises(Stale):
        actions.decline_question(asked, manager, reason="No.", version=9)
    with pytest.raises(Stale):
        actions.withdraw_question(asked, world.actor("startup_owner"), version=9)
    with pytest.raises(Stale):
        actions.answer_question(told, manager, words="So.", locale="en", version=9)


def test_events_tell_nothing_that_was_written(world: World) -> None:
    question = question_in(world, words="Secretword of Loopwell")
    actions.publish_question(question, world.actor("manager"), wording="Edited Secretword")
    actions.answer_question(question, world.actor("company_owner"), words="Secretword answer", locale="en")
    told = " ".join(f"{event.data} {event.reason}" for event in events_of(question))
    assert "Secretword" not in told and "Loopwell" not in told and str(question.asker_id) not in told
