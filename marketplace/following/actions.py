"""What people do with what they follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.following import queries
from marketplace.following.digest_times import next_due
from marketplace.following.models import FREQUENCIES, DigestItem, Follow, Rhythm, Topic
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.people.models import User

MOST = 200  # follows of one person


def follow_topic(actor: Actor, frequency: str, *, name: str = "", **subject: int | str) -> Follow:
    """Follow a topic, named by its column; who follows it already changes how often they hear of it."""
    policy.require(actor, "follow.create")
    _expect_frequency(frequency)
    # One at a time for each person, so that two presses at once count as one.
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())
    found = queries.follow_of(actor, **subject)
    if found is not None:
        return change_follow(found, actor, frequency=frequency, name=name)
    if db.session.scalars(select(Follow.id).where(Follow.user_id == actor.user_id).limit(MOST)).all()[MOST - 1 :]:
        raise Blocked(_l("You follow %(most)s things already. Stop following one of them first.", most=MOST))
    found = Follow(user_id=actor.user_id, topic_id=_topic(subject), frequency=frequency, name=name.strip() or None)
    if actor.user_id is not None and db.session.get(Rhythm, actor.user_id) is None:
        db.session.add(queries.rhythm_of(actor.user_id))
        user = db.session.get_one(User, actor.user_id)
        user.time_zone = queries.zone_of(user.id)  # digests come by it, and pages show it from now on
    db.session.add(found)
    db.session.flush()
    return found


def _topic(subject: dict[str, int | str]) -> int:
    """The one topic of a subject, made by whoever is first."""
    db.session.execute(insert(Topic).values(**subject).on_conflict_do_nothing())
    return db.session.scalars(select(Topic.id).filter_by(**subject)).one()


def change_follow(found: Follow, actor: Actor, *, frequency: str, name: str | None = None) -> Follow:
    """Hear more or less often, under another name where one is given; what waits comes at the next new time."""
    policy.require(actor, "follow.change", found)
    _expect_frequency(frequency)
    if name is not None:
        found.name = name.strip() or None
    if found.frequency != frequency:
        found.frequency = frequency
        due = _due(queries.rhythm_of(found.user_id), frequency)
        db.session.execute(update(DigestItem).where(DigestItem.follow_id == found.id).values(due_at=due))
    db.session.flush()
    return found


def stop_following(found: Follow, actor: Actor) -> None:
    """Follow it no longer; nothing of it that still waits is sent."""
    policy.require(actor, "follow.change", found)
    db.session.delete(found)
    db.session.flush()


def stop_by_link(follow_id: int, user_id: int) -> None:
    """The same, by whoever holds the link of a message; a link that was used before does nothing more."""
    db.session.execute(delete(Follow).where(Follow.id == follow_id, Follow.user_id == user_id))


def set_rhythm(actor: Actor, *, hour: int, weekday: int) -> Rhythm:
    """Choose when digests come; what waits comes at the new time."""
    policy.require(actor, "follow.create")
    found: Rhythm = db.session.merge(Rhythm(user_id=actor.user_id, hour=hour, weekday=weekday))
    _move_digests(found)
    return found


def keep_time(user_id: int) -> None:
    """Let what waits come at the same hour of the zone that a person lives in now."""
    found = db.session.get(Rhythm, user_id)
    if found is not None:
        _move_digests(found)


def _move_digests(rhythm: Rhythm) -> None:
    for frequency in ("daily", "weekly"):
        of_these = select(Follow.id).where(Follow.user_id == rhythm.user_id, Follow.frequency == frequency)
        moved = update(DigestItem).where(DigestItem.user_id == rhythm.user_id, DigestItem.follow_id.in_(of_these))
        db.session.execute(moved.values(due_at=_due(rhythm, frequency)))
    db.session.flush()


def _due(rhythm: Rhythm, frequency: str) -> datetime:
    return next_due(clock.now(), frequency, queries.zone_of(rhythm.user_id), rhythm.hour, rhythm.weekday)


def _expect_frequency(frequency: str) -> None:
    if frequency not in FREQUENCIES:
        raise Invalid(_l("Choose how often you want to hear of it."), field="frequency")
