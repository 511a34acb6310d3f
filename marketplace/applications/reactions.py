"""What follows for applications when a challenge or a call ends before its time, or a fact of their parties changes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace.applications.models import Application
from marketplace.applications.states import HOLDING, UNANSWERED
from marketplace.applications.submission import step_back_application, withdraw_application
from marketplace.applications.verdicts import applications_about, judge_all_anew
from marketplace.calls.models import Award, Sanction
from marketplace.kernel import workflow
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM

CHUNK = 50


def withdraw_with_challenge(event: Event, cursor: int | None) -> int | None:
    """End every live application to a challenge that its company withdrew, with the company's reason."""
    return _end(Application.challenge_id == event.subject_id, event, cursor)


def withdraw_with_call(event: Event, cursor: int | None) -> int | None:
    """End every live application to a call that was cancelled, with the reason given."""
    return _end(Application.call_id == event.subject_id, event, cursor)


def judge_anew(event: Event, _: int | None) -> int | None:
    """A fact of an organisation changed: its applications and those to its challenges are judged by what is so now."""
    judge_all_anew(applications_about(_whose(event)), SYSTEM)
    return None


def _whose(event: Event) -> int:
    """The organisation that a change of a profile, an award or a sanction is about."""
    if event.subject_type == "organisation":
        return event.subject_id
    if event.subject_type == "award":
        return db.session.get_one(Award, event.subject_id).organisation_id
    return db.session.get_one(Sanction, event.subject_id).organisation_id


def _end(which: ColumnElement[bool], event: Event, cursor: int | None) -> int | None:
    """A chunk of applications, in order; what has ended is passed over, so a second run does nothing."""
    live = Application.state.in_((*UNANSWERED, *HOLDING))
    query = select(Application).where(which, live, Application.id > (cursor or 0)).order_by(Application.id)
    found = db.session.scalars(query.limit(CHUNK)).all()
    for application in found:
        told: dict[str, Any] = {"reason": event.reason.text if event.reason else event.step, "cause": event.step}
        if application.state in UNANSWERED:
            withdraw_application(application, SYSTEM, **told)
        elif workflow.allows("application.step_back", application, SYSTEM):  # a confirmed pair goes on
            step_back_application(application, SYSTEM, **told)
    return found[-1].id if len(found) == CHUNK else None
