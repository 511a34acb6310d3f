"""What people follow, how often they want to hear of it, and what waits for their next digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.db import Model, one_line, one_of, pk
from marketplace.kernel.locales import _l

FREQUENCIES = ("now", "daily", "weekly")
HOUR, WEEKDAY = 8, 0  # when digests come until somebody chooses otherwise: Mondays at eight


class Topic(Model):
    """Something that can be followed, once for all its followers: a challenge, an organisation, a centre, a search.

    ``query`` is a search in its canonical form; a field is the search for it.
    """

    __tablename__ = "topics"
    in_the_way, in_the_way_with = _l("people who follow it"), ("follows", "topic_id")
    __table_args__ = (
        CheckConstraint("num_nonnulls(challenge_id, organisation_id, centre_id, query) = 1", name="one_subject"),
    )

    id: Mapped[pk]
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), unique=True)
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id", ondelete="CASCADE"), unique=True)
    query: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Follow(Model):
    """One person following one topic; ``name`` is their own name for it, where they gave one."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("topic_id", "user_id"), Index(None, "user_id", "id"))

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"))
    frequency: Mapped[str] = mapped_column(one_of("frequency", FREQUENCIES))
    name: Mapped[str | None] = mapped_column(one_line("name"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    topic: Mapped[Topic] = relationship()


class Rhythm(Model):
    """At which hour and on which weekday (0 is Monday) a person's digests come, in the person's own zone."""

    __tablename__ = "rhythms"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6", name="hour_and_weekday"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(default=HOUR)
    weekday: Mapped[int] = mapped_column(default=WEEKDAY)


class News(Model):
    """A topic that an event concerns: found once an event, and read by every chunk of its followers."""

    __tablename__ = "news"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True, index=True)


class DigestItem(Model):
    """An event that waits for a person's digest: once, though several of their follows lead to it."""

    __tablename__ = "digest_items"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    follow_id: Mapped[int] = mapped_column(ForeignKey("follows.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)

    follow: Mapped[Follow] = relationship()
