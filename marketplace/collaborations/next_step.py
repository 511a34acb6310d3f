"""Who acts next in a collaboration, on what, by when: one sentence for every state."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from marketplace.collaborations.agreements import may_be_signed
from marketplace.collaborations.models import Collaboration, Milestone, MilestoneChange
from marketplace.collaborations.states import AGREEMENT, RESULTS, company_heard
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.turns import Next

Names = dict[int, str]
AGREEMENT_WORDS = {
    "drafting": _l("The parties then read it, name who signs, and sign."),
    "review": _l("They ask for changes or name who signs; the centre then opens it for signature."),
}


def next_milestone(collaboration: Collaboration) -> Milestone | None:
    """The milestone due first among those not judged yet."""
    open_ones = [milestone for milestone in collaboration.milestones if milestone.state == "scheduled"]
    return min(open_ones, key=lambda milestone: (milestone.due_on, milestone.id), default=None)


def next_of(collaboration: Collaboration, names: Names, today: date, why: str = "") -> Next:
    """What stands at the head of the page; ``why`` is the reason that was given for a risk or a suspension."""
    state = collaboration.state
    company, startup = names.get(collaboration.company_id, ""), names.get(collaboration.startup_id, "")
    if state == "planned":
        return _agreement(collaboration, names)
    if state == "active":
        return _work(collaboration, names, today)
    if state == "at_risk":
        return Next(str(collaboration.machine.states[state].turn.words), why, "stopped")
    if state == "suspended":
        return Next(_("The centre resumes the work or ends it early"), why, "stopped")
    if state == "final_report":
        blocked = company_heard(collaboration)
        if blocked is not None:
            return Next(_("%(company)s gives its opinion on the report", company=company), str(blocked))
        return Next(_("The centre judges the result"), _("The opinion stands beside the report, and stays."))
    if state in RESULTS and not collaboration.next_step:
        return Next(_("%(company)s says what comes next", company=company), _("Buy, invest, extend or stop."))
    if state in RESULTS:
        return Next(_("The centre starts the follow-up"), "", "moving")
    if state == "follow_up":
        return Next(
            _("%(startup)s reports outcomes as they come", startup=startup),
            _("The company countersigns each, the centre verifies it."),
            "moving",
        )
    if state == "terminated":
        return Next(_("The collaboration ended early"), _("Cause and settlement stand below."), "stopped")
    return Next(_("The collaboration is archived"), _("Everything stays readable."), "")


def _agreement(collaboration: Collaboration, names: Names) -> Next:
    agreement = collaboration.agreement
    state = agreement.state if agreement is not None else AGREEMENT.initial
    if state in AGREEMENT_WORDS:
        return Next(str(AGREEMENT.states[state].turn.words), str(AGREEMENT_WORDS[state]))
    unsigned = unsigned_names(collaboration, names)
    return Next(_("%(who)s: sign the agreement", who=unsigned), _("The work starts with the last signature."))


def unsigned_names(collaboration: Collaboration, names: Names) -> str:
    """Who has not signed yet, where a text is open for signature."""
    agreement = collaboration.agreement
    if agreement is None or not may_be_signed(agreement) or agreement.proposed is None:
        return ""
    waiting = [names.get(p.organisation_id, "") for p in agreement.proposed.parties if p.signature is None]
    return ", ".join(waiting)


def begins_on(collaboration: Collaboration, today: date) -> date | None:
    """The day on which the work begins, where all have signed and that day is still ahead."""
    agreement = collaboration.agreement
    version = agreement.in_force if agreement is not None and collaboration.state == "active" else None
    return version.starts_on if version and version.starts_on and version.starts_on > today else None


def _work(collaboration: Collaboration, names: Names, today: date) -> Next:
    begins = begins_on(collaboration, today)
    if begins is not None and collaboration.milestones:
        milestone = next_milestone(collaboration)
        text = _("Nothing is due before that day.") if milestone is None or milestone.due_on >= begins else ""
        first = milestone.id if milestone is not None else None
        return Next(_("The work begins on the day agreed"), text, "moving", begins, part_id=first)
    milestone = next_milestone(collaboration)
    if not collaboration.milestones:
        return Next(
            _("The parties plan the first milestone"),
            _("Say what is delivered, by whom and by which day; everybody follows it from there."),
        )
    if milestone is None:
        startup = names.get(collaboration.startup_id, "")
        return Next(
            _("%(startup)s hands in the final report", startup=startup),
            _("No milestone is open. Plan further ones, or write the report."),
        )
    who = names.get(milestone.owner_id, "")
    late = milestone.due_on < today
    text = _("It is overdue: deliver it, have it judged, or report a risk.") if late else ""
    title = _("%(who)s: %(what)s", who=who, what=milestone.title)
    return Next(title, text, "stopped" if late else "moving", milestone.due_on, part_id=milestone.id)


def turn_of_change(change: MilestoneChange, reader: Actor, names: Names) -> str:
    """Who has still to agree; those who are asked read it of themselves."""
    if reader.party_id in change.silent_ids:
        return str(_("Agree to a change of the milestone “%(title)s”, or refuse it", title=change.old_title))
    return str(_("%(who)s: agree or refuse", who=", ".join(names[id] for id in change.silent_ids)))
