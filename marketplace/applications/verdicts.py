"""Verdicts that follow their facts: what is on record of submitted applications is judged anew when a fact changes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.applications.checks import check_of, keep_results
from marketplace.applications.models import Application
from marketplace.applications.policy import is_unsealed
from marketplace.calls.eligibility import CANNOT_TELL, FAILS, MEETS
from marketplace.challenges.models import Challenge
from marketplace.kernel import events
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor


def applications_about(organisation_id: int) -> ColumnElement[bool]:
    """Applications whose rules ask about an organisation: its own, and those to its challenges."""
    challenges = select(Challenge.id).where(Challenge.organisation_id == organisation_id)
    return or_(Application.organisation_id == organisation_id, Application.challenge_id.in_(challenges))


def judge_all_anew(which: ColumnElement[bool], actor: Actor) -> int:
    """Judge anew every submitted application of these that nobody has examined; says how many came out otherwise."""
    query = select(Application).where(which, Application.state == "submitted").order_by(Application.id)
    query = query.options(
        joinedload(Application.organisation), joinedload(Application.challenge), joinedload(Application.call),
        selectinload(Application.results), selectinload(Application.parties),
    )  # fmt: skip
    held = query.with_for_update(of=Application).execution_options(populate_existing=True)
    return sum(judge_anew(application, actor) for application in db.session.scalars(held).unique().all())


def judge_anew(application: Application, actor: Actor) -> bool:
    """Put on record what the rules say of today's facts; an event tells where the whole comes out otherwise.

    Once the call has closed, only what could not be told is filled in: what was told then is for staff to judge again.
    """
    before = _whole(application)
    check = check_of(application)
    if is_unsealed(application):
        told = {result.rule_id for result in application.results if result.verdict != CANNOT_TELL}
        check = replace(check, judgements=[item for item in check.judgements if item.rule_id not in told])
    keep_results(application, check)
    db.session.flush()
    db.session.expire(application, ["results"])
    after = _whole(application)
    if before == after:
        return False
    events.record("application.judge_anew", application, actor, data={"before": before, "after": after})
    return True


def _whole(application: Application) -> str:
    holding = [result.holds for result in application.results]
    return next((verdict for verdict in (FAILS, CANNOT_TELL) if verdict in holding), MEETS)
