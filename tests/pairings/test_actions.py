"""Asking, answering, reminding and expiring."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.applications.models import Application
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid
from marketplace.kernel.events import Event, EventReason
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.pairings import actions
from marketplace.pairings.models import Pairing
from marketplace.pairings.secrets import company_of, reads_reason
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import days_from_now
from tests.history import steps_of
from tests.pairings.cast import pair
from tests.world import World


def selected(world: World) -> Application:
    challenge = make_challenge(world.company, make_call(world.programme), state="closed")
    return make_application(challenge, world.startup, state="selected")


def request(world: World, role: str = "manager", **values: object) -> Pairing:
    application: Any = values.get("application") or selected(world)
    given = {"answer_by": days_from_now(10), "application": application, **values}
    return actions.request_pairing(application.call, world.company, world.startup, world.actor(role), **given)


def test_request_is_for_centres_of_the_programme(world: World) -> None:
    may = {"manager", "broker", "cooperating_manager"}
    one = selected(world)
    for role in set(World.ROLES) - may:
        with pytest.raises(Forbidden):
            request(world, role, application=one)
        assert (role, db.session.scalar(sa.select(sa.func.count()).select_from(Pairing))) == (role, 0)
    for role in may:
        pairing = request(world, role)
        assert (pairing.state, pairing.centre_id) == ("requested", world.actor(role).organisation_id), role
        assert steps_of(pairing) == ["pairing.request"], role


def test_request_needs_a_selected_application_without_a_pairing(world: World) -> None:
    first = request(world)
    with pytest.raises(Blocked):
        request(world, application=first.application)
    declined = make_application(first.challenge, world.other_startup, state="declined")
    with pytest.raises(Blocked):
        request(world, application=declined)


@pytest.mark.parametrize("days", [-1, 0, 120])
def test_request_refuses_a_date_that_leaves_no_time(world: World, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        request(world, answer_by=days_from_now(days))
    assert refused.value.field == "answer_by"


def test_direct_request_is_for_tracks_without_application(world: World) -> None:
    with pytest.raises(Invalid):
        request(world, application=None)
    call = make_call(world.programme, track="follow_up")
    asked = {"answer_by": days_from_now(5)}
    actions.request_pairing(call, world.company, world.startup, world.actor("manager"), **asked)
    with pytest.raises(Invalid):
        actions.request_pairing(call, world.company, world.startup, world.actor("manager"), **asked)


def test_both_acceptances_accept(world: World) -> None:
    pairing = request(world)
    actions.answer_pairing(pairing, world.actor("startup_owner"), accepts=True, reason="It fits.")
    assert pairing.state == "requested"
    actions.answer_pairing(pairing, world.actor("company_member"), accepts=True, reason="We need it.")
    assert pairing.state == "accepted"
    assert steps_of(pairing) == ["pairing.request", "pairing.answer", "pairing.answer", "pairing.accept"]


def test_one_refusal_declines(world: World) -> None:
    pairing = request(world)
    actions.answer_pairing(pairing, world.actor("company_owner"), accepts=False, reason="Not precise enough.")
    assert pairing.state == "declined"
    with pytest.raises(Blocked):
        actions.answer_pairing(pairing, world.actor("startup_owner"), accepts=True, reason="Too late.")


def test_answer_is_given_once_with_a_reason_by_a_side(world: World) -> None:
    pairing = request(world)
    with pytest.raises(Invalid):
        actions.answer_pairing(pairing, world.actor("company_owner"), accepts=True, reason=" ")
    actions.answer_pairing(pairing, world.actor("company_owner"), accepts=True, reason="Yes.")
    with pytest.raises(Blocked):
        actions.answer_pairing(pairing, world.actor("company_member"), accepts=False, reason="No.")
    for role in ("manager", "other_startup", "network_staff", "evaluator"):
        with pytest.raises(Forbidden):
            actions.answer_pairing(pairing, world.actor(role), accepts=True, reason="Yes.")


def test_reason_is_kept_from_the_other_side_until_its_own_answer(world: World) -> None:
    pairing = request(world)
    actions.answer_pairing(pairing, world.actor("company_owner"), accepts=True, reason="Secret motive.")
    startup, company, staff = (world.actor(r) for r in ("startup_owner", "company_member", "manager"))
    assert not reads_reason(pairing, startup, "company")
    assert reads_reason(pairing, company, "company") and reads_reason(pairing, staff, "company")
    assert db.session.scalar(sa.select(EventReason).where(EventReason.text.contains("Secret motive"))) is None
    actions.answer_pairing(pairing, startup, accepts=True, reason="Good.")
    assert reads_reason(pairing, startup, "company")


def test_reminder_goes_to_the_silent_once_a_day(world: World) -> None:
    pairing = request(world)
    actions.answer_pairing(pairing, world.actor("company_owner"), accepts=True, reason="Yes.")
    actions.remind_sides(pairing, world.actor("broker"))
    event = db.session.scalars(sa.select(Event).where(Event.step == "pairing.remind")).one()
    assert event.data == {"organisations": [world.startup.id]}
    with pytest.raises(Blocked):
        actions.remind_sides(pairing, world.actor("broker"))
    with pytest.raises(Forbidden):
        actions.remind_sides(pairing, world.actor("startup_owner"))


def test_expiry_twice_expires_once(world: World) -> None:
    late, still = pair(world, overdue=True), pair(world)
    assert (actions.expire_due(SYSTEM), actions.expire_due(SYSTEM)) == (1, 0)
    assert (late.state, still.state) == ("expired", "requested")
    assert steps_of(late) == ["pairing.expire"]


def test_expiry_in_parallel_expires_each_once(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        made = [pair(world, overdue=True).id for _ in range(4)]
        db.session.commit()
    gate, counts = Barrier(3), []

    def run() -> None:
        with committed_app.app_context(), open_unit():
            gate.wait()
            counts.append(actions.expire_due(SYSTEM))
            db.session.commit()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with committed_app.app_context():
        told = db.session.scalar(sa.select(sa.func.count()).where(Event.step == "pairing.expire"))
        states = set(db.session.scalars(sa.select(Pairing.state).where(Pairing.id.in_(made))))
    assert (sum(counts), told, states) == (4, 4, {"expired"})


@pytest.mark.parametrize(("rule", "described"), [("never", True), ("at_pairing", False)])
def test_anonymous_company_is_revealed_where_the_call_says_so(world: World, rule: str, described: bool) -> None:
    pairing = pair(world, challenge={"visibility": "anonymous"})
    pairing.call.identity_revealed = rule
    assert company_of(pairing, world.actor("startup_owner"), "en").is_described is described
    for role in ("company_owner", "manager", "network_staff"):
        assert company_of(pairing, world.actor(role), "en").name == "Haneul Water Utility"
