"""Reads of pairings."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call
from marketplace.network.queries import programmes_managed_by, programmes_watched_by
from marketplace.pairings.models import Pairing
from marketplace.people.queries import members


def visible_to(actor: Actor) -> Select[Pairing]:
    """Pairings of one's own organisation, or that one's centre brokers, manages or watches."""
    return select(Pairing).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.party_id is not None:
        return or_(Pairing.company_id == actor.party_id, Pairing.startup_id == actor.party_id)
    if actor.centre_id is not None:
        managed = select(Call.id).where(Call.programme_id.in_(programmes_managed_by(actor.centre_id)))
        return or_(Pairing.centre_id == actor.centre_id, Pairing.call_id.in_(managed))
    if actor.network_operator_id is not None:
        watched = select(Call.id).where(Call.programme_id.in_(programmes_watched_by(actor.network_operator_id)))
        return Pairing.call_id.in_(watched)
    return false()


def readers_of(pairing: Pairing) -> set[int]:
    """Ids of the people who may see a pairing."""
    found = set(db.session.scalars(members([pairing.company_id, pairing.startup_id], ("owner", "member"))))
    centres: list[int | None] = [pairing.centre_id]
    programme = pairing.call.programme
    if programme is not None:
        centres.append(programme.managing_centre_id)
        operator = programme.managing_centre.network.operator_id
        found |= set(db.session.scalars(members([operator], ("network_staff",))))
    return found | set(db.session.scalars(members(centres, ("manager", "broker"))))
