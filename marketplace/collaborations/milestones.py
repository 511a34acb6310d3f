"""Planning, changing and judging milestones, and the notes between them."""

from __future__ import annotations

from datetime import date

from marketplace.collaborations.models import Collaboration, Milestone, ProgressNote
from marketplace.collaborations.states import LIVE
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.sentences import day, fill
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire

VERDICTS = {"met": "milestone.meet", "partially_met": "milestone.partially_meet", "not_met": "milestone.miss"}


def is_signed(collaboration: Collaboration) -> bool:
    """Whether an agreement is in force, so that no side moves a milestone alone."""
    return collaboration.agreement is not None and collaboration.agreement.in_force is not None


def check_terms(collaboration: Collaboration, owner_id: int, title: str) -> None:
    """A milestone has a name, and one of the three delivers it."""
    if not says_something(title):
        raise Invalid(_l("Name the milestone."), field="title")
    if owner_id not in (collaboration.company_id, collaboration.startup_id, collaboration.centre_id):
        raise Invalid(_l("Choose the company, the startup or the centre."), field="owner_id")


def check_day(collaboration: Collaboration, due_on: date) -> None:
    """Nothing is due before the work begins, or after it ends.

    Until a day is agreed it begins when the agreement was first drafted, and has no end.
    """
    agreement = collaboration.agreement
    version = (agreement.binding or agreement.proposed) if agreement is not None else None
    if agreement is None or version is None:
        return
    begins = version.starts_on or clock.day_of(agreement.versions[0].created_at, collaboration.centre.time_zone)
    if due_on < begins:
        words = _l("The work begins on %(date)s at the earliest: choose that day or a later one.")
        raise Invalid(fill(words, date=day(begins)), field="due_on")
    if version.ends_on and due_on > version.ends_on:
        words = _l("The agreement ends on %(date)s: choose that day or an earlier one, or amend the agreement first.")
        raise Invalid(fill(words, date=day(version.ends_on)), field="due_on")


def plan_milestone(
    collaboration: Collaboration, actor: Actor, *, title: str, owner_id: int, due_on: date, note: str = ""
) -> Milestone:
    """Add something due by a day."""
    policy.require(actor, "milestone.plan", collaboration)
    if collaboration.state not in LIVE or collaboration.state == "final_report":
        raise Blocked(_l("Milestones are planned until the final report is handed in."))
    check_terms(collaboration, owner_id, title)
    check_day(collaboration, due_on)
    milestone = Milestone(
        collaboration=collaboration, title=title.strip(), owner_id=owner_id, due_on=due_on, note=note.strip()
    )
    db.session.add(milestone)
    touch(collaboration)
    db.session.flush()
    events.record("milestone.plan", milestone, actor)
    return milestone


def edit_milestone(
    milestone: Milestone,
    actor: Actor,
    *,
    title: str,
    owner_id: int,
    due_on: date,
    note: str = "",
    version: int | None = None,
) -> Milestone:
    """Change one that is not judged yet; what was signed moves only with both sides (``milestone_changes``)."""
    policy.require(actor, "milestone.edit", milestone)
    expect_version(milestone, version)
    if milestone.state != "scheduled" or milestone.collaboration.state not in LIVE:
        raise Blocked(_l("It has been judged. Schedule it again to change it."))
    check_terms(milestone.collaboration, owner_id, title)
    if due_on != milestone.due_on:
        check_day(milestone.collaboration, due_on)
    new = {"title": title.strip(), "owner_id": owner_id, "due_on": due_on, "note": note.strip()}
    changed = [name for name, value in new.items() if getattr(milestone, name) != value]
    if changed not in ([], ["note"]) and is_signed(milestone.collaboration):
        raise Blocked(_l("The agreement is in force: ask for the change, and both sides agree to it."))
    for name in changed:
        setattr(milestone, name, new[name])
    if changed:
        touch(milestone.collaboration)
        db.session.flush()
        events.record("milestone.edit", milestone, actor, data={"fields": changed})
    return milestone


def judge_milestone(
    milestone: Milestone, actor: Actor, *, verdict: str, reason: str = "", version: int | None = None
) -> Milestone:
    """Say whether it was met, partly met or not met; nobody agrees any more to what was asked before."""
    policy.require(actor, VERDICTS.get(verdict, "milestone.meet"), milestone)
    expect_version(milestone, version)
    if verdict not in VERDICTS:
        raise Invalid(_l("Choose whether it was met."), field="verdict")
    asked = milestone.asked_change
    fire(VERDICTS[verdict], milestone, actor, reason=reason)
    if asked is not None:
        own = asked.asked_by_id == actor.organisation_id
        asked.answer = "withdrawn" if own else "refused"
        step = "milestone.withdraw_change" if own else "milestone.refuse_change"
        events.record(step, milestone, actor, reason=reason, data={"change": asked.id})
    touch(milestone.collaboration)
    return milestone


def reschedule_milestone(
    milestone: Milestone, actor: Actor, *, due_on: date, reason: str, version: int | None = None
) -> Milestone:
    """Give one that was not fully met another day."""
    policy.require(actor, "milestone.reschedule", milestone)
    expect_version(milestone, version)
    if is_signed(milestone.collaboration):
        raise Blocked(_l("The agreement is in force: ask for the change, and both sides agree to it."))
    check_day(milestone.collaboration, due_on)
    milestone.due_on = due_on
    fire("milestone.reschedule", milestone, actor, reason=reason)
    touch(milestone.collaboration)
    return milestone


def write_note(collaboration: Collaboration, actor: Actor, *, text: str) -> ProgressNote:
    """Tell what happened since the last note."""
    policy.require(actor, "collaboration.note", collaboration)
    if collaboration.state == "archived":
        raise Blocked(_l("The collaboration is archived: nothing is added any more."))
    if not says_something(text):
        raise Invalid(_l("Write what happened."), field="text")
    assert actor.user_id is not None and actor.organisation_id is not None
    note = ProgressNote(
        collaboration_id=collaboration.id,
        author_id=actor.user_id,
        organisation_id=actor.organisation_id,
        text=text.strip(),
    )
    db.session.add(note)
    db.session.flush()
    events.record("collaboration.note", collaboration, actor, data={"note": note.id})
    return note
