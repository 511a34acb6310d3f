"""Reads of a person's own notifications, and of the mail kept in development."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from marketplace.kernel.policy import Actor
from marketplace.notifications.models import Mail, Notification


def visible_to(actor: Actor) -> Select[Notification]:
    """One's own notifications, newest first."""
    return select(Notification).where(Notification.user_id == actor.user_id).order_by(Notification.id.desc())


def count_unread(actor: Actor) -> Select[int]:
    """How many notifications the actor has not read."""
    return select(func.count()).where(Notification.user_id == actor.user_id, Notification.read_at.is_(None))


def mails() -> Select[Mail]:
    """Every message, newest first; only development shows them."""
    return select(Mail).order_by(Mail.id.desc())
