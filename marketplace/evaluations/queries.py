"""Reads of prepared and released decisions. Before the release only the managing centre's pages may call these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.applications.models import OUTCOMES, Application, Decision
from marketplace.applications.queries import visible_to
from marketplace.applications.states import PENDING
from marketplace.challenges.models import Challenge
from marketplace.evaluations.staff_queries import fit_of, name_of, title_of
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.people.models import User

SIZE = 50


@dataclass(frozen=True)
class Standing:
    """How far the decisions of a call are: numbers of applications."""

    unscreened: int
    undecided: int
    selected: int
    reserve: int
    declined: int


def standing_of(call_id: int) -> Standing:
    """Numbers for a call, at one query."""
    pending = Application.state.in_(PENDING)

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    row: Any = db.session.execute(
        select(
            number(Application.state == "submitted"),
            number(and_(pending, Decision.application_id.is_(None))),
            *(number(and_(pending, Decision.outcome == outcome)) for outcome in OUTCOMES),
        )
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.call_id == call_id)
    ).one()
    return Standing(*row)


def board(
    call_id: int, locale: str, *, outcome: str = "", challenge_id: int | None = None, page: int = 1
) -> tuple[list[Any], int]:
    """What is to be decided in a call, by challenge, shortlisted first: one page of rows, and how many there are."""
    chosen = Application.state.in_(PENDING)
    query = _rows(locale).where(Application.call_id == call_id, chosen)
    if outcome == "none":
        query = query.where(Decision.application_id.is_(None))
    elif outcome:
        query = query.where(Decision.outcome == outcome)
    if challenge_id is not None:
        query = query.where(Application.challenge_id == challenge_id)
    order = case({"shortlisted": 0}, value=Application.state, else_=1)
    ranks = case({"selected": 0, "reserve": 1, "declined": 3}, value=Decision.outcome, else_=2)
    query = query.order_by(
        Application.challenge_id.asc().nulls_last(), order, ranks, Decision.rank, fit_order(), Application.id
    )
    return _page(query, page, SIZE)


def results(
    actor: Actor, call_id: int, locale: str, *, outcome: str = "", page: int = 1, everything: bool = False
) -> tuple[list[Any], int]:
    """The released decisions of a call that this reader may see, by challenge, places first."""
    seen = visible_to(actor).with_only_columns(Application.id)
    query = _rows(locale).where(
        Application.call_id == call_id, Application.id.in_(seen), Decision.released_at.is_not(None)
    )
    if outcome:
        query = query.where(Decision.outcome == outcome)
    ranks = case({"selected": 0, "reserve": 1}, value=Decision.outcome, else_=2)
    query = query.order_by(Application.challenge_id.asc().nulls_last(), ranks, Decision.rank, Application.id)
    return _page(query, page, None if everything else SIZE)


def fit_order() -> ColumnElement[int]:
    """Strong before possible before weak before none."""
    return case({"strong": 0, "possible": 1, "weak": 2}, value=fit_of(), else_=3)


def _rows(locale: str) -> Any:
    preparer = aliased(User)
    return (
        select(
            Application.id,
            Application.number,
            Application.state,
            Application.version,
            Application.challenge_id,
            Decision.outcome,
            Decision.rank,
            Decision.reason_code,
            Decision.comments,
            Decision.version.label("decision_version"),
            preparer.name.label("prepared_by"),
            name_of(Application.organisation_id, locale).label("startup"),
            title_of(Application.challenge_id, locale).label("challenge"),
            Challenge.startups_sought,
            fit_of().label("fit"),
            func.count().over().label("total"),
        )
        .outerjoin(Decision, Decision.application_id == Application.id)
        .outerjoin(preparer, preparer.id == Decision.prepared_by_id)
        .outerjoin(Challenge, Challenge.id == Application.challenge_id)
    )


def _page(query: Select[Any], page: int, size: int | None) -> tuple[list[Any], int]:
    if size is not None:
        query = query.limit(size).offset((page - 1) * size)
    rows = list(db.session.execute(query).all())
    return rows, rows[0].total if rows else 0


def places_of(call_id: int, challenge_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Selected and reserves prepared so far, by challenge."""
    query = (
        select(
            Decision.challenge_id,
            func.count().filter(Decision.outcome == "selected"),
            func.count().filter(Decision.outcome == "reserve"),
        )
        .where(Decision.call_id == call_id, Decision.challenge_id.in_(challenge_ids))
        .group_by(Decision.challenge_id)
    )
    return {row[0] or 0: (row[1], row[2]) for row in db.session.execute(query)} if challenge_ids else {}


def public_results(call_id: int, locale: str) -> list[Any]:
    """Who was selected, as far as the public may know: by challenge, without those whose company hides.

    The caller shows it for decided calls alone. Anonymous and invited challenges come without a name.
    """
    named = or_(Application.challenge_id.is_(None), Challenge.visibility == "public")
    query = (
        select(
            Application.challenge_id,
            case((named, name_of(Application.organisation_id, locale)), else_=None).label("startup"),
            case((named, title_of(Application.challenge_id, locale)), else_=None).label("challenge"),
            case((named, Application.organisation_id), else_=None).label("organisation_id"),
        )
        .outerjoin(Challenge, Challenge.id == Application.challenge_id)
        .where(Application.call_id == call_id, Application.state == "selected")
        .order_by(Application.challenge_id.asc().nulls_last(), Application.id)
        .limit(200)
    )
    return list(db.session.execute(query).all())
