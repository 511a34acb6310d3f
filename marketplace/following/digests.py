"""Digests: one message with everything that waited, grouped by what is followed, and nothing that is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from marketplace.following import alerts, messages
from marketplace.following.models import DigestItem, Follow, Rhythm, Topic
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.subjects import load_subject
from marketplace.notifications import rendering
from marketplace.notifications.mail_preferences import is_refused
from marketplace.notifications.models import BULK
from marketplace.people.models import User

PEOPLE = 500  # written to in one transaction


@dataclass(frozen=True)
class Group:
    """One followed thing with its news."""

    name: str
    stop: str
    lines: list[messages.Line] = field(default_factory=list)


def send_due() -> int:
    """Queue the digests whose time has come; returns how many people's turn it was. Safe to run in parallel."""
    waits = select(DigestItem.user_id).where(DigestItem.user_id == Rhythm.user_id, DigestItem.due_at <= clock.now())
    turn = select(Rhythm.user_id).where(waits.exists()).order_by(Rhythm.user_id).limit(PEOPLE)
    ids = db.session.scalars(turn.with_for_update(skip_locked=True)).all()
    if not ids:
        return 0
    items = _taken(ids)
    users = db.session.scalars(
        select(User).where(
            User.id.in_(ids), User.deactivated_at.is_(None), User.email_verified_at.is_not(None), ~is_refused("alerts")
        )
    ).all()
    writer = _Writer(items)
    locales = rendering.locales_of(users)
    rendering.queue(*(m for user in users if (m := writer.digest(user, items[user.id], locales[user.id])) is not None))
    return len(ids)


def _taken(ids: Sequence[int]) -> dict[int, list[DigestItem]]:
    """What is due for each person, taken out of the waiting."""
    due = (DigestItem.user_id.in_(ids), DigestItem.due_at <= clock.now())
    query = select(DigestItem).where(*due).options(joinedload(DigestItem.follow).joinedload(Follow.topic))
    found: dict[int, list[DigestItem]] = {id: [] for id in ids}
    for item in db.session.scalars(query.order_by(DigestItem.user_id, DigestItem.event_id)):
        found[item.user_id].append(item)
    gone = delete(DigestItem).where(*due).execution_options(synchronize_session=False)
    db.session.execute(gone)
    return found


class _Writer:
    """Reads each event, subject and name once for all digests of a batch."""

    def __init__(self, items: dict[int, list[DigestItem]]) -> None:
        every = [item for found in items.values() for item in found]
        rows = db.session.scalars(select(Event).where(Event.id.in_({item.event_id for item in every})))
        self.now = clock.now()
        self.events = {event.id: event for event in rows.unique()}
        self.subjects = {id: load_subject(event) for id, event in self.events.items()}
        self.audiences: dict[int, alerts.Audience] = {}
        self.topics: dict[int, Topic] = {item.follow.topic_id: item.follow.topic for item in every}
        self.names: dict[str, dict[int, str]] = {}
        self.lines: dict[tuple[int, str], messages.Line] = {}
        self.links = messages.Links()

    def digest(self, user: User, items: list[DigestItem], locale: str) -> dict[str, Any] | None:
        """One person's message as a row to store; None where nothing is left to tell."""
        told = [item for item in items if self._holds(item, user)]
        if not told:
            return None
        groups: dict[int, Group] = {}
        for item in told:
            group = groups.setdefault(item.follow_id, self._group(item, locale))
            line = self._line(item.event_id, locale)
            if line not in group.lines:  # the second answer on a challenge is the same line
                group.lines.append(line)
        every = self.links.link(locale, user.id)
        number = sum(len(group.lines) for group in groups.values())
        key = f"digest:{user.id}:{max(item.event_id for item in told)}:{int(max(i.due_at for i in told).timestamp())}"
        drawn = rendering.render(
            key, "digest", user, user.email, locale, groups=groups.values(), all=every, number=number, now=self.now
        )
        return {**drawn, "headers": messages.headers(every), "priority": BULK}

    def _holds(self, item: DigestItem, user: User) -> bool:
        event, subject = self.events[item.event_id], self.subjects[item.event_id]
        if subject is None or not alerts.still_holds(event, subject, self.now):
            return False
        if item.event_id not in self.audiences:
            self.audiences[item.event_id] = alerts.audience_of(event, subject)
        return self.audiences[item.event_id].holds(user, item.follow.topic)

    def _group(self, item: DigestItem, locale: str) -> Group:
        if locale not in self.names:
            self.names[locale] = messages.names_of(self.topics.values(), locale)
        name = item.follow.name or self.names[locale][item.follow.topic_id]
        return Group(name, self.links.link(locale, item.user_id, item.follow_id))

    def _line(self, event_id: int, locale: str) -> messages.Line:
        if (event_id, locale) not in self.lines:
            with force_locale(locale):
                line = messages.line_of(self.events[event_id], self.subjects[event_id], locale)
            self.lines[event_id, locale] = line
        return self.lines[event_id, locale]
