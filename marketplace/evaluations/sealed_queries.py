"""What waits under seal: numbers per challenge and state, never who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from marketplace.applications.models import Application
from marketplace.applications.states import UNOPENED
from marketplace.calls.models import Call, CallText
from marketplace.calls.states import CURRENT
from marketplace.challenges.models import Challenge
from marketplace.evaluations.staff_queries import text_column, title_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.network.queries import programmes_managed_by


@dataclass(frozen=True)
class SealedCount:
    """Applications to one challenge (or to none) that nobody may open yet: how many are drafts, how many are in."""

    call_id: int
    challenge_id: int | None
    title: str
    drafts: int
    submitted: int


def sealed_counts(call_id: int, locale: str, *, most: int = 100) -> list[SealedCount]:
    """What waits under seal in a call, per challenge, those with most first. The caller asks ``call.see_counts``."""
    return _sealed(Application.call_id == call_id, locale, most)


def sealed_for_company(organisation_id: int, locale: str, *, most: int = 100) -> list[SealedCount]:
    """What waits under seal for a company's challenges."""
    own = select(Challenge.id).where(Challenge.organisation_id == organisation_id)
    open_calls = select(Call.id).where(Call.closes_at >= clock.now())
    return _sealed(and_(Application.challenge_id.in_(own), Application.call_id.in_(open_calls)), locale, most)


def _sealed(where: ColumnElement[bool], locale: str, most: int) -> list[SealedCount]:
    drafts = func.count().filter(Application.state == "draft")
    submitted = func.count().filter(Application.state == "submitted")
    grouped = (
        select(Application.call_id, Application.challenge_id, drafts.label("drafts"), submitted.label("submitted"))
        .where(where, Application.state.in_(UNOPENED))
        .group_by(Application.call_id, Application.challenge_id)
        .order_by(submitted.desc(), drafts.desc())
        .limit(most)
        .subquery()
    )
    query = select(grouped, title_of(grouped.c.challenge_id, locale).label("title"))
    return [
        SealedCount(row.call_id, row.challenge_id, row.title or "", row.drafts, row.submitted)
        for row in db.session.execute(query.order_by(grouped.c.submitted.desc(), grouped.c.drafts.desc()))
    ]


def sealed_calls(actor: Actor, locale: str) -> list[Any]:
    """Calls of the programmes that the actor's centre manages whose applications are still sealed, soonest first."""
    if actor.centre_id is None:
        return []
    return list(db.session.execute(_sealed_calls(actor.centre_id, locale)).all())


@prepared
def _sealed_calls(centre_id: int, locale: str) -> Any:
    drafts = func.count().filter(Application.state == "draft")
    submitted = func.count().filter(Application.state == "submitted")
    return (
        select(
            Call.id,
            Call.closes_at,
            Call.time_zone,
            text_column(CallText.title, CallText.call_id, Call.id, locale).label("title"),
            drafts.label("drafts"),
            submitted.label("submitted"),
        )
        .outerjoin(Application, Application.call_id == Call.id)
        .where(
            Call.programme_id.in_(programmes_managed_by(centre_id)),
            Call.state.in_(CURRENT),
            Call.closes_at >= clock.NOW,
        )
        .group_by(Call.id)
        .order_by(Call.closes_at)
        .limit(20)
    )


def sealed_for_challenge(challenge_id: int) -> tuple[int, int]:
    """Drafts and submitted applications to one challenge."""
    drafts = func.count().filter(Application.state == "draft")
    submitted = func.count().filter(Application.state == "submitted")
    row = db.session.execute(select(drafts, submitted).where(Application.challenge_id == challenge_id)).one()
    return row[0], row[1]
