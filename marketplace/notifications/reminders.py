"""Reminders, seven days and one day before a call closes, to those whose draft or changes are not submitted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, selectinload

from marketplace.applications.models import Application, ApplicationParty
from marketplace.applications.queries import is_reopened
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.subjects import kind_of
from marketplace.network.models import Call
from marketplace.notifications import choosing, rendering
from marketplace.notifications.models import Notification
from marketplace.people.models import Membership, User

STEP = "call.closing_soon"


def remind_due(limit: int = 200) -> int:
    """Remind drafters whose time has come, once per deadline and distance; returns how many were reminded."""
    due = db.session.execute(_due(clock.now()).limit(limit)).all()
    applications = _applications({row.application_id for row in due})
    users = {user.id: user for user in db.session.scalars(select(User).where(User.id.in_({r.user_id for r in due})))}
    locales = rendering.locales_of(users.values())
    unwilling = choosing.refusing(choosing.kind_of(STEP), list(users))
    for row in due:
        if _note(row) and row.user_id not in unwilling:
            _mail(row, applications[row.application_id], users[row.user_id], locales[row.user_id])
    return len(due)


def _due(now: datetime) -> Select[Any]:
    """Application, person, days left and key of every reminder that is due and was not given yet."""
    days = case((Call.closes_at <= now + timedelta(days=1), 1), else_=7)
    key = func.concat(
        "closing:", Application.id, ":", User.id, ":", days, ":", func.extract("epoch", Call.closes_at).cast(BigInteger)
    )
    given = select(Notification.id).where(Notification.key == key)
    return (
        select(Application.id.label("application_id"), User.id.label("user_id"), days.label("days"), key.label("key"))
        .distinct()
        .join(Call, Call.id == Application.call_id)
        .join(ApplicationParty, ApplicationParty.application_id == Application.id)
        .join(Membership, Membership.organisation_id == ApplicationParty.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(
            or_(Application.state == "draft", is_reopened()),
            Call.state.in_(("published", "open")),
            Call.closes_at > now,
            Call.closes_at <= now + timedelta(days=7),
            Membership.role.in_(("owner", "member")),
            User.deactivated_at.is_(None),
            ~given.exists(),
        )
        .order_by(Application.id, User.id)
    )


def _applications(ids: set[int]) -> dict[int, Application]:
    query = (
        select(Application)
        .where(Application.id.in_(ids))
        .options(joinedload(Application.call), joinedload(Application.challenge), selectinload(Application.revisions))
    )
    return {row.id: row for row in db.session.scalars(query).unique()}


def _note(row: Any) -> bool:
    """Put the reminder into the person's notifications; False where another run did at the same time."""
    values = {
        "user_id": row.user_id,
        "step": STEP,
        "subject_type": "application",
        "subject_id": row.application_id,
        "key": row.key,
    }
    once = insert(Notification).values(values).on_conflict_do_nothing(index_elements=["key"])
    return db.session.execute(once.returning(Notification.id)).scalar_one_or_none() is not None


def _mail(row: Any, application: Application, user: User, locale: str) -> None:
    if user.email_verified_at is None:
        return
    title = kind_of("application").title(application, locale)
    found = {"application": application, "call": application.call, "days": row.days, "title": title}
    rendering.queue(rendering.render(row.key, "reminder", user, user.email, locale, **found))
