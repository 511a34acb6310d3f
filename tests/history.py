"""What has been recorded of a subject."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import db
from marketplace.kernel.events import Event, subject_type


def events_of(subject: Any) -> list[Event]:
    """A subject's events, the oldest first."""
    mine = sa.select(Event).where(Event.subject_type == subject_type(subject), Event.subject_id == subject.id)
    return list(db.session.scalars(mine.order_by(Event.id)))


def steps_of(subject: Any) -> list[str]:
    """The steps of a subject's events, the oldest first."""
    return [event.step for event in events_of(subject)]
