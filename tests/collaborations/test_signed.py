"""What was signed moves for no side alone; signers may refuse; the company is heard before the result."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.collaborations import actions, agreements, milestone_changes, milestones
from marketplace.collaborations.models import Milestone, MilestoneChange
from marketplace.collaborations.states import OPINION_WAIT
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid
from marketplace.kernel.events import Event
from marketplace.notifications import reactions
from marketplace.notifications.models import Mail
from tests.collaborations.cast import TERMS, begun, drafted, milestone_of, report_of, sign, signed, to_sign
from tests.factories import days_from_now
from tests.forms import post
from tests.world import Rows, SignedIn, World

LATER = date(2027, 5, 3)


def asked(world: World, role: str, milestone: Milestone, **values: Any) -> MilestoneChange:
    given = {"title": milestone.title, "owner_id": milestone.owner_id, "due_on": LATER, "reason": "Winter.", **values}
    return milestone_changes.ask_change(milestone, world.actor(role), **given)


def planned(world: World, state: str = "scheduled") -> Milestone:
    """A milestone of a collaboration whose agreement is in force."""
    return milestone_of(signed(world).collaboration, state, due_on=date(2027, 3, 1))


def test_signed_milestone_moves_for_nobody_alone(world: World) -> None:
    milestone = planned(world)
    fields = {"title": milestone.title, "owner_id": milestone.owner_id, "due_on": milestone.due_on, "note": ""}
    for role in ("startup_owner", "manager"):
        for name, value in (("due_on", LATER), ("title", "Less"), ("owner_id", world.company.id)):
            with pytest.raises(Blocked):
                milestones.edit_milestone(milestone, world.actor(role), **{**fields, name: value})
    milestones.edit_milestone(milestone, world.actor("startup_owner"), **{**fields, "note": "As drawn."})
    missed = milestone_of(milestone.collaboration, "not_met")
    with pytest.raises(Blocked):
        milestones.reschedule_milestone(missed, world.actor("company_owner"), due_on=LATER, reason="Winter.")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text("UPDATE milestones SET due_on = due_on + 365"))
    assert (milestone.due_on, milestone.note) == (date(2027, 3, 1), "As drawn.")


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("startup_owner", ["company_owner"]),
        ("company_owner", ["startup_member"]),
        ("manager", ["startup_owner", "company_owner"]),
    ],
)
def test_change_counts_once_both_sides_agree(world: World, asks: str, answers: list[str]) -> None:
    milestone = planned(world)
    asked(world, asks, milestone, title="Twelve pipes")
    with pytest.raises(Forbidden):
        milestone_changes.agree_change(milestone, world.actor(asks))
    for role in answers:
        assert milestone.due_on == date(2027, 3, 1)
        milestone_changes.agree_change(milestone, world.actor(role))
    assert (milestone.due_on, milestone.title, milestone.asked_change) == (LATER, "Twelve pipes", None)
    steps = db.session.scalars(sa.select(Event.step).where(Event.subject_type == "milestone").order_by(Event.id))
    agreed = ["milestone.agree_change"] * len(answers)
    assert list(steps) == ["milestone.ask_change", *agreed, "milestone.change"]


def test_change_is_refused_with_a_reason_or_taken_back(world: World) -> None:
    milestone = planned(world)
    asked(world, "startup_owner", milestone)
    with pytest.raises(Blocked):
        asked(world, "company_owner", milestone)
    with pytest.raises(Invalid):
        milestone_changes.refuse_change(milestone, world.actor("company_owner"), reason=" ")
    for role in ("startup_owner", "manager"):
        with pytest.raises(Forbidden):
            milestone_changes.refuse_change(milestone, world.actor(role), reason="No.")
    milestone_changes.refuse_change(milestone, world.actor("company_owner"), reason="The pipes are dry in March.")
    asked(world, "startup_owner", milestone)
    with pytest.raises(Forbidden):
        milestone_changes.withdraw_change(milestone, world.actor("company_owner"))
    milestone_changes.withdraw_change(milestone, world.actor("startup_owner"))
    with pytest.raises(Blocked):
        milestone_changes.agree_change(milestone, world.actor("company_owner"))
    assert milestone.due_on == date(2027, 3, 1)
    assert [change.answer for change in milestone.changes] == ["refused", "withdrawn"]


@pytest.mark.parametrize(
    ("asks", "judges", "answer"),
    [("company_owner", "company_owner", "withdrawn"), ("startup_owner", "manager", "refused")],
)
def test_nobody_agrees_to_what_was_asked_before_it_was_judged(
    world: World, asks: str, judges: str, answer: str
) -> None:
    milestone = planned(world)
    change = asked(world, asks, milestone)
    milestones.judge_milestone(milestone, world.actor(judges), verdict="not_met", reason="Nothing came.")
    for role in ("startup_owner", "company_owner"):
        with pytest.raises((Blocked, Forbidden)):
            milestone_changes.agree_change(milestone, world.actor(role))
    assert (milestone.state, milestone.due_on, change.answer) == ("not_met", date(2027, 3, 1), answer)
    assert asked(world, "company_owner", milestone).answer is None


def test_missed_milestone_is_scheduled_again_by_both(world: World) -> None:
    milestone = planned(world, "not_met")
    with pytest.raises(Forbidden):
        asked(world, "startup_owner", milestone)
    asked(world, "company_owner", milestone)
    assert milestone.state == "not_met"
    milestone_changes.agree_change(milestone, world.actor("startup_owner"))
    assert (milestone.state, milestone.due_on) == ("scheduled", LATER)


def test_change_is_told_with_both_days_and_waits_on_the_desk(world: World) -> None:
    milestone = planned(world)
    asked(world, "startup_owner", milestone)
    event = db.session.scalars(sa.select(Event).where(Event.step == "milestone.ask_change")).one()
    reactions.tell(event, None)
    mails = db.session.scalars(sa.select(Mail.body).where(Mail.event_id == event.id)).all()
    assert mails and all("Due on: 1 March 2027 → 3 May 2027" in body and "Winter." in body for body in mails)


def test_change_is_asked_and_agreed_by_the_pages(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        cast = World.kept()
        milestone = planned(cast)
        here = f"/collaborations/{milestone.collaboration_id}"
        at = f"{here}/milestones/{milestone.id}"
    startup, company = signed_in(cast.memberships["startup_owner"]), signed_in(cast.memberships["company_owner"])
    page = startup.get(at).text
    assert "Ask for a change" in page and 'name="note"' in page
    fields = {"title": "Sensors hear a leak", "owner_id": cast.startup.id, "due_on": LATER.isoformat()}
    refused = post(startup, at, f"{at}/changes", **fields, reason="")
    assert refused.status_code == 422 and LATER.isoformat() in refused.text
    assert post(startup, at, f"{at}/changes", **fields, reason="Winter.").status_code == 303
    assert "Agree to the change" not in startup.get(at).text and "No longer ask for it" in startup.get(at).text
    assert "Agree to a change of the milestone" in company.get("/desk").text
    shown = company.get(at).text
    assert "1 March 2027" in shown and "3 May 2027" in shown and "Agree to the change" in shown
    assert post(company, at, f"{at}/change/agreement").status_code == 303
    assert "1 March 2027 → 3 May 2027" in company.get(f"{here}/history").text
    assert "3 May 2027" in company.get(here).text


def test_change_says_which_centre_asked(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        cast = World.kept()
        milestone = planned(cast)
        milestone.collaboration.centre_id = cast.cooperating.id
        asked(cast, "manager", milestone)
        at = f"/collaborations/{milestone.collaboration_id}/milestones/{milestone.id}"
        name = cast.centre.organisation.name("en")
    assert f"Asked by {name}." in signed_in(cast.memberships["startup_owner"]).get(at).text


# Signers


def test_signer_refuses_with_a_reason_and_the_text_goes_back(world: World) -> None:
    agreement = to_sign(world)
    sign(world, agreement, "company_owner")
    for role in ("company_owner", "startup_member", "manager"):
        with pytest.raises(Forbidden):
            agreements.take_step(agreement, world.actor(role), "agreement.refuse", reason="No.")
    with pytest.raises(Invalid):
        agreements.take_step(agreement, world.actor("startup_owner"), "agreement.refuse", reason="")
    agreements.take_step(agreement, world.actor("startup_owner"), "agreement.refuse", reason="Clause 2 is missing.")
    assert agreement.state == "drafting"
    draft = agreements.edit_agreement(agreement, world.actor("manager"), {**TERMS, "text": "1. Scope\n2. Payment"})
    assert draft.number == 2 and not draft.is_signed_by_any


def test_agreement_says_who_refused_it(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        cast = World.kept()
        agreement = to_sign(cast)
        agreements.take_step(agreement, cast.actor("startup_owner"), "agreement.refuse", reason="Clause 2 is missing.")
        at, name = f"/collaborations/{agreement.collaboration_id}/agreement", cast.startup.name("en")
    page = signed_in(cast.memberships["company_owner"]).get(at).text
    assert f"Said by {name}:" in page and "Clause 2 is missing." in page


def test_refused_amendment_leaves_what_is_in_force(world: World) -> None:
    agreement, staff = signed(world), world.actor("manager")
    agreements.take_step(agreement, staff, "agreement.amend", reason="More pipes.")
    with pytest.raises(Blocked):
        agreements.take_step(agreement, world.actor("startup_owner"), "agreement.refuse_amendment", reason="No.")
    agreements.edit_agreement(agreement, staff, {**TERMS, "text": "Twenty pipes."})
    agreements.offer_amendment(agreement, staff)
    agreements.take_step(agreement, world.actor("startup_owner"), "agreement.refuse_amendment", reason="Too many.")
    assert (agreement.state, agreement.in_force.number, agreement.proposed) == ("active", 1, None)


def test_agreement_says_at_once_all_that_is_missing(world: World) -> None:
    agreement, staff = drafted(world), world.actor("manager")
    agreements.take_step(agreement, staff, "agreement.send")
    version = agreement.proposed
    version.governing_law, version.ends_on, version.parties[1].signer_id = " ", None, None
    db.session.flush()
    with pytest.raises(Blocked) as refused:
        agreements.take_step(agreement, staff, "agreement.open_signing")
    assert str(refused.value.message) == (
        "Still missing: the day it ends, the governing law, and the signer of the startup."
    )


# The result


def test_result_waits_for_the_opinion_which_then_stays(world: World) -> None:
    collaboration, company = signed(world).collaboration, world.actor("company_owner")
    report_of(world, collaboration)
    actions.take_step(collaboration, world.actor("startup_owner"), "collaboration.report")
    with pytest.raises(Blocked):
        actions.judge_result(collaboration, world.actor("manager"), result="succeeded")
    actions.give_opinion(collaboration, company, opinion="Useful.")
    actions.judge_result(collaboration, world.actor("manager"), result="succeeded")
    with pytest.raises(Blocked):
        actions.give_opinion(collaboration, company, opinion="Useless.")
    assert collaboration.report.company_opinion == "Useful."


def test_silence_holds_up_the_result_for_some_days_only(world: World) -> None:
    collaboration = begun(world, "final_report")
    report_of(world, collaboration)
    collaboration.state_since = days_from_now(0) - OPINION_WAIT - timedelta(minutes=1)
    db.session.flush()
    assert actions.judge_result(collaboration, world.actor("manager"), result="succeeded").state == "succeeded"


def test_work_that_was_signed_ahead_says_when_it_begins(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        cast, begins = World.kept(), days_from_now(40).date()
        agreement = drafted(cast)
        terms = {**TERMS, "starts_on": begins, "ends_on": begins + timedelta(days=200)}
        agreements.edit_agreement(agreement, cast.actor("manager"), terms)
        for step in ("agreement.send", "agreement.open_signing"):
            agreements.take_step(agreement, cast.actor("manager"), step)
        for role in ("company_owner", "startup_owner"):
            sign(cast, agreement, role)
        here = f"/collaborations/{agreement.collaboration_id}"
    browser = signed_in(cast.memberships["manager"])
    for address in ("/collaborations", here):
        page = browser.get(address).text
        assert f"Begins on {begins.day} {begins:%B %Y}" in page and ">Active<" not in page
