"""Telling followers, in chunks whose cursor is kept with their rows: whoever is killed midway tells nobody twice.

An event first notes which topics it concerns, thousands of searches at a time; then it goes through the people who
follow any of them, in the order of their ids, each once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.following import actions, fan_out, saved_searches
from marketplace.following.alerts import still_holds, topics_of
from marketplace.following.models import Follow, News, Rhythm, Topic
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.subjects import load_subject
from marketplace.kernel.words import alerts
from marketplace.notifications import delivery
from marketplace.notifications.models import MailRefusal

SEARCHES = 5000  # matched in one transaction


def tell_followers(event: Event, cursor: int | None) -> int | None:
    """Tell those who follow what an event concerns. A cursor below 0 counts searches, one from 0 on people."""
    subject = load_subject(event)
    if subject is None or not still_holds(event, subject, clock.now()):
        return None
    if cursor is None:
        _note(event, select(Topic.id).where(topics_of(event, subject)))
    is_new = event.subject_type == "challenge" and alerts()[event.step].is_new
    if is_new and (cursor is None or cursor < 0):
        left = _note_searches(event, -(cursor or 0))
        if left is not None:
            return -left
        cursor = 0
    return fan_out.tell_next(event, subject, max(cursor or 0, 0))


def _note(event: Event, topics: Any) -> None:
    found = [{"event_id": event.id, "topic_id": id} for id in db.session.scalars(topics)]
    if found:
        db.session.execute(insert(News).on_conflict_do_nothing(), found)


def _note_searches(event: Event, after: int) -> int | None:
    """Note the next searches that the challenge answers; the last one read, or None where none is left."""
    followed = select(Follow.id).where(Follow.topic_id == Topic.id).exists()
    query = select(Topic.id, Topic.query).where(Topic.query.is_not(None), Topic.id > after, followed)
    rows = [(row[0], row[1] or "") for row in db.session.execute(query.order_by(Topic.id).limit(SEARCHES))]
    facts = saved_searches.facts_of(event.subject_id, clock.now())
    found = saved_searches.ids_of(event.subject_id, facts, rows)
    if found:
        db.session.execute(
            insert(News).on_conflict_do_nothing(), [{"event_id": event.id, "topic_id": id} for id in found]
        )
    return rows[-1][0] if len(rows) == SEARCHES else None


def forget_person(event: Event, _: int | None) -> int | None:
    """Who closed their account follows nothing any more: what somebody follows tells what they care about.

    Nor does news that waited for more reach the address that was theirs.
    """
    delivery.drop_mail(event.subject_id)
    db.session.execute(delete(Follow).where(Follow.user_id == event.subject_id))  # and what waited for their digest
    db.session.execute(delete(Rhythm).where(Rhythm.user_id == event.subject_id))
    db.session.execute(delete(MailRefusal).where(MailRefusal.user_id == event.subject_id))
    return None


def move_digests(event: Event, cursor: int | None) -> int | None:
    """Let digests come at their hour of the zone that a person has chosen now."""
    if "time_zone" in event.data["fields"]:
        actions.keep_time(event.subject_id)
    return None
