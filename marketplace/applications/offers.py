"""Places that come free after the decision: offered to the next reserve until an instant, taken, refused, lapsed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from marketplace.applications.guards import has_offer
from marketplace.applications.locks import hold_application, hold_call
from marketplace.applications.models import Application, Decision, PlaceOffer
from marketplace.calls.awards import award_of, give_back_award, take_award
from marketplace.calls.models import Call
from marketplace.calls.states import DECIDED
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, expect_version
from marketplace.kernel.events import record
from marketplace.kernel.policy import STAFF, SYSTEM, Actor
from marketplace.kernel.workflow import fire

ANSWER_DAYS = 7
ANSWER_HOUR = time(18, 0)


def offer_next_reserve(call: Call, challenge: Challenge | None, actor: Actor) -> PlaceOffer | None:
    """Offer a free place of a challenge, or of a call without challenges, to the best reserve not asked before.

    None where no place is free, or nobody is left on the list.
    """
    hold_call(call)
    if call.state not in DECIDED or _free_places(call, challenge) <= 0:
        return None
    application = db.session.scalars(
        select(Application)
        .join(Decision, Decision.application_id == Application.id)
        .where(_same(call, challenge), Application.state == "reserve")
        .where(Application.id.not_in(select(PlaceOffer.application_id)))
        .order_by(Decision.rank)
        .limit(1)
    ).first()
    if application is None:
        return None
    offer = PlaceOffer(application_id=application.id, offered_at=clock.now(), answer_by=answer_by(call, clock.now()))
    application.offers.append(offer)
    touch(application)
    # the startup that left is not named to the one that follows
    record("application.offer_place", application, actor if actor.role in STAFF else SYSTEM)
    return offer


def answer_by(call: Call, at: datetime) -> datetime:
    """Six in the evening of the seventh day, in the call's zone."""
    zone = ZoneInfo(call.time_zone)
    return datetime.combine(clock.day_of(at, zone.key) + timedelta(days=ANSWER_DAYS), ANSWER_HOUR, zone)


def _same(call: Call, challenge: Challenge | None) -> ColumnElement[bool]:
    own = Application.call_id == call.id
    return own & (Application.challenge_id == challenge.id) if challenge is not None else own


def _free_places(call: Call, challenge: Challenge | None) -> int:
    """Places neither taken nor offered, within the challenge's number and the call's awards."""
    open_offer = select(PlaceOffer.application_id).where(PlaceOffer.answer.is_(None))
    held = (Application.state == "selected") | Application.id.in_(open_offer)
    query = select(func.count()).select_from(Application).where(held)
    free = [(call.award_count or 0) - (db.session.scalar(query.where(_same(call, None))) or 0)]
    if challenge is not None:
        free.append(challenge.startups_sought - (db.session.scalar(query.where(_same(call, challenge))) or 0))
    return min(free)


def leave_place(application: Application, actor: Actor, *, had_place: bool, offer_on: bool = True) -> None:
    """After a step back: give the award back, end an open offer, and offer the place on."""
    for offer in application.offers:
        if offer.answer is None:
            offer.answer, offer.answered_at = "refused", clock.arrived()
    if had_place:
        award = award_of(application.id)
        if award is not None:
            give_back_award(award, actor)
    db.session.flush()
    if offer_on:
        offer_next_reserve(application.call, application.challenge, actor)


def take_place(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """A reserve takes the place it is offered; the award's caps are checked under the call's lock."""
    policy.require(actor, "application.take_place", application)
    hold_call(application.call)
    hold_application(application)
    expect_version(application, version)
    fire("application.take_place", application, actor)
    offer = next(o for o in application.offers if o.answer is None)
    offer.answer, offer.answered_at = "taken", clock.arrived()
    challenge = application.challenge
    sought = challenge.startups_sought if challenge is not None else None
    take_award(application.call, application.organisation, application.id, application.challenge_id, sought, actor)


def refuse_place(application: Application, actor: Actor, *, reason: str | None, version: int | None = None) -> None:
    """A reserve refuses the place, which ends its application; the next one is offered it."""
    policy.require(actor, "application.refuse_place", application)
    if message := has_offer(application):
        raise Blocked(message)
    hold_call(application.call)
    hold_application(application)
    expect_version(application, version)
    fire("application.step_back", application, actor, reason=reason)
    leave_place(application, actor, had_place=False)


def lapse_offers(actor: Actor, limit: int = 100) -> int:
    """End the offers whose time is over and offer their places on; says how many ended. Run by the schedule."""
    over = db.session.scalars(
        select(PlaceOffer)
        .where(PlaceOffer.answer.is_(None), PlaceOffer.answer_by < clock.answered())
        .order_by(PlaceOffer.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for offer in over:
        application = db.session.get_one(Application, offer.application_id)
        offer.answer, offer.answered_at = "lapsed", clock.now()
        touch(application)
        record("application.lapse_offer", application, actor)
        offer_next_reserve(application.call, application.challenge, actor)
    return len(over)
