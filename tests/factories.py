"""What the casts of all packages make their rows with, and the `Case` of the estate that each furnishes.

The functions themselves stand in ``tests/<package>/cast.py``: each makes one thing with no surprises, committed by the
caller or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from marketplace.kernel.db import db
from marketplace.network.models import Programme
from marketplace.people.models import Membership, Organisation, User

P = ParamSpec("P")
T = TypeVar("T")

_numbers = count(1)
_together: list[bool] = []  # holds something while rows are made in one go


def number() -> int:
    """A number that no other row has."""
    return next(_numbers)


def add(row: Any) -> Any:
    """Store a row and give it its id, at once or when all made together are stored."""
    db.session.add(row)
    if not _together:
        db.session.flush()
    return row


@contextmanager
def together() -> Iterator[None]:
    """Store everything made inside with a few statements at the end."""
    if _together:
        yield
        return
    _together.append(True)
    try:
        with db.session.no_autoflush:
            yield
    finally:
        _together.pop()
    db.session.flush()


def makes(make: Callable[P, T]) -> Callable[P, T]:
    """Store what a factory makes, with all that it needs, in one go."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        with together():
            return make(*args, **kwargs)

    return made


def stored(row: Any) -> Any:
    """The row with its ids."""
    if row.id is None:
        db.session.flush()
    return row


def again(row: Any) -> Any:
    """The same row in this session."""
    return db.session.get_one(type(row), row.id)


def now() -> datetime:
    """The instant by this machine's clock: it is the database's too, and asking for it costs nothing."""
    return datetime.now(UTC)


def days_from_now(days: float) -> datetime:
    """An instant some days off."""
    return now() + timedelta(days=days)


@dataclass
class Case:
    """One case of the estate: whose its things are, and what stands in it so far, by the noun of addresses."""

    programme: Programme
    people: dict[str, Membership]  # by role
    mark: str = ""  # what sets the secrets of another network apart
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def company(self) -> Organisation:
        return self.people["company_owner"].organisation

    @property
    def startup(self) -> Organisation:
        return self.people["startup_owner"].organisation

    @property
    def author(self) -> User:
        """The person of the startup who writes."""
        return self.people["startup_owner"].user

    def __getitem__(self, noun: str) -> Any:
        return self.things[noun]
