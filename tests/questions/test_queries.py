"""Who sees a question in each state, and who is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.kernel.db import db
from marketplace.questions.models import Question
from marketplace.questions.queries import newest_of, readers_of, visible_to
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.people.cast import actor_of
from tests.questions.cast import challenge_in, make_question, question_in
from tests.roles import COMPANY, STAFF, STARTUP
from tests.world import World

STATES = ("asked", "published", "answered", "declined", "withdrawn")
ALWAYS = {state: STARTUP | (STAFF if state != "withdrawn" else set()) for state in STATES}


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_published_is_seen_by_others(world: World, state: str) -> None:
    question = question_in(world, state)
    everybody = state in ("published", "answered")
    for role in World.ROLES:
        seen = db.session.scalars(visible_to(world.actor(role))).all()
        assert (role, seen) == (role, [question] if everybody or role in ALWAYS[state] else [])


def test_question_on_a_challenge_for_a_few_stays_with_those_who_see_it(world: World) -> None:
    question_in(world, "answered", challenge=challenge_in(world, visibility="invited"))
    seen = {role for role in World.ROLES if db.session.scalars(visible_to(world.actor(role))).all()}
    assert seen == STARTUP | COMPANY | STAFF | {"network_staff"}


@pytest.mark.parametrize("visibility", ["public", "anonymous", "invited"])
def test_readers_are_those_who_see(world: World, visibility: str) -> None:
    challenge = challenge_in(world, visibility=visibility)
    questions = {state: question_in(world, state, challenge=challenge) for state in STATES}
    readers = {state: readers_of(question) for state, question in questions.items()}
    for membership in world.memberships.values():
        seen = set(db.session.scalars(visible_to(actor_of(membership)).with_only_columns(Question.id)))
        for state, question in questions.items():
            told = readers[state]
            told_or_all = told is None or membership.user_id in told
            assert (membership.role, state, told_or_all) == (membership.role, state, question.id in seen)


def test_list_begins_with_what_waits_and_then_the_newest(world: World) -> None:
    challenge = challenge_in(world)
    old = question_in(world, "answered", challenge=challenge)
    new = question_in(world, "published", challenge=challenge)
    asked = question_in(world, "asked", challenge=challenge)
    make_question(make_challenge(world.company, make_call(world.programme)), state="answered")
    assert newest_of(challenge.id, world.actor("manager"), 5) == [asked, new, old]
    assert newest_of(challenge.id, world.actor("company_owner"), 5) == [new, old]


def test_list_takes_the_same_queries_for_one_and_three(world: World, count_queries: Any) -> None:
    sizes = []
    for many in (1, 3):
        challenge = challenge_in(world)
        for _ in range(many):
            question_in(world, "answered", challenge=challenge)
        db.session.expire_all()
        actor = world.actor("company_owner")
        with count_queries() as seen:
            assert [question.answer.words for question in newest_of(challenge.id, actor, 5) if question.answer]
        sizes.append(len(seen))
    assert sizes[0] == sizes[1]
