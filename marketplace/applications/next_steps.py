"""Who acts next on an application and by when, in the words of its reader."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.applications.guards import grace_of, why_closed
from marketplace.applications.models import Application, PlaceOffer
from marketplace.applications.policy import is_party, leads
from marketplace.applications.states import LEFT, PENDING
from marketplace.kernel.policy import Actor
from marketplace.kernel.turns import CENTRE, NOBODY, STARTUP, Next


def open_offer(application: Application, now: datetime) -> PlaceOffer | None:
    """The place offered that can still be taken."""
    if application.state != "reserve":
        return None
    return next((o for o in application.offers if o.answer is None and o.answer_by >= now), None)


def stage_end(application: Application, kind: str) -> datetime | None:
    """When the call's stage of a kind ends, where the call says so."""
    return next((stage.closes_at for stage in application.call.stages if stage.kind == kind), None)


def next_of(application: Application, actor: Actor, now: datetime) -> Next:
    """What happens next, to the team in its own words, to others in neutral ones."""
    mine = leads(actor, application)
    team = is_party(actor, application)
    if application.state == "draft":
        return _draft(application, now, mine)
    if application.state == "submitted" and not _over(application, now):
        return _sealed(application, team, mine)
    if application.state == "reserve":
        return _reserve(application, now, mine)
    if mine and may_begin_anew(application, now):
        text = _("The application was withdrawn. A new one begins with the text you wrote.")
        return Next(_("You may apply again"), text, "done", application.call.closes_at, NOBODY.who)
    return _after_closing(application, mine)


def may_begin_anew(application: Application, now: datetime) -> bool:
    """Whether its place is free again: the team withdrew it, and what it was for still takes applications."""
    return application.state == "withdrawn" and why_closed(application.call, application.challenge, now) is None


def _over(application: Application, now: datetime) -> bool:
    return application.call.closes_at is not None and now > application.call.closes_at


def _draft(application: Application, now: datetime, mine: bool) -> Next:
    closes = application.call.closes_at
    grace = grace_of(application.call, application.challenge, now)
    if _over(application, now) and not grace:
        text = _("The text is kept, but it was not submitted in time and nobody examines it.")
        return Next(_("Not submitted before the close"), text, "stopped", None, NOBODY.who)
    if not application.is_confirmed and mine:
        text = _("Check whether you qualify, then agree or refuse. If you agree, you write and submit.")
        return Next(_("A company wants to apply with you: give your answer"), text, by=closes, who=_("You"), mine=True)
    if not application.is_confirmed:
        text = _("It checks whether it qualifies, then agrees or refuses.")
        return Next(_("The startup answers"), text, by=closes, who=STARTUP.who)
    if mine:
        text = str(grace or _("Only your team can read it until the call closes."))
        return Next(_("Finish the draft and submit it"), text, by=closes, who=_("You"), mine=True)
    return Next(_("The startup finishes the draft and submits it"), by=closes, who=STARTUP.who)


def _sealed(application: Application, team: bool, mine: bool) -> Next:
    closes = application.call.closes_at
    unclear = unclear_rules(application) if mine else 0
    if unclear and application.draft is None:
        title = ngettext(
            "Submitted: one rule cannot be told yet", "Submitted: %(num)s rules cannot be told yet", unclear
        )
        text = _("Complete your profile or declare what is asked: it is then judged anew by itself.")
        return Next(title, text, by=closes, who=_("You"), mine=mine)
    if application.draft is not None and team:
        text = _("Until you submit the new version, the one submitted before counts.")
        return Next(_("Submit your changes, or give them up"), text, by=closes, who=_("You"), mine=mine)
    text = _("Until the call closes only your team can open it, and you may still change it or withdraw it.")
    return Next(_("Submitted: nothing to do for you now"), text, "done", closes, NOBODY.who, until=True)


def unclear_rules(application: Application) -> int:
    """How many rules neither the facts on record nor the centre have answered."""
    return sum(result.holds == "cannot_tell" for result in application.results)


def _reserve(application: Application, now: datetime, mine: bool) -> Next:
    offer = open_offer(application, now)
    if offer is not None:
        title = _("A place is free: take it or refuse it") if mine else _("The startup answers the place offered to it")
        text = _("Without an answer the place goes to the next on the list.")
        return Next(title, text, "waiting", offer.answer_by, _("You") if mine else STARTUP.who, mine)
    if application.offers and application.offers[-1].answer in (None, "lapsed"):
        return Next(_("The place offered was not taken in time"), "", "stopped", None, NOBODY.who)
    rank = application.decision.rank if application.decision and application.decision.released_at else None
    title = _("You are number %(rank)s on the reserve list", rank=rank) if mine and rank else _("On the reserve list")
    text = _("If somebody steps back, the next on the list is offered the place and has seven days to answer.")
    return Next(title, text, who=CENTRE.who)


def _after_closing(application: Application, mine: bool) -> Next:
    call, turn = application.call, application.machine.states[application.state].turn
    if application.state == "submitted" and mine and (unclear := unclear_rules(application)):
        title = ngettext("One rule cannot be told yet", "%(num)s rules cannot be told yet", unclear)
        text = _("Complete your profile or declare what is asked: it is then judged anew by itself.")
        return Next(
            title, text, "waiting", stage_end(application, "screening") or call.decisions_by, _("You"), mine=True
        )
    if application.state == "submitted":
        by = stage_end(application, "screening") or call.decisions_by
        return Next(str(turn.words), _("Each rule gets a verdict; a refusal says why."), by=by, who=turn.who)
    if application.state in PENDING:
        text = _("All decisions of the call are announced together; each comes with its reasons.")
        return Next(str(turn.words), text, by=call.decisions_by, who=turn.who)
    if application.state == "selected":
        text = _(
            "It goes on as a pairing: the centre opens it, company and startup each accept or refuse, then the "
            "agreement is written. From then on its own page says what comes next."
        )
        return Next(_("Selected for a pairing"), text, "done")
    ended = {
        "ineligible": _("The application does not meet every rule"),
        "declined": _("The application was not selected"),
        "withdrawn": _("The application was withdrawn"),
        "stepped_back": _("The startup stepped back"),
    }
    if mine:
        ended["declined"] = _("Your application was not selected")
        ended["stepped_back"] = _("You stepped back")
    left = application.state in LEFT
    return Next((left and _ended_from_above(application)) or ended[application.state], "", "stopped", None, NOBODY.who)


def _ended_from_above(application: Application) -> str:
    """What ended first and the application with it, call or challenge; nothing where the startup left by itself."""
    call, challenge = application.call, application.challenge
    if call.state == "cancelled" and application.state_since >= call.state_since:
        return str(_("The call was cancelled"))
    if challenge is not None and challenge.state == "withdrawn" and application.state_since >= challenge.state_since:
        return str(_("The company withdrew this challenge"))
    return ""
