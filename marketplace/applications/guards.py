"""Guards that query: the window, what the challenge and the call allow, the limit per startup."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.applications.models import Application, ApplicationRevision
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import LIVE
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.sentences import fill, instant
from marketplace.kernel.workflow import guard

ENDED = {
    "draft": _l("The call is not published yet."),
    "cancelled": _l("The call was cancelled: no application can be submitted."),
    "decided": _l("The call is decided: no application can be submitted."),
    "running": _l("The call is decided: no application can be submitted."),
    "closed_out": _l("The call is completed: no application can be submitted."),
}
OVER = {
    "withdrawn": _l("The company withdrew the challenge: no application can be submitted."),
    "filled": _l("The challenge has found its startup: no application can be submitted."),
    "unfilled": _l("The challenge has ended: no application can be submitted."),
    "archived": _l("The challenge has ended: no application can be submitted."),
}


def answers_itself(call: Call, challenge: Challenge | None, startup_id: int | None) -> Any:
    """Why an organisation cannot answer what it asks for itself; None where somebody else asks."""
    if call.origin == "applied" and challenge is not None and challenge.organisation_id == startup_id:
        return _l("Nobody applies to a challenge of their own organisation.")
    return None


def why_closed(call: Call, challenge: Challenge | None, at: datetime, *, grace: bool = False) -> Any:
    """Why nothing can be submitted at an instant; None where it can. ``grace`` counts the call's seconds of grace."""
    if call.is_reference or (challenge is not None and challenge.is_reference):
        return _l("This stands here for reference: nobody applies to it here.")
    if call.state in ENDED:
        return ENDED[call.state]
    if challenge is not None and challenge.state not in LIVE:
        return OVER.get(challenge.state, _l("The challenge is not open for applications."))
    if call.opens_at is None or call.closes_at is None:
        return _l("The call has no dates yet.")
    if at < call.opens_at:
        return fill(_l("Applications open on %(instant)s."), instant=instant(call.opens_at, call.time_zone))
    if at > call.closes_at + timedelta(seconds=call.grace_seconds if grace else 0):
        return fill(_l("Applications closed on %(instant)s."), instant=instant(call.closes_at, call.time_zone))
    return None


def grace_of(call: Call, challenge: Challenge | None, at: datetime) -> Any:
    """What is said while a call has closed and still takes what comes at an instant; None before and after."""
    if not why_closed(call, challenge, at) or why_closed(call, challenge, at, grace=True):
        return None
    return _l("The call has closed. Its grace still takes what you submit now, and the receipt says how late it came.")


def seconds_late(call: Call, at: datetime) -> int:
    """Whole seconds past the closing instant, rounded up; 0 where in time."""
    if call.closes_at is None or at <= call.closes_at:
        return 0
    return -int(-(at - call.closes_at).total_seconds() // 1)


def count_of(organisation_id: int, call: Call, besides: int | None = None, *, drafts: bool = False) -> int:
    """How many applications of the call a startup has submitted, or, with ``drafts``, has taken up."""
    counted = select(func.count()).where(
        Application.call_id == call.id, Application.organisation_id == organisation_id, Application.state != "withdrawn"
    )
    if drafts:
        begun = select(ApplicationRevision.application_id)
        counted = counted.where(Application.id.in_(begun))
    else:
        counted = counted.where(Application.number.is_not(None))
    if besides is not None:
        counted = counted.where(Application.id != besides)
    return db.session.scalar(counted) or 0


def over_limit(call: Call, taken: int) -> Any:
    """Why a startup may not take up another application of the call; None where it may."""
    if taken < call.applications_per_startup:
        return None
    words = _l("The call allows %(most)s of each startup, and you have as many. Withdraw one to make room.")
    return fill(words, most=call.applications_per_startup)


@guard("application.submit", "application.resubmit")
def in_time(application: Application) -> Any:
    return why_closed(application.call, application.challenge, clock.arrived(), grace=True)


@guard("application.submit", "application.resubmit")
def is_where_it_belongs(application: Application) -> Any:
    """Nothing of the demonstration comes to a centre that exists."""
    programme = application.call.programme
    if application.organisation.is_demo and programme is not None and not programme.managing_centre.is_demo:
        return _l("An invented startup can apply to calls of invented centres alone.")
    return None


@guard("application.submit")
def under_limit(application: Application) -> Any:
    call = application.call
    return over_limit(call, count_of(application.organisation_id, call, application.id))


@guard("application.take_place")
def has_offer(application: Application) -> Any:
    offer = next((offer for offer in application.offers if offer.answer is None), None)
    if offer is None:
        return _l("No place is offered to you now.")
    if offer.answer_by < clock.arrived():
        words = _l("The offer ended on %(instant)s without an answer.")
        return fill(words, instant=instant(offer.answer_by, application.call.time_zone))
    return None
