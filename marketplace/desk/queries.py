"""A desk in a constant number of queries: one for all tasks, one for what is under way, three for the names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, cast, func, literal, literal_column, select, union_all

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import SHAPE, TASKS, WORKS

MOST = 50  # rows of a part on one page
_MOST: Any = literal_column(str(MOST))  # written out, so that a plan may count on it


def tasks(actor: Actor, now: datetime) -> tuple[Sequence[Row[Any]], int]:
    """What waits for this reader, most urgent first, and how many there are in all."""
    return _read(_tasks(actor), now)


def under_way(actor: Actor, now: datetime) -> tuple[Sequence[Row[Any]], int]:
    """What is under way while others act, the next deadline first, and how many there are."""
    return _read(_others(actor), now)


@prepared
def _tasks(actor: Actor) -> Select[Any]:
    return _listed(TASKS.of(actor))


@prepared
def count_tasks(actor: Actor) -> Select[Any]:
    """How many things wait for this reader."""
    return select(func.count()).select_from(union_all(*TASKS.of(actor)).subquery("rows"))


@prepared
def _others(actor: Actor) -> Select[Any]:
    return _listed(WORKS.of(actor))


def _listed(parts: list[Select[Any]]) -> Select[Any]:
    """The most urgent of all parts. Each part is cut by itself: what its rows show is worked out for those alone."""
    found = union_all(*(_cut(part, number) for number, part in enumerate(parts))).cte("found")
    each = select(func.max(found.c.part_total).label("number")).group_by(found.c.part).subquery()
    total = select(cast(func.sum(each.c.number), Integer)).scalar_subquery()
    return select(*(found.c[name] for name in SHAPE), total.label("total")).order_by(*_urgency(found.c)).limit(_MOST)


def _cut(part: Select[Any], number: int) -> Select[Any]:
    first = part.order_by(*_urgency(part.selected_columns)).limit(_MOST)
    counted = first.add_columns(literal(number).label("part"), func.count().over().label("part_total"))
    return select(counted.subquery())


def _urgency(columns: Any) -> tuple[Any, ...]:
    return columns.due.asc().nulls_last(), columns.since, columns.kind, columns.id


def _read(query: Select[Any], now: datetime) -> tuple[Sequence[Any], int]:
    read = db.session.execute(query, clock.at(now)).all()
    return read, read[0].total if read else 0
