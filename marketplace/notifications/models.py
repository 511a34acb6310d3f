"""What people are told, in the product and by e-mail; once per event, person and channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.db import Model, one_of, pk
from marketplace.kernel.events import Event
from marketplace.kernel.locales import LOCALES

MAIL_STATES = ("queued", "sending", "sent", "failed", "dropped", "joined")  # untrue before it left; in another
URGENT, USUAL, BULK = 0, 1, 2  # links somebody waits for; news of one's own; alerts to many


class Notification(Model):
    """A line in a person's notifications; words are made when it is read, in the reader's language.

    ``event_id`` is null for mail that follows no event of a subject (a password link).
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("uq_notifications_event_user", "event_id", "user_id", unique=True),
        Index(None, "user_id", "id"),
        Index("ix_notifications_unread", "user_id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    step: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    read_at: Mapped[datetime | None]


class Mail(Model):
    """An e-mail message, rendered in its reader's language when queued; ``key`` makes a repeat impossible."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_queued", "priority", "due_at", "id", postgresql_where=text("state IN ('queued', 'sending')")),
    )

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    to: Mapped[str]
    locale: Mapped[str] = mapped_column(one_of("locale", LOCALES))
    subject: Mapped[str]
    body: Mapped[str]
    headers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    state: Mapped[str] = mapped_column(one_of("state", MAIL_STATES), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(SmallInteger, default=USUAL, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    due_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]

    event: Mapped[Event | None] = relationship()


class MailRefusal(Model):
    """A kind of message that a person does not want by e-mail; the product still shows it."""

    __tablename__ = "mail_refusals"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
