"""What the company may compare: the eligible applications to its challenges, once their call has closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from marketplace.applications.models import Application, FitOpinion
from marketplace.applications.queries import visible_to
from marketplace.applications.states import COMPANY_SEES, PENDING
from marketplace.calls.models import Call, CallText
from marketplace.calls.states import UNDECIDED
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import UNPOSTED
from marketplace.evaluations.staff_queries import name_of, text_column, title_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor


def comparable_applications(actor: Actor, challenge_id: int, locale: str) -> list[Any]:
    """Id, number, startup and state of every application to a challenge that may be compared, oldest number first."""
    query = (
        visible_to(actor)
        .where(Application.challenge_id == challenge_id, Application.state.in_(COMPANY_SEES))
        .with_only_columns(
            Application.id,
            Application.number,
            Application.state,
            name_of(Application.organisation_id, locale).label("startup"),
        )
        .order_by(Application.number)
    )
    return list(db.session.execute(query).all())


def load_compared(actor: Actor, ids: Sequence[int]) -> list[Application]:
    """These applications with what stands in the comparison, in the order of ``ids``."""
    query = (
        visible_to(actor)
        .where(Application.id.in_(ids), Application.state.in_(COMPANY_SEES))
        .options(
            lazyload(Application.organisation),
            selectinload(Application.revisions),
            selectinload(Application.opinions),
            selectinload(Application.parties),
            joinedload(Application.call).options(lazyload(Call.texts)),
            lazyload(Application.challenge),
        )
    )
    found = {a.id: a for a in db.session.scalars(query).unique()}
    return [found[i] for i in ids if i in found]


def views_given(ids: Sequence[int], organisation_id: int | None) -> int:
    """On how many of these applications an organisation has given its view."""
    given = FitOpinion.application_id.in_(ids) & (FitOpinion.organisation_id == organisation_id)
    return (db.session.scalar(select(func.count()).where(given)) or 0) if ids else 0


def answered_challenges(organisation_id: int, locale: str) -> list[Any]:
    """A company's challenges whose call has closed: how many applications are eligible, and how many have its view."""
    open_to_views = Application.state.in_(PENDING)
    viewed = FitOpinion.organisation_id == organisation_id
    query = (
        select(
            Challenge.id,
            title_of(Challenge.id, locale).label("title"),
            text_column(CallText.title, CallText.call_id, Challenge.call_id, locale).label("call"),
            Call.fit_role,
            Call.decisions_by,
            Call.state.label("call_state"),
            func.count(Application.id).label("eligible"),
            func.count(Application.id).filter(open_to_views).label("waiting"),
            func.count(FitOpinion.id).filter(open_to_views).label("views"),
        )
        .join(Call, Call.id == Challenge.call_id)
        .outerjoin(Application, (Application.challenge_id == Challenge.id) & Application.state.in_(COMPANY_SEES))
        .outerjoin(FitOpinion, (FitOpinion.application_id == Application.id) & viewed)
        .where(
            Challenge.organisation_id == organisation_id,
            Challenge.state.not_in(UNPOSTED),
            Call.closes_at < clock.now(),
        )
        .group_by(Challenge.id, Call.id)
        .order_by(case((Call.state.in_(UNDECIDED), 0), else_=1), Challenge.id.desc())
        .limit(100)
    )
    return list(db.session.execute(query).all())


def received_applications(actor: Actor, locale: str) -> list[Any]:
    """The applications to a company's challenges that it may open, newest first."""
    own = select(Challenge.id).where(Challenge.organisation_id == actor.party_id)
    query = (
        visible_to(actor)
        .where(Application.challenge_id.in_(own), Application.state.in_(COMPANY_SEES))
        .outerjoin(
            FitOpinion,
            (FitOpinion.application_id == Application.id) & (FitOpinion.organisation_id == actor.party_id),
        )
        .with_only_columns(
            Application.id,
            Application.number,
            Application.state,
            Application.state_since,
            Application.challenge_id,
            name_of(Application.organisation_id, locale).label("startup"),
            title_of(Application.challenge_id, locale).label("title"),
            FitOpinion.fit,
        )
        .order_by(Application.created_at.desc(), Application.id.desc())
        .limit(200)
    )
    return list(db.session.execute(query).all())
