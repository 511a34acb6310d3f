"""The orders of a list as keys that rows can be read after: no row is missed or shown twice when others arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Numeric,
    Select,
    any_,
    cast,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel.search_query import MOST, SearchQuery

CANDIDATES = 500  # that best match ranks: the newest of those found


@dataclass(frozen=True)
class Order:
    """Rows by ``key``, then by id the same way; ``shown`` is the key as it is read, None where a row has none."""

    key: ColumnElement[Any]
    id: ColumnElement[Any]
    descending: bool
    read: Callable[[Any], Any]
    shown: ColumnElement[Any]
    absent: ColumnElement[Any] | None = None

    def applied(self, query: Select[Any], backward: bool = False) -> Select[Any]:
        """The query in this order, or in the opposite one."""
        if self.descending != backward:
            return query.order_by(self.key.desc(), self.id.desc())
        return query.order_by(self.key.asc(), self.id.asc())

    def beyond(self, key: Any, id: Any, backward: bool = False) -> ColumnElement[bool]:
        """What comes after the row of this key and id, or before it; the key is None of a row without one."""
        here, there = tuple_(self.key, self.id), tuple_(self.absent if key is None else key, id)
        return here < there if self.descending != backward else here > there


def _instant(text: str | datetime) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def order_of(sort: str) -> Order:
    """Newest first, or closing soonest first; what has no such instant at the end."""
    is_closing = sort == "closing"
    shown: Any = queries.closing() if is_closing else Challenge.published_at
    absent: ColumnElement[Any] = literal_column("'infinity'::timestamptz" if is_closing else "'-infinity'::timestamptz")
    key = func.coalesce(shown, absent)
    return Order(key, Challenge.id, not is_closing, _instant, shown, absent)  # type: ignore[arg-type]


def rank_matches(ids: Sequence[int], words: str) -> Select[int, Decimal]:
    """Some challenges with how well they match: several words near each other first, titles before bodies."""
    asked = SearchQuery.of(words)
    together: Any = func.tangent_query(asked.wanted)
    either: Any = together
    for word in asked.words[:MOST]:
        either = either.op("||")(func.tangent_query(word))
    # read once and not for each row, whether the statement is planned for these words or for any
    query, either = select(together).scalar_subquery(), select(either).scalar_subquery()
    rank: Any = func.ts_rank(ChallengeText.search, either, 1)
    if len(asked.wanted.split()) > 1:
        rank = rank + func.ts_rank_cd(ChallengeText.search, query, 1)
    return (
        select(ChallengeText.challenge_id, cast(func.max(rank), Numeric(12, 8)).label("rank"))
        .where(ChallengeText.challenge_id == any_(literal(list(ids), ARRAY(BigInteger))))
        .group_by(ChallengeText.challenge_id)
    )
