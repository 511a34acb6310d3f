"""Every transition of a question, for every role."""

from __future__ import annotations

from operator import attrgetter

import pytest

from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.workflow import Step, fire, machine
from marketplace.questions.models import Question
from tests.calls.cast import close_call
from tests.questions.cast import question_in
from tests.roles import COMPANY, STAFF, STARTUP
from tests.steps import assert_for_roles_alone
from tests.world import World

WHO = {
    "question.publish": STAFF,
    "question.decline": STAFF,
    "question.withdraw": STARTUP,
    "question.answer": COMPANY | STAFF,
    "question.correct": COMPANY | STAFF,
}


def ready(world: World, step: str) -> Question:
    source = next(s.sources[0] for s in machine("question").steps if s.name == step)
    question = question_in(world, source)
    if step == "question.publish":
        question.wording, question.published_at = question.original, question.created_at
        question.answer_by = question.created_at
    return question


def test_table_names_every_step() -> None:
    assert {step.name for step in machine("question").steps} == set(WHO)


@pytest.mark.parametrize("step", machine("question").steps, ids=attrgetter("name"))
def test_step_is_for_its_roles_alone(world: World, step: Step) -> None:
    assert_for_roles_alone(world, step, ready(world, step.name), WHO[step.name])


@pytest.mark.parametrize("step", WHO)
def test_step_starts_in_its_own_state_alone(world: World, step: str) -> None:
    question, role = ready(world, step), next(iter(WHO[step]))
    sources = next(s.sources for s in machine("question").steps if s.name == step)
    for state in set(machine("question").states) - set(sources) - {"published", "answered"}:
        question.state = state
        with pytest.raises(Blocked):
            fire(step, question, world.actor(role), reason="Because.")


@pytest.mark.parametrize(("step", "after_closing"), [
    ("question.publish", False), ("question.correct", False), ("question.answer", True),
    ("question.decline", True), ("question.withdraw", True),
])  # fmt: skip
def test_nothing_new_is_published_after_the_deadline(world: World, step: str, after_closing: bool) -> None:
    question, role = ready(world, step), next(iter(WHO[step]))
    assert question.call
    close_call(question.call)
    if after_closing:
        fire(step, question, world.actor(role), reason="Because.")
    else:
        with pytest.raises(Blocked):
            fire(step, question, world.actor(role), reason="Because.")


def test_answer_is_not_asked_of_a_challenge_that_ended(world: World) -> None:
    question = ready(world, "question.answer")
    question.challenge.state = "withdrawn"
    with pytest.raises(Blocked):
        fire("question.answer", question, world.actor("company_owner"))


def test_question_is_left_unpublished_with_a_reason(world: World) -> None:
    with pytest.raises(Invalid):
        fire("question.decline", ready(world, "question.decline"), world.actor("manager"), reason=" ")
