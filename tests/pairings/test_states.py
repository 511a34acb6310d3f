"""Every transition of a pairing, for every role."""

from __future__ import annotations

from operator import attrgetter

import pytest

from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.workflow import Step, fire, machine
from marketplace.pairings.models import Pairing
from tests.factories import days_from_now
from tests.pairings.cast import pair
from tests.roles import SIDES, STAFF
from tests.steps import assert_for_roles_alone
from tests.world import World

WHO = {
    "pairing.accept": SIDES,
    "pairing.decline": SIDES,
    "pairing.expire": {"system"},
    "pairing.confirm": STAFF,
    "pairing.lapse": {*STAFF, "system"},
}


def ready(world: World, step: str) -> Pairing:
    if step == "pairing.accept":
        return pair(world, company_accepts=True, startup_accepts=True)
    if step in ("pairing.confirm", "pairing.lapse"):
        return pair(world, "accepted")
    return pair(world, overdue=step == "pairing.expire")


def test_table_names_every_step() -> None:
    assert {step.name for step in machine("pairing").steps} == set(WHO)


@pytest.mark.parametrize("step", machine("pairing").steps, ids=attrgetter("name"))
def test_step_is_for_its_roles_alone(world: World, step: Step) -> None:
    assert_for_roles_alone(world, step, ready(world, step.name), WHO[step.name])


def test_acceptance_needs_both_sides(world: World) -> None:
    with pytest.raises(Blocked):
        fire("pairing.accept", pair(world, company_accepts=True), world.actor("company_owner"))


def test_answer_after_the_date_is_refused(world: World) -> None:
    pairing = pair(world, overdue=True, company_accepts=True, startup_accepts=True)
    for step in ("pairing.accept", "pairing.decline"):
        with pytest.raises(Blocked):
            fire(step, pairing, world.actor("startup_owner"), reason="Late.")


def test_expiry_before_the_date_is_refused(world: World) -> None:
    with pytest.raises(Blocked):
        fire("pairing.expire", pair(world), world.actor("system"))


@pytest.mark.parametrize("step", ["pairing.decline", "pairing.lapse"])
def test_ending_needs_a_reason(world: World, step: str) -> None:
    actor = world.actor("manager" if step == "pairing.lapse" else "company_owner")
    with pytest.raises(Invalid):
        fire(step, ready(world, step), actor, reason="  ")


def test_confirmation_needs_the_application_selected(world: World) -> None:
    pairing = pair(world, "accepted")
    pairing.application.state = "stepped_back"
    with pytest.raises(Blocked):
        fire("pairing.confirm", pairing, world.actor("manager"))


def test_confirmation_stops_where_the_challenge_has_its_startups(world: World) -> None:
    first = pair(world, "confirmed")
    from tests.applications.cast import make_application
    from tests.pairings.cast import make_pairing

    second = make_pairing(make_application(first.challenge, world.other_startup, state="selected"), state="accepted")
    with pytest.raises(Blocked):
        fire("pairing.confirm", second, world.actor("manager"))
    first.challenge.startups_sought = 2
    fire("pairing.confirm", second, world.actor("manager"))
    assert second.state == "confirmed"


def test_state_at_expires_by_the_date_alone(world: World) -> None:
    pairing = pair(world)
    assert pairing.state_at(days_from_now(0)) == "requested"
    assert pairing.state_at(days_from_now(8)) == "expired"
    accepted = pair(world, "accepted")
    assert accepted.state_at(days_from_now(8)) == "accepted"
