"""Reads of people and organisations."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.kernel.policy import STAFF, Actor
from marketplace.people.models import Membership, Organisation, User


def visible_to(actor: Actor) -> Select[Organisation]:
    """Organisations this reader may know of: verified and imported ones, their own, all for staff."""
    return select(Organisation).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system or actor.role in STAFF or actor.role == "network_staff":
        return true()
    known = or_(Organisation.state == "verified", Organisation.source.is_not(None))
    if not actor.signed_in:
        return known
    own = select(Membership.organisation_id).where(Membership.user_id == actor.user_id)
    return or_(known, Organisation.id.in_(own))


def members(organisation_ids: Iterable[int | None], roles: Iterable[str] | None = None) -> Select[int]:
    """Ids of active people who belong to any of the organisations, in any of the roles."""
    found = (
        select(Membership.user_id)
        .join(Membership.user)
        .where(
            Membership.organisation_id.in_([i for i in organisation_ids if i is not None]),
            User.deactivated_at.is_(None),
        )
    )
    return found.where(Membership.role.in_(tuple(roles))) if roles is not None else found


def readers_of(organisation: Organisation) -> set[int]:
    """Ids of the people to tell about an organisation: its own."""
    return set(db.session.scalars(members([organisation.id])))


def demo_accounts_exist() -> bool:
    """Whether anybody of the demonstration, whose password is public, may sign in here."""
    return bool(db.session.scalar(select(select(User.id).where(User.is_demo).exists())))


def seats(user_id: int) -> list[Membership]:
    """Every role a person has with its organisation, first the oldest."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.user_id == user_id)
            .options(joinedload(Membership.organisation))
            .order_by(Membership.id)
        ).unique()
    )
