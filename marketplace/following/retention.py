"""Forget which topics an event concerned once it was told, and topics that nobody follows any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from marketplace.following.models import Follow, News, Topic
from marketplace.kernel.db import db
from marketplace.kernel.events import Event

NEWS, TOPICS = timedelta(days=30), timedelta(days=7)


def sweep() -> None:
    """Delete what no chunk and no page needs any more."""
    now = func.clock_timestamp()
    old = select(Event.id).where(Event.id == News.event_id, Event.at < now - NEWS)
    db.session.execute(delete(News).where(old.exists()))
    followed = select(Follow.id).where(Follow.topic_id == Topic.id)
    db.session.execute(delete(Topic).where(Topic.created_at < now - TOPICS, ~followed.exists()))
