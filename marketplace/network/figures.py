"""A centre in figures, each with how it is counted. Packages above add theirs; a page reads them all.

Nothing that the demonstration invented is counted for a centre that exists, whatever was stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select, true

from marketplace.kernel.db import db
from marketplace.network.models import Centre
from marketplace.people.models import Organisation


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and how."""

    number: int
    label: Any
    how: Any


Counter = Callable[[Centre, datetime], Select[int]]
OpenChallenges = Callable[[], Mapping[str, int]]  # by slug of the centre

_counters: dict[int, tuple[Counter, Any, Any]] = {}
_open: list[OpenChallenges] = []


def figure(place: int, label: Any, how: Any) -> Callable[[Counter], Counter]:
    """Declare what counts a figure of centres (a SELECT of one number), at its place among them."""

    def declare(counter: Counter) -> Counter:
        _counters[place] = (counter, label, how)
        return counter

    return declare


def counts_open_challenges(counter: OpenChallenges) -> OpenChallenges:
    """Declare what counts the open challenges of every centre."""
    _open[:] = [counter]
    return counter


def figures_of(centre: Centre, now: datetime) -> list[Figure]:
    """All figures of a centre, in their order, at one query."""
    return figures_together([centre], now)


def figures_together(centres: Sequence[Centre], now: datetime) -> list[Figure]:
    """The sums of all figures over centres, in their order, at one query; nothing counts at two of them."""
    declared = [_counters[place] for place in sorted(_counters)]
    sums = (
        sum((counter(centre, now).scalar_subquery() for centre in centres), start=literal(0))
        for counter, _, _ in declared
    )
    counts = db.session.execute(select(*sums)).one()
    return [Figure(number or 0, label, how) for number, (_, label, how) in zip(counts, declared, strict=True)]


def open_challenges() -> Mapping[str, int]:
    """Open challenges that everybody sees, by slug of the centre."""
    return _open[0]() if _open else {}


def belongs(centre: Centre, organisation_id: Any) -> ColumnElement[bool]:
    """Whether what an organisation does may show at a centre: nothing invented at one that exists."""
    if centre.is_demo:
        return true()
    found: ColumnElement[bool] = organisation_id.not_in(select(Organisation.id).where(Organisation.is_demo))
    return or_(organisation_id.is_(None), found)
