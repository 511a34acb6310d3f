"""What people do with their notifications."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.notifications.models import Notification


def mark_read(actor: Actor, up_to: int) -> None:
    """Mark one's own notifications as read, up to the newest that was shown."""
    db.session.execute(
        update(Notification)
        .where(Notification.user_id == actor.user_id, Notification.read_at.is_(None), Notification.id <= up_to)
        .values(read_at=clock.now())
    )
