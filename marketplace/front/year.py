"""A year of challenges as the home page draws it: each as two circles, nearer the further both sides have come."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_

from marketplace.calls.models import Call
from marketplace.calls.states import RELEASED
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import CHALLENGE
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS

LASTS = timedelta(days=365)
MOST, FEWEST = 75, 10  # challenges that are drawn one by one
SIZES = 5
STOPPED = [name for name, state in CHALLENGE.states.items() if state.family == "stopped"]
MARKS = {"open": "alone", "closed": "apart", "answered": "overlapping", "found": "merged", "ended": "apart"}


@dataclass(frozen=True)
class Point:
    """One challenge: how near both sides are, how large its budget is (1 to ``SIZES``), whether it was given up."""

    mark: str
    size: int
    is_ended: bool


@dataclass(frozen=True)
class Year:
    """Challenges in the order of how far they came, and how many at each stage; all of them if it ``is_whole``."""

    drawn: Sequence[Point]
    counts: Mapping[str, int]
    is_whole: bool


def stage_at(now: datetime) -> ColumnElement[str]:
    """How far a published challenge has come, as its own page says; over a query that joins the call (outer)."""
    state = challenges.state_at(now)
    return case(
        (or_(state.in_(STOPPED), and_(state == "archived", Challenge.pairs_confirmed == 0)), "ended"),
        (state == "open", "open"),
        (and_(state == "closed", Call.state.in_(RELEASED)), "answered"),
        (state == "closed", "closed"),
        else_="found",
    ).label("stage")


def begun_challenges(now: datetime) -> Select[Challenge]:
    """Challenges of this place that everybody sees and whose applications have opened."""
    opening = func.coalesce(Challenge.opens_at, Call.opens_at)
    seen = challenges.visible_to(ANONYMOUS).outerjoin(Call, Call.id == Challenge.call_id)
    return seen.where(Challenge.is_reference.is_(False), or_(opening.is_(None), opening <= now))


def year_until(now: datetime) -> Year | None:
    """The newest challenges published within a year, or None where they are too few to draw."""
    newest = (
        begun_challenges(now)
        .where(Challenge.published_at > now - LASTS)
        .with_only_columns(stage_at(now), Challenge.budget, Challenge.currency, maintain_column_froms=True)
        .order_by(Challenge.published_at.desc(), Challenge.id.desc())
    )
    rows = db.session.execute(newest.limit(MOST + 1)).all()
    if len(rows) < FEWEST:
        return None
    stages, largest = list(MARKS), _largest(rows)
    staged = sorted(rows[:MOST], key=lambda row: stages.index(row.stage))
    drawn = [Point(MARKS[row.stage], _size(row, largest), row.stage == "ended") for row in staged]
    return Year(drawn, Counter(row.stage for row in staged), len(rows) <= MOST)


def _largest(rows: Sequence[Any]) -> dict[str | None, Decimal]:
    """The largest budget of each currency: amounts of two currencies are not compared."""
    found: dict[str | None, Decimal] = {}
    for row in rows:
        if row.budget is not None:
            found[row.currency] = max(row.budget, found.get(row.currency, row.budget))
    return found


def _size(row: Any, largest: Mapping[str | None, Decimal]) -> int:
    """By its share of the largest budget, which the area of a circle shows; the smallest where none is given."""
    if not row.budget:
        return 1
    share = float(row.budget / largest[row.currency])
    return max(1, round(SIZES * math.sqrt(share)))
