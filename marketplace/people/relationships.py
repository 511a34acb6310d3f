"""Which organisations the staff of a centre or network deal with: whose private facts they read and decide on.

The packages above each add a reason, and each is a deed of the organisation itself: it chose the centre to verify it,
sent a challenge, applied, said yes to a pair. That it may be found, or has its seat in the country, is no reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import STAFF, Actor
from marketplace.people.models import Claim, Organisation

Reason = Callable[[Actor], ColumnElement[bool]]
Watchers = Callable[[int], Select[int]]  # of a centre, by its id: ids of the people who watch over it

_reasons: list[Reason] = []
_works: list[Reason] = []
_watched: list[Reason] = []
_watchers: list[Watchers] = []


def reason_to_deal(reason: Reason) -> Reason:
    """Declare a condition on ``Organisation`` under which this actor, staff of a centre or network, deals with it."""
    _reasons.append(reason)
    return reason


def reason_to_answer(reason: Reason) -> Reason:
    """Declare work that a centre answers for to an organisation: where its people are missing, it may bring them."""
    _works.append(reason)
    return reason


def reason_to_watch(reason: Reason) -> Reason:
    """Declare which centres the staff of a network watch over: they say who speaks for one that is on record."""
    _watched.append(reason)
    return reason


def finds_watchers(watchers: Watchers) -> Watchers:
    """Declare what finds the people who watch over a centre."""
    _watchers.append(watchers)
    return watchers


def is_staff(actor: Actor) -> bool:
    """Whether this person works for a centre or a network."""
    return actor.role in STAFF or actor.role == "network_staff"


def is_dealt_with(actor: Actor) -> ColumnElement[bool]:
    """Organisations that this actor, staff of a centre or network, deals with."""
    return or_(Organisation.id == actor.organisation_id, _chose_us(actor), *(reason(actor) for reason in _reasons))


def _chose_us(actor: Actor) -> ColumnElement[bool]:
    """Organisations that chose this centre, or one of this network, to verify them or to say whose the entry is."""
    holds = or_(Claim.state == "accepted", and_(Claim.state == "open", Organisation.is_reference))
    claimed = select(Claim.id).where(Claim.organisation_id == Organisation.id, is_ours(actor, Claim.centre_id), holds)
    return or_(is_ours(actor, Organisation.verifying_centre_id), claimed.correlate(Organisation).exists())


def is_ours(actor: Actor, centre_id: Any) -> ColumnElement[bool]:
    """Whether a column names the centre this person works for, or one of the network they watch over."""
    watched = select(Organisation.id).where(Organisation.kind == "centre", is_watched_over(actor))
    return or_(centre_id == (actor.centre_id or 0), centre_id.in_(watched))


@prepared
def _found(actor: Actor) -> Select[Any]:
    return select(Organisation.id).where(is_dealt_with(actor))


def deals_with(actor: Actor, organisation: Organisation) -> bool:
    """Whether this actor works for a centre or network that deals with the organisation."""
    if not is_staff(actor):
        return False
    return db.session.scalar(_found(actor).where(Organisation.id == organisation.id)) is not None


def answers_for(actor: Actor, organisation: Organisation) -> bool:
    """Whether this actor works for a centre that has work of the organisation in hand, not only its country."""
    found = select(Organisation.id).where(Organisation.id == organisation.id, or_(false(), *(r(actor) for r in _works)))
    return actor.role in STAFF and db.session.scalar(found) is not None


def is_watched_over(actor: Actor) -> ColumnElement[bool]:
    """Centres of the network whose staff this actor belongs to."""
    return or_(false(), *(reason(actor) for reason in _watched))


def watches(actor: Actor, centre: Organisation) -> bool:
    """Whether this actor works for the network that a centre belongs to."""
    if actor.network_operator_id is None:
        return False
    found = select(Organisation.id).where(Organisation.id == centre.id, is_watched_over(actor))
    return db.session.scalar(found) is not None


def is_watched(centre: Organisation) -> bool:
    """Whether anybody works for the network that a centre belongs to."""
    return any(db.session.scalar(watchers(centre.id).limit(1)) is not None for watchers in _watchers)
