"""Deadline reminders, seven days and one day before a call closes, to those whose draft is not submitted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, selectinload

from marketplace.applications.models import Application
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Call
from marketplace.notifications import rendering
from marketplace.notifications.models import Notification
from marketplace.notifications.subjects import kind_of
from marketplace.people.models import User
from marketplace.people.queries import members

DAYS = (7, 1)
STEP = "call.closing_soon"


def remind_due() -> int:
    """Remind every drafter whose time has come, once per deadline and distance; returns how many messages."""
    now = clock.now()
    drafts = db.session.scalars(
        select(Application)
        .join(Application.call)
        .where(
            Application.state == "draft",
            Call.state.in_(("published", "open")),
            Call.closes_at > now,
            Call.closes_at <= now + timedelta(days=max(DAYS)),
        )
        .options(joinedload(Application.call), selectinload(Application.parties))
    ).unique()
    return sum(_remind(application) for application in drafts)


def _remind(application: Application) -> int:
    call = application.call
    assert call.closes_at is not None
    left = call.closes_at - clock.now()
    days = min(d for d in DAYS if left <= timedelta(days=d))
    people = members([party.organisation_id for party in application.parties], ("owner", "member"))
    users = db.session.scalars(select(User).where(User.id.in_(people), User.email_verified_at.is_not(None)))
    return sum(_remind_one(application, user, days) for user in users)


def _remind_one(application: Application, user: User, days: int) -> int:
    call = application.call
    key = f"closing:{application.id}:{user.id}:{days}:{call.closes_at:%Y%m%d%H%M}"
    row = {
        "user_id": user.id,
        "step": STEP,
        "subject_type": "application",
        "subject_id": application.id,
        "key": key,
        "created_at": func.clock_timestamp(),
    }
    done = db.session.execute(
        insert(Notification).values(row).on_conflict_do_nothing(index_elements=["key"]).returning(Notification.id)
    ).scalar_one_or_none()
    if done is None:
        return 0
    locale = rendering.locale_of(user)
    title = kind_of("application").title(application, locale)
    rendering.queue(
        rendering.render(
            key, "reminder", user, user.email, locale, application=application, call=call, days=days, title=title
        )
    )
    return 1
