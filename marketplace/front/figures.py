"""What the home page says in figures: each counts what everybody may see, and all of them are one query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Subquery, func, select, true
from sqlalchemy.orm import lazyload

from marketplace.calls import queries as calls
from marketplace.calls.models import Call
from marketplace.collaborations.models import Outcome
from marketplace.collaborations.outcomes import MONEY_KINDS
from marketplace.front.backers import is_company
from marketplace.front.year import LASTS, begun_challenges, stage_at
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.people import directory
from marketplace.people.models import Organisation


def figures_at(now: datetime) -> Row[Any]:
    """Challenges that ``found`` a startup or ``ended`` without one; ``outcomes``, with ``amounts`` by ``currencies``;
    ``days_open`` and ``days_to_answer`` of calls; ``centres``, ``companies`` and ``startups`` in the directory.
    """
    counts = [_challenges(now), _outcomes(), _worth(), _calls(now), _organisations()]
    joined: Any = counts[0]
    for count in counts[1:]:
        joined = joined.join(count, true())
    return db.session.execute(select(*counts).select_from(joined)).one()


def _challenges(now: datetime) -> Subquery:
    stages = begun_challenges(now).with_only_columns(stage_at(now), maintain_column_froms=True).subquery()
    found, ended = (func.count().filter(stages.c.stage == stage).label(stage) for stage in ("found", "ended"))
    return select(found, ended).select_from(stages).subquery()


def _outcomes() -> Subquery:
    return select(func.count().label("outcomes")).where(Outcome.state == "published").subquery()


def _worth() -> Subquery:
    """What published contracts, purchases and investments are worth in each currency."""
    summed = (
        select(Outcome.currency, func.sum(Outcome.value).label("amount"))
        .where(Outcome.state == "published", Outcome.kind.in_(MONEY_KINDS), Outcome.value > 0)
        .group_by(Outcome.currency)
        .order_by(Outcome.currency)
    )
    each = summed.subquery()
    return select(
        func.array_agg(each.c.amount).label("amounts"), func.array_agg(each.c.currency).label("currencies")
    ).subquery()


def _calls(now: datetime) -> Subquery:
    """Days on average that calls take applications, and from then to the promised answer: of those of a year."""
    opening, closing = (clock.day_at(column, Call.time_zone) for column in (Call.opens_at, Call.closes_at))
    seen = calls.visible_to(ANONYMOUS).where(Call.is_reference.is_(False), Call.closes_at > now - LASTS)
    return seen.with_only_columns(
        func.round(func.avg(closing - opening)).label("days_open"),
        func.round(func.avg(Call.decisions_by - closing)).label("days_to_answer"),
    ).subquery()


def _organisations() -> Subquery:
    found = directory.entries(ANONYMOUS).where(Organisation.is_reference.is_(False)).options(lazyload("*"))
    return found.with_only_columns(
        func.count().filter(Organisation.kind == "centre").label("centres"),
        func.count().filter(is_company()).label("companies"),
        func.count().filter(Organisation.kind == "startup").label("startups"),
        maintain_column_froms=True,
    ).subquery()
