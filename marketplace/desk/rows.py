"""The one shape of everything on a desk, so that all of it is read by a single UNION ALL."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)

UTC = "UTC"
SHAPE: dict[str, Any] = {
    "kind": Text(),  # what is to be done, or whose turn it is: a key of words.py
    "id": BigInteger(),  # of the subject
    "part_id": BigInteger(),  # of the page it is done on, where that is another subject's
    "state": Text(),
    "challenge_id": BigInteger(),
    "call_id": BigInteger(),
    "organisation_id": BigInteger(),  # named only where this reader may know it
    "number": Integer(),  # how many things wait in it
    "title": Text(),  # words of its own, where it has neither challenge nor call
    "locale": Text(),  # of the title
    "since": DateTime(timezone=True),
    "due": DateTime(timezone=True),
    "by_day": Boolean(),  # whether the due instant only means its day
    "zone": Text(),
}


def rows(query: Select[Any], kind: Any, **columns: Any) -> Select[Any]:
    """``query`` with its columns replaced by those of the one shape; what is not given is null."""
    given = {"kind": kind, "zone": UTC, "by_day": False, **columns}
    if unknown := set(given) - set(SHAPE):
        raise ValueError(f"a desk has no column {sorted(unknown)}")
    return query.with_only_columns(
        *(cast(given.get(name, null()), kind_).label(name) for name, kind_ in SHAPE.items()),
        maintain_column_froms=True,
    )


def union(parts: list[Select[Any]]) -> Any:
    """All parts in one subquery; of no parts, one without rows."""
    return union_all(*(parts or [nothing()])).subquery("rows")


def nothing() -> Select[Any]:
    """A part without rows."""
    return rows(select(literal(1)).where(false()), "none")


def end_of(day: Any, zone: Any) -> ColumnElement[datetime]:
    """The last second of a calendar day in a zone."""
    return func.timezone(zone, cast(day, DateTime()) + timedelta(days=1) - timedelta(seconds=1))


def within(days: int, since: Any) -> dict[str, Any]:
    """Columns of a thing that should be done some days after it began to wait."""
    return {"since": since, "due": since + timedelta(days=days), "by_day": True}
