"""What follows for applications when a challenge or a call ends before its time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace.applications.models import Application
from marketplace.applications.submission import step_back_application, withdraw_application
from marketplace.kernel import workflow
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM

CHUNK = 50
LEAVES = ("draft", "submitted", "eligible", "shortlisted")
STEPS_BACK = ("selected", "reserve")


def withdraw_with_challenge(event: Event, cursor: int | None) -> int | None:
    """End every live application to a challenge that its company withdrew, with the company's reason."""
    return _end(Application.challenge_id == event.subject_id, event, cursor)


def withdraw_with_call(event: Event, cursor: int | None) -> int | None:
    """End every live application to a call that was cancelled, with the reason given."""
    return _end(Application.call_id == event.subject_id, event, cursor)


def _end(which: ColumnElement[bool], event: Event, cursor: int | None) -> int | None:
    """A chunk of applications, in order; what has ended is passed over, so a second run does nothing."""
    live = Application.state.in_((*LEAVES, *STEPS_BACK))
    query = select(Application).where(which, live, Application.id > (cursor or 0)).order_by(Application.id)
    found = db.session.scalars(query.limit(CHUNK)).all()
    for application in found:
        told: dict[str, Any] = {"reason": event.reason.text if event.reason else event.step, "cause": event.step}
        if application.state in LEAVES:
            withdraw_application(application, SYSTEM, **told)
        elif workflow.allows("application.step_back", application, SYSTEM):  # a confirmed pair goes on
            step_back_application(application, SYSTEM, **told)
    return found[-1].id if len(found) == CHUNK else None
