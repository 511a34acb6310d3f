"""Submitting in time, changing before the close, leaving: what moves an application on its own side."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from marketplace.applications import guards
from marketplace.applications.checks import check_of, keep_results
from marketplace.applications.locks import hold_application, hold_call, hold_startup
from marketplace.applications.models import Application, ApplicationRevision
from marketplace.applications.offers import leave_place
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, expect_version
from marketplace.kernel.events import record
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import fire, may_fire

NUMBERS = 10**9  # of a year


def submit_application(application: Application, actor: Actor, *, version: int | None = None) -> ApplicationRevision:
    """Freeze the draft and submit it; in time means when the request arrived, not when the row was free.

    A second press finds the application submitted and is answered with what the first one froze.
    """
    arrived = clock.arrived()
    name = "application.resubmit" if application.number else "application.submit"
    policy.require(actor, name, application)
    hold_application(application)
    if application.state == "submitted" and application.draft is None and application.current is not None:
        return application.current
    expect_version(application, version)
    hold_startup(application.organisation)
    name = "application.resubmit" if application.number else "application.submit"
    asked = may_fire(name, application, actor)
    draft = application.draft
    assert draft is not None
    keep_results(application, check_of(application))
    number = application.number or next_number(application, arrived)
    # all of it is written at once, with the state
    application.number, application.submitted_at = number, arrived
    application.late_seconds = guards.seconds_late(application.call, arrived)
    draft.sha256, draft.submitted_by_id, draft.submitted_at = draft.content_hash(), actor.user_id, arrived
    fire(
        name, application, actor, asked=asked,
        data={"revision": draft.number, "late_seconds": application.late_seconds},
    )  # fmt: skip
    return draft


def next_number(application: Application, at: datetime) -> str:
    """The receipt's number: ``T-2027-480713265``, the year in the call's zone; drawn, so that none tells how many."""
    return drawn_number(clock.day_of(at, application.call.time_zone).year)


def drawn_number(year: int) -> str:
    """A receipt's number of a year that nobody has yet."""
    while True:
        number = f"T-{year}-{secrets.randbelow(NUMBERS):09}"
        if db.session.scalar(select(Application.id).where(Application.number == number)) is None:
            return number


def reopen_application(application: Application, actor: Actor, *, version: int | None = None) -> ApplicationRevision:
    """Begin a new version from the last one; until it is submitted in time, the last one counts."""
    policy.require(actor, "application.reopen", application)
    hold_application(application)
    if application.draft is not None and application.current is not None:
        return application.draft
    expect_version(application, version)
    current = application.current
    if application.state != "submitted" or current is None:
        raise Blocked(_l("Only a submitted application that nobody has examined can be changed."))
    if message := guards.why_closed(application.call, application.challenge, clock.arrived()):
        raise Blocked(message)
    draft = ApplicationRevision(number=current.number + 1)
    for name in ApplicationRevision.CONTENT:
        setattr(draft, name, getattr(current, name))
    application.revisions.append(draft)
    touch(application)
    record("application.reopen", application, actor, data={"revision": draft.number})
    return draft


def keep_submitted(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """Give the changes up: the version submitted last stays."""
    policy.require(actor, "application.keep", application)
    hold_application(application)
    draft = application.draft
    if draft is None or application.current is None:
        raise Blocked(_l("There are no changes to give up."))
    expect_version(application, version)
    application.revisions.remove(draft)
    touch(application)
    record("application.keep", application, actor, data={"revision": draft.number})


def discard_draft(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """Delete a draft that was never submitted, and its text with it."""
    policy.require(actor, "application.discard", application)
    hold_application(application)
    expect_version(application, version)
    fire("application.discard", application, actor)
    if application.unsent is not None:
        application.revisions.remove(application.unsent)


def withdraw_application(
    application: Application, actor: Actor, *, reason: str | None, version: int | None = None, cause: str = ""
) -> None:
    """Leave before the decision. ``cause`` names the step of a challenge or call that brought it about."""
    policy.require(actor, "application.withdraw", application)
    hold_application(application)
    expect_version(application, version)
    fire("application.withdraw", application, actor, reason=reason, data={"cause": cause} if cause else None)


def step_back_application(
    application: Application, actor: Actor, *, reason: str | None, version: int | None = None, cause: str = ""
) -> None:
    """Leave after the decision: the award is given back and the next reserve is offered the place."""
    policy.require(actor, "application.step_back", application)
    hold_call(application.call)
    hold_application(application)
    expect_version(application, version)
    had_place = application.state == "selected"
    fire("application.step_back", application, actor, reason=reason, data={"cause": cause} if cause else None)
    leave_place(application, actor, had_place=had_place, offer_on=not cause)
