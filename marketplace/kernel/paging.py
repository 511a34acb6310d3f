"""One page of a list, at two queries whatever its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from marketplace.kernel.db import db

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """``items`` of page ``number`` (from 1), of ``total`` rows in pages of ``size``."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


def paginate(query: Select[Any], number: int, size: int = 20) -> Page[Any]:
    """Read page ``number`` of ``query``; past the end it is the last page, below 1 the first."""
    count = select(func.count()).select_from(query.order_by(None).options().subquery())
    total = db.session.scalar(count) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    items = db.session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(items, number, size, total)
