"""Reads of a person's own notifications, of the mail kept in development, and of what is stuck."""

from __future__ import annotations

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.kernel.policy import Actor
from marketplace.kernel.relay import MAX_ATTEMPTS
from marketplace.notifications import delivery
from marketplace.notifications.models import Mail, Notification


def visible_to(actor: Actor) -> Select[Notification]:
    """One's own notifications, newest first."""
    return select(Notification).where(Notification.user_id == actor.user_id).order_by(Notification.id.desc())


def unread(actor: Actor) -> Select[int]:
    """How many notifications the actor has not read."""
    return select(func.count()).where(Notification.user_id == actor.user_id, Notification.read_at.is_(None))


def mails() -> Select[Mail]:
    """Every message, newest first; only development shows them."""
    return select(Mail).order_by(Mail.id.desc())


def stuck_reactions() -> Select[Outbox]:
    """Reactions that failed so often that nobody tries them any more, the oldest first."""
    return (
        select(Outbox)
        .where(Outbox.done_at.is_(None), Outbox.attempts >= MAX_ATTEMPTS)
        .options(joinedload(Outbox.event))
        .order_by(Outbox.id)
    )


def failed_mails() -> Select[Mail]:
    """Messages that were given up, or whose worker died twice over them, the oldest first."""
    lost = and_(
        Mail.state == "sending",
        Mail.attempts >= delivery.MAX_ATTEMPTS,
        Mail.due_at < func.clock_timestamp(),
    )
    return select(Mail).where(or_(Mail.state == "failed", lost)).order_by(Mail.id)


def waiting() -> tuple[int, int]:
    """How many reactions and messages wait for the worker now."""
    reactions = select(func.count()).where(Outbox.done_at.is_(None), Outbox.attempts < MAX_ATTEMPTS)
    mails_ = select(func.count()).where(Mail.state.in_(("queued", "sending")), Mail.attempts < delivery.MAX_ATTEMPTS)
    row = db.session.execute(select(reactions.scalar_subquery(), mails_.scalar_subquery())).one()
    return row[0], row[1]
