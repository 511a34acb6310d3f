"""What people do with their notifications, and with what the worker could not do."""

from __future__ import annotations

from sqlalchemy import func, update

from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.kernel.policy import Actor
from marketplace.notifications import delivery
from marketplace.notifications.models import Mail, Notification


def mark_read(actor: Actor, up_to: int) -> None:
    """Mark one's own notifications as read, up to the newest that was shown."""
    db.session.execute(
        update(Notification)
        .where(Notification.user_id == actor.user_id, Notification.read_at.is_(None), Notification.id <= up_to)
        .values(read_at=clock.now())
    )


def retry_reaction(row: Outbox, actor: Actor) -> None:
    """Let a reaction that gave up run again, from where it stopped."""
    policy.require(actor, "operations.retry", row)
    row.attempts = 0
    row.due_at = func.clock_timestamp()
    db.session.flush()
    events.record("operations.retry", row, actor, data={"reaction": row.reaction, "event": row.event_id})
    db.session.info["recorded"] = True  # nothing listens to this event, but the worker has to wake up


def retry_mail(mail: Mail, actor: Actor) -> None:
    """Let a message that could not be sent be sent again."""
    policy.require(actor, "operations.retry", mail)
    delivery.try_again(mail)
    db.session.flush()
    events.record("operations.retry", mail, actor)
    db.session.info["recorded"] = True
