"""Reminders that are due, once each: a line among the notifications, and a message."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.reminders import Reminder, reminders
from marketplace.kernel.subjects import kind_of
from marketplace.notifications import mail_preferences, rendering
from marketplace.notifications.models import Notification
from marketplace.people.models import User


def remind_due(limit: int = 200) -> int:
    """Remind people of what is due and was not given yet; returns how many were reminded."""
    return sum(_remind(reminder, limit) for reminder in reminders())


def _remind(reminder: Reminder, limit: int) -> int:
    due = reminder.due(clock.now()).subquery()
    given = select(Notification.id).where(Notification.key == due.c.key)
    first = select(due).where(~given.exists()).order_by(due.c.subject_id, due.c.user_id).limit(limit)
    rows = db.session.execute(first).all()
    subjects = reminder.load({row.subject_id for row in rows})
    users = {user.id: user for user in db.session.scalars(select(User).where(User.id.in_({r.user_id for r in rows})))}
    locales = rendering.locales_of(users.values())
    unwilling = mail_preferences.users_refusing(reminder.kind, list(users))
    for row in rows:
        if _note(reminder, row) and row.user_id not in unwilling:
            _mail(reminder, row, subjects[row.subject_id], users[row.user_id], locales[row.user_id])
    return len(rows)


def _note(reminder: Reminder, row: Any) -> bool:
    """Put the reminder into the person's notifications; False where another run did at the same time."""
    values = {
        "user_id": row.user_id,
        "step": reminder.step,
        "subject_type": reminder.subject,
        "subject_id": row.subject_id,
        "key": row.key,
    }
    once = insert(Notification).values(values).on_conflict_do_nothing(index_elements=["key"])
    return db.session.execute(once.returning(Notification.id)).scalar_one_or_none() is not None


def _mail(reminder: Reminder, row: Any, subject: Any, user: User, locale: str) -> None:
    if user.email_verified_at is None:
        return
    title = kind_of(reminder.subject).title(subject, locale)
    found = {"subject": subject, "days": row.days, "title": title}
    rendering.queue(rendering.render(row.key, reminder.mail, user, user.email, locale, **found))
