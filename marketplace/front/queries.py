"""Whom a visitor can write to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.network.models import Centre
from marketplace.network.queries import working_centres
from marketplace.people.models import Membership, Organisation, User

STAFF = ("manager", "broker")


def _is_reachable() -> ColumnElement[bool]:
    """Whether a member, joined to their user, works for a centre and has a confirmed address."""
    return and_(Membership.role.in_(STAFF), User.deactivated_at.is_(None), User.email_verified_at.is_not(None))


def centres_with_staff() -> Sequence[Centre]:
    """The centres that somebody answers for, with their names."""
    staffed = select(Membership.organisation_id).join(Membership.user).where(_is_reachable())
    texts = joinedload(Centre.organisation).joinedload(Organisation.texts)
    return db.session.scalars(working_centres().where(Centre.id.in_(staffed)).options(texts)).unique().all()


def staff_of(centre: Centre) -> Sequence[User]:
    """The people who read what is written to a centre."""
    found = select(User).join(Membership, Membership.user_id == User.id)
    return db.session.scalars(
        found.where(Membership.organisation_id == centre.id, _is_reachable()).distinct().order_by(User.id)
    ).all()
