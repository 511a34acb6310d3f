"""What people do with their notifications, and with what the worker could not do."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from marketplace.kernel.events import Outbox
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.notifications import delivery, mail_preferences
from marketplace.notifications.models import Mail, MailRefusal, Notification


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
    events.wake(events.lane_of(row.reaction))  # nothing listens to this event


def retry_mail(mail: Mail, actor: Actor) -> None:
    """Let a message that could not be sent be sent again."""
    policy.require(actor, "operations.retry", mail)
    if not mail.body:
        raise Blocked(_l("The words of this message are gone: a link in it had ended."))
    delivery.try_again(mail)
    db.session.flush()
    events.record("operations.retry", mail, actor)
    events.wake(events.QUICK)


def choose_mail(user_id: int, wanted: Collection[str]) -> None:
    """Keep which kinds of message a person wants by e-mail; what carries a date or protects an account always comes."""
    unwanted = [kind for kind in mail_preferences.refusable_kinds() if kind not in wanted]
    db.session.execute(delete(MailRefusal).where(MailRefusal.user_id == user_id, MailRefusal.kind.not_in(unwanted)))
    for kind in unwanted:
        refuse_mail(user_id, kind)


def refuse_mail(user_id: int, kind: str) -> None:
    """Send a person no more mail of one kind."""
    if kind in mail_preferences.refusable_kinds():
        db.session.execute(insert(MailRefusal).values(user_id=user_id, kind=kind).on_conflict_do_nothing())
