"""Where a filter looks: as a condition on a query that joins call and organisation (``joined``), and as its values.

The values of many challenges become bits (``bitmap_index``), those of one are what a saved search is held against: so
the list, its counts and the alerts read the same expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    String,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
    values,
)
from sqlalchemy.dialects.postgresql import JSONB

from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock

Values = tuple[Any, FromClause]  # a column, and what it is selected from


class Column(Protocol):
    """Where one filter looks; ``name`` is what its columns are called in ``base``, one row a challenge."""

    def columns(self, name: str) -> list[ColumnElement[Any]]:
        """What ``base`` holds for it."""
        ...

    def values_in(self, base: CTE, name: str) -> Values:
        """Each of its values beside the challenges of ``base`` that have it."""
        ...

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        """Whether a challenge has one of the values."""
        ...


@dataclass(frozen=True)
class Value:
    """One value a challenge, or none."""

    value: Any
    read: Callable[[str], Any] = str

    def columns(self, name: str) -> list[ColumnElement[Any]]:
        return [self.value.label(name)]

    def values_in(self, base: CTE, name: str) -> Values:
        return base.c[name], base

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        return self.value.in_([self.read(value) for value in asked])  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Reference(Value):
    """A row of another table, by a name of its own instead of its ``id``."""

    id: Any = None
    called: Any = None

    def values_in(self, base: CTE, name: str) -> Values:
        return self.called, base.join(self.id.class_, self.id == base.c[name])

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        return self.value.in_(select(self.id).where(self.called.in_(asked)))  # type: ignore[no-any-return]


@dataclass(frozen=True)
class JsonList(Value):
    """A JSON list of values."""

    def values_in(self, base: CTE, name: str) -> Values:
        each = func.jsonb_array_elements_text(base.c[name]).table_valued("value", name=f"one_{name}").render_derived()
        return each.c.value, base.join(each, true())

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        return or_(*(type_coerce(self.value, JSONB).contains([value]) for value in asked))


@dataclass(frozen=True)
class Span:
    """Every number from one column to another."""

    first: Any
    last: Any

    def columns(self, name: str) -> list[ColumnElement[Any]]:
        return [self.first.label(f"{name}_first"), self.last.label(f"{name}_last")]

    def values_in(self, base: CTE, name: str) -> Values:
        ends = base.c[f"{name}_first"], base.c[f"{name}_last"]
        each = func.generate_series(*ends).table_valued("value", name=f"one_{name}").render_derived()
        return each.c.value, base.join(each, true())

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        return or_(*(and_(self.first <= int(value), self.last >= int(value)) for value in asked))


@dataclass(frozen=True)
class TitleLanguages:
    """The languages in which it has a title."""

    def columns(self, name: str) -> list[ColumnElement[Any]]:
        return []

    def values_in(self, base: CTE, name: str) -> Values:
        texts = (ChallengeText.challenge_id == base.c.id) & (ChallengeText.title != "")
        return ChallengeText.locale, base.join(ChallengeText, texts)

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        found = exists().where(ChallengeText.challenge_id == Challenge.id, ChallengeText.locale.in_(asked))
        return found.where(ChallengeText.title != "")


@dataclass(frozen=True)
class Periods:
    """Periods from now in which an instant lies; the period without a length is for what has no instant."""

    instant: Any
    periods: Mapping[str, timedelta | None]

    def columns(self, name: str) -> list[ColumnElement[Any]]:
        return [self.instant.label(name)]

    def values_in(self, base: CTE, name: str) -> Values:
        ends = [(period, length and clock.NOW + length) for period, length in self.periods.items()]
        each = values(column("name", String), column("end", DateTime(timezone=True)), name=f"one_{name}").data(ends)
        at, end = base.c[name], each.c.end
        return each.c.name, base.join(each, or_(at.between(clock.NOW, end), and_(at.is_(None), end.is_(None))))

    def answers(self, asked: Sequence[str], now: datetime) -> ColumnElement[bool]:
        lengths = [self.periods[value] for value in asked]
        return or_(*(self.instant.is_(None) if not length else self.instant.between(now, now + length)
                     for length in lengths))  # fmt: skip
