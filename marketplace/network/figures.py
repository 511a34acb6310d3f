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
from marketplace.network.models import Centre, Network
from marketplace.people.models import Organisation


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and how."""

    number: int
    label: Any
    how: Any


Counter = Callable[[Centre, datetime], Select[int]]
OpenNow = Callable[[datetime], Mapping[str, int]]  # by slug of the centre
Work = Callable[[Network], Mapping[int, Sequence[int]]]  # by id of the centre, a number for each label

_counters: dict[int, tuple[Counter, Any, Any]] = {}
_open: dict[str, OpenNow] = {}
_work: list[tuple[Sequence[Any], Work]] = []


def figure(place: int, label: Any, how: Any) -> Callable[[Counter], Counter]:
    """Declare what counts a figure of centres (a SELECT of one number), at its place among them."""

    def declare(counter: Counter) -> Counter:
        _counters[place] = (counter, label, how)
        return counter

    return declare


def counts_open(things: str) -> Callable[[OpenNow], OpenNow]:
    """Declare what counts the open ``things`` of every centre that everybody sees: challenges, calls."""

    def declare(counter: OpenNow) -> OpenNow:
        _open[things] = counter
        return counter

    return declare


def counts_work(*labels: Any) -> Callable[[Work], Work]:
    """Declare what counts the work of each centre for those who watch over its network, under these labels."""

    def declare(counter: Work) -> Work:
        _work.append((labels, counter))
        return counter

    return declare


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


def count_open(things: str, now: datetime) -> Mapping[str, int]:
    """How many of these things are open, by slug of the centre."""
    return _open[things](now) if things in _open else {}


def work_of(network: Network, centres: Sequence[Centre]) -> tuple[list[Any], list[tuple[Centre, list[int]]]]:
    """Labels of what is counted for those who watch over a network, and each of its centres with its numbers."""
    counted = [(labels, counter(network)) for labels, counter in _work]
    rows = [
        (centre, [number for labels, by in counted for number in by.get(centre.id, [0] * len(labels))])
        for centre in centres
    ]
    return [label for labels, _ in counted for label in labels], rows


def belongs(centre: Centre, organisation_id: Any) -> ColumnElement[bool]:
    """Whether what an organisation does may show at a centre: nothing invented at one that exists."""
    if centre.is_demo:
        return true()
    found: ColumnElement[bool] = organisation_id.not_in(select(Organisation.id).where(Organisation.is_demo))
    return or_(organisation_id.is_(None), found)
