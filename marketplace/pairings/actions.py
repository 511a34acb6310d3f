"""What the centre and both sides do until a pair stands or ends; ``collaborations`` confirms it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.calls import states as calls
from marketplace.calls.models import Call
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire
from marketplace.network.queries import staff_of_programme
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import live_of_application
from marketplace.pairings.states import LIVE
from marketplace.people.models import Organisation

LONGEST = timedelta(days=90)


def company_of_application(application: Application) -> Organisation | None:
    """The company an application is for: its challenge's, or the party that is one."""
    if application.challenge is not None:
        return application.challenge.organisation
    return next((party.organisation for party in application.parties if party.role == "company"), None)


def request_pairing(
    call: Call,
    company: Organisation,
    startup: Organisation,
    actor: Actor,
    *,
    answer_by: datetime,
    application: Application | None = None,
    centre_id: int | None = None,
    message: str = "",
) -> Pairing:
    """Ask both sides whether they pair, by a date. Raises Invalid and Blocked."""
    policy.require(actor, "pairing.request", call)
    _check_date(answer_by)
    centre_id = centre_id or actor.centre_id
    if centre_id not in staff_of_programme(call.programme):
        raise Invalid(_l("Choose a centre of this programme."), field="centre_id")
    if company.id == startup.id:
        raise Invalid(_l("Company and startup have to be two organisations."), field="startup_id")
    if application is not None:
        _check_application(application)
    else:
        _check_direct(call, company, startup)
    pairing = Pairing(
        call=call,
        centre_id=centre_id,
        challenge=application.challenge if application else None,
        application=application,
        company=company,
        startup=startup,
        answer_by=answer_by,
    )
    db.session.add(pairing)
    db.session.flush()
    events.record("pairing.request", pairing, actor, after=pairing.state, reason=message)
    return pairing


def _check_date(answer_by: datetime) -> None:
    now = clock.now()
    if answer_by <= now + timedelta(hours=1):
        raise Invalid(_l("Choose a later day: both sides need time to answer."), field="answer_by")
    if answer_by > now + LONGEST:
        raise Invalid(_l("Choose an earlier day: a pairing waits for 90 days at most."), field="answer_by")


def _check_application(application: Application) -> None:
    if application.state != "selected":
        raise Blocked(_l("A pairing is opened from a selected application. This one is not selected."))
    if live_of_application(application.id) is not None:
        raise Blocked(_l("This application has a pairing already. Open it to see where it stands."))


def _check_direct(call: Call, company: Organisation, startup: Organisation) -> None:
    if call.needs_challenge:
        raise Invalid(
            _l("In this call pairs come from selected applications. Open the application and start there."),
            field="call_id",
        )
    if call.is_reference or call.state not in calls.LIVE:
        raise Invalid(_l("This call does not take pairs now: it has to be published and not ended."), field="call_id")
    running = select(Pairing.id).where(
        Pairing.call_id == call.id,
        Pairing.company_id == company.id,
        Pairing.startup_id == startup.id,
        Pairing.state.in_(LIVE),
    )
    if db.session.scalar(running) is not None:
        raise Invalid(_l("These two have a pairing in this call already."), field="startup_id")


def answer_pairing(pairing: Pairing, actor: Actor, *, accepts: bool, reason: str) -> Pairing:
    """Record one side's answer; the second acceptance or the first refusal decides.

    No version is compared: the other side's answer must not stand in the way of this one.
    """
    policy.require(actor, "pairing.answer", pairing)
    db.session.refresh(pairing, with_for_update={"of": Pairing})
    side = pairing.side_of(actor.party_id)
    if pairing.state != "requested" or clock.arrived() > pairing.answer_by:
        raise Blocked(_l("This can no longer be answered: the date has passed, or it has been decided."))
    if getattr(pairing, f"{side}_accepts") is not None:
        raise Blocked(_l("Your organisation has answered already."))
    if not says_something(reason):
        raise Invalid(_l("Give a reason: the other side and the centre will read it."), field="reason")
    setattr(pairing, f"{side}_accepts", accepts)
    setattr(pairing, f"{side}_reason", reason.strip())
    setattr(pairing, f"{side}_answered_at", clock.arrived())
    db.session.flush()
    # The reason stays in the row alone: the other side reads it only after its own answer.
    events.record("pairing.answer", pairing, actor, data={"side": side})
    if not accepts:
        fire("pairing.decline", pairing, actor, reason=reason)
    elif pairing.company_accepts and pairing.startup_accepts:
        fire("pairing.accept", pairing, actor)
    return pairing


def remind_sides(pairing: Pairing, actor: Actor) -> None:
    """Let those who have not answered be told once more, once a day at most."""
    policy.require(actor, "pairing.remind", pairing)
    if pairing.state_at(clock.now()) != "requested" or not pairing.silent_ids:
        raise Blocked(_l("Nobody is left to be reminded."))
    last = select(events.Event.at).where(
        events.Event.subject_type == "pairing",
        events.Event.subject_id == pairing.id,
        events.Event.step == "pairing.remind",
        events.Event.at > clock.now() - timedelta(days=1),
    )
    if db.session.scalar(last.limit(1)) is not None:
        raise Blocked(_l("They were reminded within the last day. Wait until tomorrow, or call them."))
    events.record("pairing.remind", pairing, actor, data={"organisations": pairing.silent_ids})


def lapse_pairing(pairing: Pairing, actor: Actor, *, reason: str, version: int | None = None) -> None:
    """End a pair that will not be confirmed."""
    fire("pairing.lapse", pairing, actor, reason=reason, version=version)


def expire_due(actor: Actor) -> int:
    """Let every pairing whose date has passed expire; safe to run twice and in parallel. Returns how many did."""
    due = (
        select(Pairing)
        .where(Pairing.state == "requested", Pairing.answer_by < clock.answered())
        .order_by(Pairing.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(due).all()
    for pairing in found:
        fire("pairing.expire", pairing, actor)
    return len(found)
