"""Decisions: prepared in confidence, bound by places and gates, released together."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.applications.models import Application, Decision
from marketplace.calls.models import Award
from marketplace.evaluations import decisions, opinions
from marketplace.kernel import policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.events import Event
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import application_to, challenge_in, closed_call, prepared, viewed
from tests.world import World


def decision_of(application: Application) -> tuple[str, int | None] | None:
    held = db.session.get(Decision, application.id)
    return (held.outcome, held.rank) if held else None


def prepare(world: World, application: Application, outcome: str = "selected", **values: Any) -> Decision:
    if outcome == "declined":
        values = {"reason_code": "places", "comments": "Others were closer.", **values}
    return decisions.prepare_decision(application, world.actor("broker"), outcome=outcome, **values)


def test_preparing_moves_no_state_and_leaves_no_event(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)))
    before = (application.state, application.version, application.updated_at, application.state_since)
    events = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    prepare(world, application)
    db.session.refresh(application)
    assert (application.state, application.version, application.updated_at, application.state_since) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == events
    assert decision_of(application) == ("selected", None)


@pytest.mark.parametrize("outcome", ["selected", "reserve"])
def test_places_come_from_the_shortlist_alone(world: World, outcome: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "eligible")
    with pytest.raises(Blocked, match="shortlist first"):
        prepare(world, application, outcome)
    prepare(world, application, "declined")
    assert decision_of(application) == ("declined", None)


@pytest.mark.parametrize("state", ["submitted", "ineligible", "withdrawn"])
def test_only_eligible_applications_are_decided(world: World, state: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), state)
    application.number = application.number or "T-left"
    with pytest.raises(Blocked):
        prepare(world, application, "declined")


@pytest.mark.parametrize(
    ("values", "field"),
    [({"reason_code": None}, "reason_code"), ({"reason_code": ""}, "reason_code"), ({"comments": " "}, "comments")],
)
def test_declining_needs_reason_and_comments(world: World, values: dict[str, Any], field: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)))
    with pytest.raises(Invalid) as refused:
        prepare(world, application, "declined", **values)
    assert (refused.value.field, decision_of(application)) == (field, None)


def test_database_holds_reasons_too(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)))
    with pytest.raises(IntegrityError, match="reasons"), db.session.begin_nested():
        prepared(world, application, "declined", comments="")


def test_reserves_line_up_and_close_ranks(world: World) -> None:
    call = closed_call(world)
    challenge, other = challenge_in(world, call), challenge_in(world, call)
    first, second, third = (application_to(world, challenge) for _ in range(3))
    elsewhere = application_to(world, other)
    for application in (first, second, third, elsewhere):
        prepare(world, application, "reserve")
    assert [decision_of(a) for a in (first, second, third, elsewhere)] == [
        ("reserve", 1), ("reserve", 2), ("reserve", 3), ("reserve", 1),
    ]  # fmt: skip
    decisions.move_reserve(third, world.actor("broker"), up=True)
    decisions.move_reserve(first, world.actor("broker"), up=True)
    assert [decision_of(a) for a in (first, third, second)] == [("reserve", 1), ("reserve", 2), ("reserve", 3)]
    decisions.take_back_decision(first, world.actor("broker"))
    assert [decision_of(a) for a in (first, third, second)] == [None, ("reserve", 1), ("reserve", 2)]
    prepare(world, third, "selected")
    assert [decision_of(a) for a in (third, second)] == [("selected", None), ("reserve", 1)]


def test_database_holds_ranks_apart(world: World) -> None:
    challenge = challenge_in(world, closed_call(world))
    prepared(world, application_to(world, challenge), "reserve", rank=1)
    prepared(world, application_to(world, challenge), "reserve", rank=1)
    with pytest.raises(IntegrityError, match="ex_decisions_rank"):
        db.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_rank_is_for_reserves_alone(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)))
    prepare(world, application, "selected")
    with pytest.raises(Blocked):
        decisions.move_reserve(application, world.actor("broker"), up=True)


def test_no_more_are_selected_than_the_call_awards(world: World) -> None:
    call = closed_call(world, award_count=1)
    prepare(world, application_to(world, challenge_in(world, call)))
    one_more = application_to(world, challenge_in(world, call))
    with pytest.raises(Blocked, match="All 1 awards"):
        prepare(world, one_more)
    assert decision_of(one_more) is None


def test_no_more_are_selected_than_the_challenge_seeks(world: World) -> None:
    challenge = challenge_in(world, closed_call(world), startups_sought=1)
    first = application_to(world, challenge)
    prepare(world, first)
    prepare(world, first)
    with pytest.raises(Blocked, match="looks for 1"):
        prepare(world, application_to(world, challenge))


def test_no_startup_is_selected_more_often_than_the_call_allows(world: World) -> None:
    call = closed_call(world, awards_per_startup=1)
    prepare(world, application_to(world, challenge_in(world, call), organisation=world.startup))
    with pytest.raises(Blocked, match="as often as the call allows"):
        prepare(world, application_to(world, challenge_in(world, call), organisation=world.startup))


@pytest.mark.parametrize("role", ["advisory", "gate"])
def test_gate_asks_for_a_possible_fit(world: World, role: str) -> None:
    call = closed_call(world, fit_role=role, award_count=9)
    for fit in (None, "weak", "possible", "strong"):
        for outcome in ("selected", "reserve"):
            application = application_to(world, challenge_in(world, call))
            passes = role == "advisory" or fit in ("possible", "strong")
            if fit:
                viewed(world, application, fit)
            if passes:
                prepare(world, application, outcome)
            else:
                with pytest.raises(Blocked, match="possible fit"):
                    prepare(world, application, outcome)
            assert (fit, outcome, decision_of(application) is not None) == (fit, outcome, passes)


def test_gate_holds_at_the_release_too(world: World) -> None:
    call = closed_call(world, fit_role="gate")
    application = application_to(world, challenge_in(world, call))
    prepared(world, application)
    with pytest.raises(Blocked, match="possible fit"):
        decisions.release_decisions(call, world.actor("manager"))


def test_decision_drawn_from_an_old_version_is_refused(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)))
    held = prepare(world, application, "selected", version=0)
    with pytest.raises(Stale):
        prepare(world, application, "declined", version=0)
    prepare(world, application, "declined", version=held.version)
    assert decision_of(application) == ("declined", None)


def test_declining_the_rest_leaves_shortlist_and_decided_alone(world: World) -> None:
    call = closed_call(world)
    challenge = challenge_in(world, call)
    rest = [application_to(world, challenge, "eligible") for _ in range(2)]
    other = application_to(world, challenge, "eligible")
    prepare(world, other, "declined", comments="Their own.")
    short, submitted = application_to(world, challenge), application_to(world, challenge, "submitted")
    number = decisions.decline_rest(call, world.actor("broker"), reason_code="places", comments="Few places.")
    assert number == 2
    assert [decision_of(a) for a in (*rest, other, short, submitted)] == [("declined", None)] * 3 + [None, None]
    assert [db.session.get_one(Decision, a.id).comments for a in (rest[0], other)] == ["Few places.", "Their own."]
    with pytest.raises(Invalid):
        decisions.decline_rest(call, world.actor("broker"), reason_code="", comments="x")


def test_release_moves_every_state_and_takes_the_places(world: World) -> None:
    call = closed_call(world)
    challenge = challenge_in(world, call)
    chosen, waiting, declined = (application_to(world, challenge) for _ in range(3))
    gone = application_to(world, challenge, "withdrawn")
    gone.number = "T-gone"
    refused = application_to(world, challenge, "ineligible")
    prepared(world, chosen, comments="Well done.")
    prepared(world, gone, "reserve", rank=1)
    prepared(world, waiting, "reserve", rank=2)
    prepared(world, declined, "declined")
    released = decisions.release_decisions(call, world.actor("manager"))
    assert released == {"selected": 1, "reserve": 1, "declined": 1}
    assert [a.state for a in (chosen, waiting, declined, gone, refused)] == [
        "selected", "reserve", "declined", "withdrawn", "ineligible",
    ]  # fmt: skip
    assert call.state == "decided"
    assert decision_of(waiting) == ("reserve", 1)
    assert decision_of(gone) is None
    awards = db.session.scalars(sa.select(Award).where(Award.call_id == call.id)).all()
    assert [(a.application_id, a.organisation_id, a.challenge_id) for a in awards] == [
        (chosen.id, chosen.organisation_id, challenge.id)
    ]
    told = db.session.scalars(sa.select(Event).where(Event.step == "application.decline")).unique().one()
    assert told.reason is not None
    assert told.reason.text == "Others were closer to the need."
    assert all(db.session.get_one(Decision, a.id).released_at for a in (chosen, waiting, declined))


def test_release_closes_a_call_whose_deadline_has_passed(world: World) -> None:
    call = closed_call(world, state="open")
    application = application_to(world, challenge_in(world, call))
    prepared(world, application)
    decisions.release_decisions(call, world.actor("manager"))
    assert (call.state, application.state) == ("decided", "selected")


def test_release_names_what_is_missing(world: World) -> None:
    call = closed_call(world)
    challenge = challenge_in(world, call)
    done, open_ = application_to(world, challenge), application_to(world, challenge, "eligible")
    prepared(world, done)
    with pytest.raises(Blocked, match=str(open_.number)):
        decisions.release_decisions(call, world.actor("manager"))
    prepared(world, open_, "declined")
    application_to(world, challenge, "submitted")
    with pytest.raises(Blocked, match="Still to be screened: 1"):
        decisions.release_decisions(call, world.actor("manager"))
    assert (done.state, open_.state, call.state) == ("shortlisted", "eligible", "closed")


def test_release_twice_is_refused(world: World) -> None:
    call = closed_call(world)
    prepared(world, application_to(world, challenge_in(world, call)))
    decisions.release_decisions(call, world.actor("manager"))
    with pytest.raises(Blocked, match="quicker"):
        decisions.release_decisions(call, world.actor("manager"))


def test_release_is_for_a_manager_after_the_closing(world: World) -> None:
    call = closed_call(world)
    prepared(world, application_to(world, challenge_in(world, call)))
    assert [r for r in World.ROLES if policy.can(world.actor(r), "call.release", call)] == ["manager"]
    with pytest.raises(Forbidden):
        decisions.release_decisions(call, world.actor("broker"))
    with pytest.raises(Blocked):
        decisions.release_decisions(make_call(world.programme), world.actor("manager"))


def test_nothing_is_prepared_after_the_release(world: World) -> None:
    call = closed_call(world)
    application = application_to(world, challenge_in(world, call))
    prepare(world, application)
    decisions.release_decisions(call, world.actor("manager"))
    for act in (
        lambda: prepare(world, application, "declined"),
        lambda: decisions.take_back_decision(application, world.actor("broker")),
        lambda: decisions.decline_rest(call, world.actor("broker"), reason_code="fit", comments="x"),
    ):
        with pytest.raises(Blocked):
            act()
    assert decision_of(application) == ("selected", None)


@pytest.mark.parametrize("state", ["eligible", "shortlisted"])
def test_opinion_is_for_the_company_alone(world: World, state: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), state, organisation=world.startup)
    allowed = [r for r in World.ROLES if policy.can(world.actor(r), "application.give_opinion", application)]
    assert allowed == ["company_owner", "company_member"]


@pytest.mark.parametrize("state", ["submitted", "ineligible", "selected", "declined"])
def test_opinion_is_given_on_eligible_applications_alone(world: World, state: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), state)
    with pytest.raises(Forbidden):
        opinions.give_opinion(application, world.actor("company_owner"), fit="strong", reasons="x")


def test_opinion_waits_for_the_closing(world: World) -> None:
    application = make_application(make_challenge(world.company, make_call(world.programme)), state="eligible")
    with pytest.raises(Forbidden):
        opinions.give_opinion(application, world.actor("company_owner"), fit="strong", reasons="x")


def test_opinion_is_changed_in_place_and_needs_reasons(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "eligible")
    company = world.actor("company_member")
    with pytest.raises(Invalid):
        opinions.give_opinion(application, company, fit="weak", reasons=" ")
    first = opinions.give_opinion(application, company, fit="weak", reasons="Too early.", version=0)
    with pytest.raises(Stale):
        opinions.give_opinion(application, company, fit="strong", reasons="x", version=0)
    opinions.give_opinion(application, world.actor("company_owner"), fit="possible", reasons="Better.", version=1)
    assert [(o.id, o.fit, o.reasons) for o in application.opinions] == [(first.id, "possible", "Better.")]
    step = "application.give_opinion"
    event = db.session.scalars(sa.select(Event).where(Event.step == step).limit(1)).unique().one()
    assert (event.data, event.reason) == ({}, None)
