"""Reads of what people follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.following.models import HOUR, WEEKDAY, Follow, Rhythm, Topic
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.people import queries as people
from marketplace.people.models import Organisation, User


def visible_to(actor: Actor) -> Select[Follow]:
    """One's own follows, newest first."""
    return (
        select(Follow)
        .where(Follow.user_id == actor.user_id)
        .options(joinedload(Follow.topic))
        .order_by(Follow.id.desc())
    )


def follow_of(actor: Actor, **subject: int | str) -> Follow | None:
    """The actor's own follow of one topic, named by its column."""
    if not actor.signed_in:
        return None
    topic = select(Topic.id).filter_by(**subject).scalar_subquery()
    return db.session.scalars(select(Follow).where(Follow.user_id == actor.user_id, Follow.topic_id == topic)).first()


def visible_topics(topics: Iterable[Topic], seats: Sequence[Actor]) -> set[int]:
    """Ids of the topics whose subject the person may see, acting for any of their organisations."""
    found, rows = set[int](), list(topics)
    by_challenge = {row.challenge_id: row.id for row in rows if row.challenge_id}
    by_organisation = {row.organisation_id: row.id for row in rows if row.organisation_id}
    if by_challenge:
        shown = or_(*(Challenge.id.in_(challenges.visible_to(seat).with_only_columns(Challenge.id)) for seat in seats))
        ids = db.session.scalars(select(Challenge.id).where(Challenge.id.in_(by_challenge), shown))
        found |= {by_challenge[id] for id in ids}
    if by_organisation:
        known = or_(*(Organisation.id.in_(people.visible_to(s).with_only_columns(Organisation.id)) for s in seats))
        ids = db.session.scalars(select(Organisation.id).where(Organisation.id.in_(by_organisation), known))
        found |= {by_organisation[id] for id in ids}
    return found | {row.id for row in rows if row.centre_id or row.query is not None}


def rhythm_of(user_id: int) -> Rhythm:
    """When a person's digests come: as they chose, else Mondays at eight."""
    return db.session.get(Rhythm, user_id) or Rhythm(user_id=user_id, hour=HOUR, weekday=WEEKDAY)


def zone_of(user_id: int) -> str:
    """The zone in which a person's digests come: their own, else that of a centre near them."""
    return db.session.get_one(User, user_id).time_zone or zone_near(user_id)


def zone_near(user_id: int) -> str:
    """The zone of a centre near a person's organisation."""
    own = next((seat.organisation for seat in people.seats(user_id)), None)
    place = own.region_code if own is not None else None
    if not place:
        return "UTC"
    near = (
        select(Centre.time_zone)
        .join(Organisation, Organisation.id == Centre.id)
        .where(func.left(Organisation.region_code, 2) == place[:2])
        .order_by((Organisation.region_code == place).desc(), Centre.id)
    )
    return db.session.scalar(near.limit(1)) or "UTC"
