"""What comes next on a subject and by when, for the readers of a message about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.kernel import subjects
from marketplace.kernel.dates import day_in, instant_in
from marketplace.kernel.db import db
from marketplace.kernel.events import subject_type
from marketplace.kernel.policy import Actor
from marketplace.people.models import Membership, User


def readers(users: Iterable[User], subject: Any) -> dict[int, Actor]:
    """Each person as the one they are on the subject: by the seat in an organisation that takes part in it."""
    ids = [user.id for user in users]
    taking_part = subjects.kind_of(subject_type(subject)).sides(subject).all
    query = select(Membership).where(Membership.user_id.in_(ids)).options(joinedload(Membership.organisation))
    found: dict[int, Actor] = {}
    for seat in db.session.scalars(query.order_by(Membership.id)):
        if seat.organisation_id in taking_part or seat.user_id not in found:
            found[seat.user_id] = Actor(
                user_id=seat.user_id, organisation_id=seat.organisation_id, role=seat.role,
                organisation_kind=seat.organisation.kind, organisation_verified=seat.organisation.is_verified,
                membership_id=seat.id, email_verified=True,
            )  # fmt: skip
    return found


def next_in_words(subject: Any, reader: Actor, locale: str) -> str:
    """What happens next, in words to this reader, with its day; nothing where nothing is to come."""
    found = subjects.coming(subject_type(subject), subject, reader, locale)
    if found is None:
        return ""
    if found.by is None or found.until:
        return found.title
    return str(_("%(what)s, by %(when)s", what=found.title, when=_when(found.by, found.zone, locale)))


def _when(by: datetime | date, zone: str, locale: str) -> str:
    if isinstance(by, datetime):
        return instant_in(by.astimezone(ZoneInfo(zone)), locale)
    return day_in(by.year, by.month, by.day, locale)
