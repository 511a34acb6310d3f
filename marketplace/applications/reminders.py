"""Reminders, seven days and one day before a call closes, to those whose draft or changes are not submitted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.applications.models import Application, ApplicationParty
from marketplace.applications.queries import is_reopened
from marketplace.calls.models import Call
from marketplace.calls.states import CURRENT, DRAFTS
from marketplace.kernel.db import db
from marketplace.kernel.reminders import Reminder
from marketplace.people.models import Membership, User


def _due(now: datetime) -> Select[Any]:
    """Every application, person and days left of which it is time to remind."""
    days = case((Call.closes_at <= now + timedelta(days=1), 1), else_=7)
    key = func.concat(
        "closing:", Application.id, ":", User.id, ":", days, ":", func.extract("epoch", Call.closes_at).cast(BigInteger)
    )
    return (
        select(Application.id.label("subject_id"), User.id.label("user_id"), days.label("days"), key.label("key"))
        .distinct()
        .join(Call, Call.id == Application.call_id)
        .join(ApplicationParty, ApplicationParty.application_id == Application.id)
        .join(Membership, Membership.organisation_id == ApplicationParty.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(
            or_(Application.state == "draft", is_reopened()),
            Call.state.in_(CURRENT),
            Call.closes_at > now,
            Call.closes_at <= now + timedelta(days=7),
            Membership.role.in_(("owner", "member")),
            User.deactivated_at.is_(None),
        )
    )


def _load(ids: Collection[int]) -> dict[int, Application]:
    query = (
        select(Application)
        .where(Application.id.in_(ids))
        .options(joinedload(Application.call), joinedload(Application.challenge), selectinload(Application.revisions))
    )
    return {row.id: row for row in db.session.scalars(query).unique()}


CLOSING_SOON = Reminder("call.closing_soon", "application", DRAFTS, "reminder", _due, _load)
