"""Every step of a challenge, taken by every role: who may, who may not, and where it leads."""

from __future__ import annotations

import pytest

from marketplace.kernel import workflow
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.policy import SYSTEM
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import together
from tests.roles import COMPANY, STAFF
from tests.steps import assert_for_roles_alone
from tests.world import World

ALLOWED = {
    "challenge.submit": COMPANY,
    "challenge.resubmit": COMPANY,
    "challenge.withdraw": COMPANY,
    "challenge.take_up": STAFF,
    "challenge.ask_changes": STAFF,
    "challenge.accept": STAFF,
    "challenge.reject": STAFF,
    "challenge.publish": STAFF,
    "challenge.close": set(),
    "challenge.reopen": set(),
    "challenge.fill": STAFF,
    "challenge.leave_unfilled": STAFF,
    "challenge.archive": STAFF,
}
STEPS = {step.name: step for step in workflow.machine("challenge").steps}


def test_table_names_every_step() -> None:
    assert set(ALLOWED) == set(STEPS)


@pytest.mark.parametrize("name", list(ALLOWED))
def test_step_is_taken_by_its_roles_alone(world: World, name: str) -> None:
    step, call = STEPS[name], make_call(world.programme)
    system_may = {"challenge.close", "challenge.reopen", "challenge.fill", "challenge.withdraw"}
    granted = {*ALLOWED[name], *({"system"} if name in system_may else ())}
    challenge = make_challenge(world.company, call, centre=world.centre, state=step.sources[0])
    assert_for_roles_alone(world, step, challenge, granted)


def test_step_is_refused_from_any_other_state(world: World) -> None:
    call, taken = make_call(world.programme), []
    with together():
        made = {
            state: make_challenge(world.company, call, centre=world.centre, state=state)
            for state in workflow.machine("challenge").states
        }
    for name, step in STEPS.items():
        actor = world.actor(min(ALLOWED[name])) if ALLOWED[name] else SYSTEM
        for state in set(made) - set(step.sources):
            try:
                workflow.fire(name, made[state], actor, reason="Because.")
            except Blocked:
                assert made[state].state == state, name
            else:
                taken.append((name, state))
                made[state].state = state
    assert taken == []


@pytest.mark.parametrize(
    "name", ["challenge.ask_changes", "challenge.reject", "challenge.withdraw", "challenge.leave_unfilled"]
)
def test_step_that_hurts_needs_a_reason(world: World, name: str) -> None:
    step = STEPS[name]
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre, state=step.sources[0])
    actor = world.actor(sorted(ALLOWED[name])[0])
    with pytest.raises(Invalid) as refused:
        workflow.fire(name, challenge, actor, reason="  ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        ("trl_from", None),
        ("resources", []),
        ("ip_option", None),
        ("owner_name", ""),
        ("decision_date", None),
    ],
)
def test_submission_names_what_is_missing(world: World, field: str, empty: object) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="draft", **{field: empty})
    with pytest.raises(Blocked) as blocked:
        workflow.fire("challenge.submit", challenge, world.actor("company_owner"))
    labels = {
        "trl_from": "Readiness from",
        "resources": "Resources offered",
        "ip_option": "Rights to the result",
        "owner_name": "Problem owner",
        "decision_date": "Decision date",
    }
    assert labels[field] in str(blocked.value.message)


@pytest.mark.parametrize("field", ["title", "summary", "problem", "success_criteria", "purchase_route"])
def test_submission_needs_its_texts_in_the_main_language(world: World, field: str) -> None:
    challenge = make_challenge(world.company, None, centre=world.centre, state="draft")
    setattr(challenge.texts["en"], field, " ")
    with pytest.raises(Blocked):
        workflow.fire("challenge.submit", challenge, world.actor("company_owner"))


def test_submission_needs_words_for_other_rights_and_somebody_invited(world: World) -> None:
    actor = world.actor("company_owner")
    worded = make_challenge(world.company, None, centre=world.centre, state="draft", ip_option="other")
    alone = make_challenge(world.company, None, centre=world.centre, state="draft", visibility="invited")
    for challenge in (worded, alone):
        with pytest.raises(Blocked):
            workflow.fire("challenge.submit", challenge, actor)
    worded.texts["en"].ip_words = "Each case on its own."
    workflow.fire("challenge.submit", worded, actor)
    assert worded.state == "submitted"
