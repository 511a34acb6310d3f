"""Which organisations the staff of a centre or network deal with.

The packages above each add a reason: its country is theirs, it posts in their calls, it applied there, it is paired.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select

from marketplace.kernel.db import db
from marketplace.kernel.policy import STAFF, Actor
from marketplace.kernel.prepared import prepared
from marketplace.people.models import Organisation

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


def dealt_with(actor: Actor) -> ColumnElement[bool]:
    """Organisations that this actor, staff of a centre or network, deals with."""
    return or_(Organisation.id == actor.organisation_id, *(reason(actor) for reason in _reasons))


@prepared
def _found(actor: Actor) -> Select[Any]:
    return select(Organisation.id).where(dealt_with(actor))


def deals_with(actor: Actor, organisation: Organisation) -> bool:
    """Whether this actor works for a centre or network that deals with the organisation."""
    if not is_staff(actor):
        return False
    return db.session.scalar(_found(actor).where(Organisation.id == organisation.id)) is not None


def answers_for(actor: Actor, organisation: Organisation) -> bool:
    """Whether this actor works for a centre that has work of the organisation in hand, not only its country."""
    found = select(Organisation.id).where(Organisation.id == organisation.id, or_(false(), *(r(actor) for r in _works)))
    return actor.role in STAFF and db.session.scalar(found) is not None


def watched_over(actor: Actor) -> ColumnElement[bool]:
    """Centres of the network whose staff this actor belongs to."""
    return or_(false(), *(reason(actor) for reason in _watched))


def watches(actor: Actor, centre: Organisation) -> bool:
    """Whether this actor works for the network that a centre belongs to."""
    if actor.network_operator_id is None:
        return False
    found = select(Organisation.id).where(Organisation.id == centre.id, watched_over(actor))
    return db.session.scalar(found) is not None


def is_watched(centre: Organisation) -> bool:
    """Whether anybody works for the network that a centre belongs to."""
    return any(db.session.scalar(watchers(centre.id).limit(1)) is not None for watchers in _watchers)
