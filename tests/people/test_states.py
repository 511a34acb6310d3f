"""The standing of an organisation: each step from each state, and what must hold."""

from __future__ import annotations

import itertools

import pytest

from marketplace.kernel import workflow
from marketplace.kernel.errors import Blocked, Forbidden, Invalid
from marketplace.people.states import ORGANISATION
from tests.world import World

TARGETS = {
    ("organisation.submit", "unverified"): "submitted",
    ("organisation.submit", "corrections"): "submitted",
    ("organisation.verify", "submitted"): "verified",
    ("organisation.verify", "unverified"): "verified",
    ("organisation.verify", "corrections"): "verified",
    ("organisation.ask_corrections", "submitted"): "corrections",
    ("organisation.ask_corrections", "verified"): "corrections",
    ("organisation.ask_corrections", "unverified"): "corrections",
    ("organisation.amend", "verified"): "submitted",
}
DOERS = {"organisation.submit": "startup_owner", "organisation.amend": "startup_owner"}
PAIRS = list(itertools.product([step.name for step in ORGANISATION.steps], ORGANISATION.states))


@pytest.mark.parametrize(("step", "state"), PAIRS)
def test_a_step_moves_from_these_states_alone(world: World, step: str, state: str) -> None:
    world.startup.state = state
    actor = world.actor(DOERS.get(step, "manager"))
    if (step, state) in TARGETS:
        event = workflow.fire(step, world.startup, actor, reason="The number is wrong.")
        assert (event.before, event.after, world.startup.state) == (state, TARGETS[step, state], TARGETS[step, state])
    else:
        with pytest.raises(Blocked):
            workflow.fire(step, world.startup, actor, reason="The number is wrong.")


@pytest.mark.parametrize("role", World.ROLES)
def test_verification_is_for_the_staff_of_the_centre_that_was_chosen(world: World, role: str) -> None:
    world.startup.state = "submitted"
    if role in ("manager", "broker"):
        workflow.fire("organisation.verify", world.startup, world.actor(role))
        assert world.startup.is_verified
    else:
        with pytest.raises(Forbidden):
            workflow.fire("organisation.verify", world.startup, world.actor(role))


def test_verification_is_asked_for_with_a_full_registration_alone(world: World) -> None:
    startup = world.startup
    startup.state = "unverified"
    needed = {
        "registration_number": "Registration number",
        "region_code": "Region of the headquarters",
        "registered_on": "Registration date",
    }
    for name, words in needed.items():
        kept = getattr(startup, name)
        setattr(startup, name, None)
        with pytest.raises(Blocked) as refused:
            workflow.fire("organisation.submit", startup, world.actor("startup_owner"))
        assert str(refused.value.message) == f"Still missing in the profile: {words}."
        setattr(startup, name, kept)
    workflow.fire("organisation.submit", startup, world.actor("startup_owner"))


def test_corrections_need_a_reason(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        workflow.fire("organisation.ask_corrections", world.startup, world.actor("manager"), reason="  ")
    assert refused.value.field == "reason"
