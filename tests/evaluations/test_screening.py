"""Screening: who may, what the rules propose, overrides with their reason, the shortlist."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.applications.access_log import note_opening
from marketplace.applications.models import EligibilityResult
from marketplace.calls.models import EligibilityRule
from marketplace.evaluations import screening
from marketplace.kernel import policy, workflow
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.events import Event
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import application_to, challenge_in, closed_call, prepared
from tests.people.cast import make_organisation
from tests.roles import STAFF
from tests.world import World


def of(step: str) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.step == step).order_by(Event.id)).unique())


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("application.confirm_eligible", "submitted"),
        ("application.find_ineligible", "submitted"),
        ("application.override_rule", "submitted"),
        ("application.shortlist", "eligible"),
        ("application.unshortlist", "shortlisted"),
        ("application.prepare", "shortlisted"),
    ],
)
def test_screening_is_for_staff_of_the_managing_centre(world: World, step: str, state: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), state, organisation=world.startup)
    assert {role for role in World.ROLES if policy.can(world.actor(role), step, application)} == STAFF


@pytest.mark.parametrize("step", ["application.select", "application.put_on_reserve", "application.decline"])
def test_deciding_is_for_a_manager_of_the_managing_centre(world: World, step: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), organisation=world.startup)
    assert [role for role in World.ROLES if policy.can(world.actor(role), step, application)] == ["manager"]


@pytest.mark.parametrize("step", ["call.prepare_decisions", "call.confirm_clear"])
def test_boards_are_for_staff_of_the_managing_centre(world: World, step: str) -> None:
    call = closed_call(world)
    assert {role for role in World.ROLES if policy.can(world.actor(role), step, call)} == STAFF


def test_lists_are_for_staff_of_the_programme(world: World) -> None:
    call = closed_call(world)
    allowed = {role for role in World.ROLES if policy.can(world.actor(role), "call.list_applications", call)}
    assert allowed == STAFF | {"cooperating_manager", "network_staff"}


def test_sealed_application_is_screened_by_nobody(world: World) -> None:
    application = make_application(make_challenge(world.company, make_call(world.programme)), state="submitted")
    with pytest.raises(Forbidden):
        screening.confirm_eligible(application, world.actor("manager"))
    assert application.state == "submitted"


def test_confirming_records_what_the_rules_say(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "submitted")
    screening.confirm_eligible(application, world.actor("broker"))
    assert application.state == "eligible"
    assert [(r.verdict, r.facts["kind"]) for r in application.results] == [("meets", "startup")]
    assert application.results[0].facts["words"]["ko"]["rule"]  # the applicant reads it in any language


def test_confirming_waits_for_a_verdict_on_a_failed_rule(world: World) -> None:
    application = application_to(
        world, challenge_in(world, closed_call(world)), "submitted", organisation=make_organisation("research")
    )
    manager = world.actor("manager")
    with pytest.raises(Blocked, match="Judge it yourself"):
        screening.confirm_eligible(application, manager)
    screening.override_rule(application, application.results[0], manager, verdict="meets", reason="A spin-off.")
    screening.confirm_eligible(application, manager)
    result = application.results[0]
    assert (application.state, result.verdict, result.holds) == ("eligible", "fails", "meets")


def test_override_keeps_person_day_and_reason(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "submitted")
    result = screening.register_of(application)[0].result
    broker = world.actor("broker")
    screening.override_rule(application, result, broker, verdict="cannot_tell", reason=" The register is unclear. ")
    assert (result.override, result.override_reason) == ("cannot_tell", "The register is unclear.")
    assert (result.override_by_id, result.override_at is not None) == (broker.user_id, True)
    event = of("application.override_rule")[-1]
    assert event.data == {"rule": result.rule_id, "kind": "kind", "verdict": "meets", "override": "cannot_tell"}
    assert event.reason is not None
    assert event.reason.text == "The register is unclear."


def test_override_without_a_reason_is_refused(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "submitted")
    result = screening.register_of(application)[0].result
    with pytest.raises(Invalid):
        screening.override_rule(application, result, world.actor("broker"), verdict="fails", reason="  ")
    assert (result.override, of("application.override_rule")) == (None, [])
    with pytest.raises(IntegrityError, match="override_reason"), db.session.begin_nested():
        db.session.execute(sa.update(EligibilityResult).values(override="fails"))


def test_override_drawn_from_an_old_version_is_refused(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "submitted")
    result = screening.register_of(application)[0].result
    seen = application.version
    screening.override_rule(application, result, world.actor("broker"), verdict="fails", reason="x", version=seen)
    db.session.flush()
    with pytest.raises(Stale):
        screening.override_rule(application, result, world.actor("manager"), verdict="meets", reason="y", version=seen)
    assert result.override == "fails"


def test_check_again_follows_a_corrected_profile_and_keeps_overrides(world: World) -> None:
    call = closed_call(world)
    call.rules.append(EligibilityRule(position=2, kind="age", params={"years": 7}))
    startup = make_organisation("startup", registered_on=None)
    application = application_to(world, challenge_in(world, call), "submitted", organisation=startup)
    kind, age = (finding.result for finding in screening.register_of(application))
    screening.override_rule(application, kind, world.actor("broker"), verdict="fails", reason="Not one.")
    assert age.verdict == "cannot_tell"
    startup.registered_on = date(2024, 1, 1)
    assert [finding.has_moved for finding in screening.register_of(application)] == [False, True]
    screening.check_again(application, world.actor("broker"))
    assert (age.verdict, kind.holds) == ("meets", "fails")


def test_refusal_as_ineligible_needs_a_reason(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "submitted")
    with pytest.raises(Invalid):
        screening.find_ineligible(application, world.actor("broker"), reason="")
    assert application.state == "submitted"
    screening.find_ineligible(application, world.actor("broker"), reason="Too old.")
    reason = of("application.find_ineligible")[-1].reason
    assert (application.state, reason.text if reason else "") == ("ineligible", "Too old.")


def test_confirming_together_takes_only_those_that_meet_every_rule(world: World) -> None:
    call = closed_call(world)
    challenge = challenge_in(world, call)
    clear = [application_to(world, challenge, "submitted") for _ in range(2)]
    failing = application_to(world, challenge, "submitted", organisation=make_organisation("research"))
    judged = application_to(world, challenge, "submitted")
    result = screening.register_of(judged)[0].result
    screening.override_rule(judged, result, world.actor("broker"), verdict="fails", reason="No.")
    elsewhere = application_to(world, challenge_in(world, closed_call(world)), "submitted")
    assert screening.confirm_clear(call, world.actor("broker")) == 2
    assert [a.state for a in (*clear, failing, judged, elsewhere)] == ["eligible", "eligible", *["submitted"] * 3]


def test_shortlist_and_back(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "eligible")
    screening.shortlist(application, world.actor("broker"))
    assert application.state == "shortlisted"
    screening.unshortlist(application, world.actor("broker"))
    assert application.state == "eligible"


@pytest.mark.parametrize("step", ["application.unshortlist", "application.find_ineligible"])
def test_prepared_application_is_not_moved_before_its_decision_is_taken_back(world: World, step: str) -> None:
    state = "shortlisted" if step == "application.unshortlist" else "eligible"
    application = application_to(world, challenge_in(world, closed_call(world)), state)
    prepared(world, application, "declined")
    with pytest.raises(Blocked, match="Take it back first"):
        workflow.fire(step, application, world.actor("manager"), reason="x")
    assert application.state == state


@pytest.mark.parametrize(
    ("step", "state"), [("application.confirm_eligible", "submitted"), ("application.shortlist", "eligible")]
)
def test_nothing_is_screened_after_the_release(world: World, step: str, state: str) -> None:
    application = application_to(world, challenge_in(world, closed_call(world, state="decided")), state)
    with pytest.raises(Blocked, match="released"):
        workflow.fire(step, application, world.actor("manager"))


def test_opening_is_noted_once_for_each_person_but_not_for_the_team(world: World) -> None:
    application = application_to(world, challenge_in(world, closed_call(world)), "eligible", organisation=world.startup)
    for role in ("manager", "manager", "company_owner", "startup_owner", "broker", "manager"):
        note_opening([application], world.actor(role))
    expected = [world.memberships[role].user_id for role in ("manager", "company_owner", "broker")]
    assert [event.actor_id for event in of("application.open_file")] == expected


def test_call_is_reopened_only_before_any_file_is_opened(world: World) -> None:
    call = closed_call(world)
    application = application_to(world, challenge_in(world, call), "submitted")
    choice = {c.step.name: c for c in workflow.available_steps(call, world.actor("manager"))}["call.reopen"]
    assert choice.blocked is None
    note_opening([application], world.actor("broker"))
    choice = {c.step.name: c for c in workflow.available_steps(call, world.actor("manager"))}["call.reopen"]
    assert "already opened" in str(choice.blocked)
