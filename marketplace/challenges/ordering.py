"""The orders of a list as keys that rows can be read after: no row is missed or shown twice when others arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, and_, cast, func, literal, or_, select, tuple_

from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel.asking import MOST, Asked

CANDIDATES = 1000  # that best match ranks: the newest of those found


@dataclass(frozen=True)
class Order:
    """Rows by ``key``, those without one at the end, then by id the same way."""

    key: ColumnElement[Any]
    id: ColumnElement[Any]
    descending: bool
    read: Callable[[Any], Any]

    def applied(self, query: Select[Any], backward: bool = False) -> Select[Any]:
        """The query in this order, or in the opposite one."""
        down = self.descending != backward
        key, id = (self.key.desc(), self.id.desc()) if down else (self.key.asc(), self.id.asc())
        return query.order_by(key.nulls_first() if backward else key.nulls_last(), id)

    def beyond(self, value: Any, id: int, backward: bool = False) -> ColumnElement[bool]:
        """What comes after the row of this key and id, or before it."""
        down = self.descending != backward
        further_id = self.id < id if down else self.id > id
        if value is None:
            without = and_(self.key.is_(None), further_id)
            return or_(self.key.is_not(None), without) if backward else without
        here, there = tuple_(self.key, self.id), tuple_(literal(self.read(value), self.key.type), literal(id))
        further = here < there if down else here > there
        return further if backward else or_(further, self.key.is_(None))


def of_sort(sort: str) -> Order:
    """Newest first, or closing soonest first."""
    if sort == "closing":
        return Order(queries.closing(), Challenge.id, False, datetime.fromisoformat)  # type: ignore[arg-type]
    return Order(Challenge.published_at, Challenge.id, True, datetime.fromisoformat)  # type: ignore[arg-type]


def ranked(found: Select[Any], words: str) -> tuple[Select[Any], Order]:
    """The newest of what was found with their ranks, and the order by it."""
    newest = of_sort("newest").applied(found.with_only_columns(Challenge.id)).limit(CANDIDATES).subquery()
    asked = Asked.of(words)
    either: Any = func.tangent_query(asked.wanted)
    for word in asked.words[:MOST]:
        either = either.op("||")(func.tangent_query(word))
    together = func.ts_rank_cd(ChallengeText.search, func.tangent_query(asked.wanted), 1)
    rank = func.max(together + func.ts_rank(ChallengeText.search, either, 1))
    candidates = (
        select(newest.c.id, cast(rank, Numeric(12, 8)).label("rank"))
        .join(ChallengeText, ChallengeText.challenge_id == newest.c.id)
        .group_by(newest.c.id)
        .subquery()
    )
    return select(candidates.c.id, candidates.c.rank), Order(candidates.c.rank, candidates.c.id, True, Decimal)
