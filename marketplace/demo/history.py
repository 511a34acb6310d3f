"""Events of the past, so that timelines tell how things came to be; nobody is told of them anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, EventReason, subject_type
from marketplace.people.models import Membership

_noted: list[Event] = []


def days_ago(days: float) -> datetime:
    """An instant some days before now, at an hour when people are awake; negative ones lie ahead."""
    instant = clock.now() - timedelta(days=days)
    return instant if days <= 0 else min(instant, _while_awake(instant))


def _while_awake(instant: datetime) -> datetime:
    """The same day of UTC, a morning in Seoul and the evening before in Quebec; what came first stays first."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(minutes=10 + midnight.toordinal() * 7 % 40) + (instant - midnight) / 10


def happened(
    step: str,
    subject: Any,
    who: Membership | None,
    ago: float | datetime,
    *,
    before: str | None = None,
    after: str | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Note an event of ``ago`` days ago, or of that instant; ``write`` stores them in order, without outbox rows."""
    if subject.id is None:
        db.session.flush()
    event = Event(
        at=ago if isinstance(ago, datetime) else days_ago(ago),
        step=step,
        subject_type=subject_type(subject),
        subject_id=subject.id,
        actor_id=who.user_id if who else None,
        acting_id=who.organisation_id if who else None,
        before=before,
        after=after,
        data=data or {},
    )
    if reason:
        event.reason = EventReason(text=reason)
    _noted.append(event)


def _instant_of(event: Event) -> datetime:
    return event.at


def write() -> None:
    """Store what was noted, the oldest first: ids of events follow time."""
    noted: list[Event] = sorted(_noted, key=_instant_of)
    db.session.add_all(noted)
    db.session.flush()
    _noted.clear()
