"""What was signed moves for no side alone: a change of a milestone is asked for, and counts once both sides agree."""

from __future__ import annotations

from datetime import date

from marketplace.collaborations.milestones import check_day, check_terms
from marketplace.collaborations.models import Collaboration, Milestone, MilestoneChange
from marketplace.collaborations.states import LIVE, MISSED
from marketplace.kernel import events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire


def ask_change(
    milestone: Milestone,
    actor: Actor,
    *,
    title: str,
    owner_id: int,
    due_on: date,
    reason: str,
    version: int | None = None,
) -> MilestoneChange:
    """Ask for another title, owner or day; one that was not fully met is scheduled again with it."""
    collaboration = milestone.collaboration
    policy.require(
        actor, "milestone.ask_change" if milestone.state not in MISSED else "milestone.reschedule", milestone
    )
    expect_version(milestone, version)
    db.session.refresh(milestone, with_for_update={"of": Milestone})
    if collaboration.state not in LIVE or milestone.state == "met":
        raise Blocked(_l("It has been judged. Schedule it again to change it."))
    if milestone.asked_change is not None:
        raise Blocked(_l("A change has been asked for already. It is answered first."))
    check_terms(collaboration, owner_id, title)
    if due_on != milestone.due_on or milestone.state in MISSED:
        check_day(collaboration, due_on)
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    assert actor.organisation_id is not None
    change = MilestoneChange(
        milestone=milestone, asked_by_id=actor.organisation_id, reason=reason.strip(),
        old_title=milestone.title, old_owner_id=milestone.owner_id, old_due_on=milestone.due_on,
        title=title.strip(), owner_id=owner_id, due_on=due_on,
    )  # fmt: skip
    if not change.differing:
        raise Invalid(_l("Nothing differs from what was agreed. Change the title, who delivers it, or the day."))
    _agree(change, collaboration, actor)
    db.session.add(change)
    _touch(milestone)
    events.record("milestone.ask_change", milestone, actor, reason=reason, data={"change": change.id})
    return change


def agree_change(milestone: Milestone, actor: Actor, *, version: int | None = None) -> Milestone:
    """Agree for one's side; the second agreement changes the milestone."""
    policy.require(actor, "milestone.agree_change", milestone)
    change, collaboration = _asked(milestone, version), milestone.collaboration
    _agree(change, collaboration, actor)
    _touch(milestone)
    events.record("milestone.agree_change", milestone, actor, data={"change": change.id})
    if change.company_agrees and change.startup_agrees:
        change.answer = "agreed"
        db.session.flush()
        for name in MilestoneChange.TERMS:
            setattr(milestone, name, getattr(change, name))
        if milestone.state in MISSED:
            fire("milestone.reschedule", milestone, SYSTEM, reason=change.reason)
        db.session.flush()
        events.record("milestone.change", milestone, SYSTEM, data={"change": change.id})
    return milestone


def refuse_change(milestone: Milestone, actor: Actor, *, reason: str, version: int | None = None) -> Milestone:
    """Leave it as it was agreed, with a reason."""
    policy.require(actor, "milestone.refuse_change", milestone)
    change = _asked(milestone, version)
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    return _end(change, actor, "refused", "milestone.refuse_change", reason)


def withdraw_change(milestone: Milestone, actor: Actor, *, version: int | None = None) -> Milestone:
    """No longer ask for it."""
    policy.require(actor, "milestone.withdraw_change", milestone)
    return _end(_asked(milestone, version), actor, "withdrawn", "milestone.withdraw_change")


def _asked(milestone: Milestone, version: int | None) -> MilestoneChange:
    """The open change, with its milestone locked: of two answers at once the second sees the first."""
    expect_version(milestone, version)
    db.session.refresh(milestone, with_for_update={"of": Milestone})
    change = milestone.asked_change
    if change is None or milestone.collaboration.state not in LIVE:
        raise Blocked(_l("No change is waiting for an answer."))
    return change


def _agree(change: MilestoneChange, collaboration: Collaboration, actor: Actor) -> None:
    change.company_agrees = bool(change.company_agrees) or actor.party_id == collaboration.company_id
    change.startup_agrees = bool(change.startup_agrees) or actor.party_id == collaboration.startup_id


def _end(change: MilestoneChange, actor: Actor, answer: str, step: str, reason: str = "") -> Milestone:
    change.answer = answer
    _touch(change.milestone)
    events.record(step, change.milestone, actor, reason=reason, data={"change": change.id})
    return change.milestone


def _touch(milestone: Milestone) -> None:
    touch(milestone)
    touch(milestone.collaboration)
    db.session.flush()
