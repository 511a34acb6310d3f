"""The public list: which challenges, in which order, page by page.

An anonymous company is found by its description alone: every filter reads the facts it chose to state, never its own,
for every reader alike (``filter_conditions``). Invited-only challenges are in nobody's list but that of the startups
invited.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    or_,
    select,
)

from marketplace.catalogue import bitmap_index, facet_counts, ordering
from marketplace.catalogue.facet_counts import Index
from marketplace.catalogue.filter_conditions import has_status
from marketplace.catalogue.filters import FILTERS, Filters
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock, cursors
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor

SPARE = 20  # more rows than wanted, since some of the index may no longer be there
Load = Callable[[Sequence[int], Actor], Sequence[Any]]
LONGEST_WRITE = timedelta(minutes=1)  # between a change and its commit


@dataclass(frozen=True)
class Slice:
    """Some rows of a list from place ``first`` (from 1), and the marks of what lies on either side.

    ``total`` is exact. ``reach`` is how many of them the order leads to: best match ends after its candidates.
    """

    rows: Sequence[Any]
    next: str | None
    total: int
    previous: str | None = None
    first: int = 1
    reach: int = 0


def find_published(actor: Actor, filters: Filters, now: datetime) -> Select[Challenge]:
    """The published challenges that answer the filters, without an order."""
    found = queries.join_call_and_company(queries.visible_to(actor)).where(has_status(filters.status, now))
    return apply_filters(found, filters, now)


def apply_filters(query: Select[Any], filters: Filters, now: datetime) -> Select[Any]:
    """Only what answers the words and every kind of filter that was chosen, in whatever state."""
    if filters.text:
        query = query.where(queries.has_text(filters.text))
    for each in FILTERS:
        if each.column and (asked := each.chosen(filters)):
            query = query.where(each.column.answers(asked, now))
    return query


def apply_order(query: Select[Challenge], sort: str) -> Select[Challenge]:
    """Newest first, or closing soonest first with what has no deadline at the end."""
    return ordering.order_of(sort).applied(query)


def first_rows(query: Select[Challenge], actor: Actor, sort: str, most: int) -> Select[Challenge]:
    """The first of what ``find_published`` finds, in order, with what their rows show."""
    chosen = apply_order(query, sort).with_only_columns(Challenge.id).limit(most).subquery()
    rows = queries.for_rows(select(Challenge).where(Challenge.id.in_(chosen.select())), actor)
    return apply_order(queries.join_call_and_company(rows), sort)


def page_of(
    actor: Actor,
    filters: Filters,
    now: datetime,
    cursor: str = "",
    size: int = queries.PAGE,
    index: Index | None = None,
    load: Load | None = None,
) -> Slice:
    """The rows after the place that ``cursor`` marks, or before it where it leads back.

    Raises BadCursor. ``index`` spares finding out what is known of the catalogue; ``load`` reads rows by their ids.
    """
    index = index or facet_counts.index_of(actor)
    is_ranked = filters.sort == "best" and bool(filters.text)
    place = _place(filters, cursor) if cursor else None
    backward, first = (place[0], place[3]) if place else (False, 1)
    read = _read_ranked if is_ranked else _read
    found = read(actor, filters, now, index, place, size + 1)
    more, places = len(found) > size, found[:size]
    if backward:
        places.reverse()
        first = max(1, first - len(places)) if more else 1
    total = index.total(filters)
    return Slice(
        (load or load_challenges)([id for id, _ in places], actor),
        _mark(filters, False, places[-1], first + len(places)) if places and (more or backward) else None,
        total,
        _mark(filters, True, places[0], first) if places and (more if backward else cursor) else None,
        first,
        min(total, ordering.CANDIDATES) if filters.sort == "best" else total,
    )


Place = tuple[bool, Any, int, int]


def _read(
    actor: Actor, filters: Filters, now: datetime, index: Index, place: Place | None, size: int
) -> list[tuple[int, Any]]:
    """Ids and keys of the next rows: the index says among which they are, the database which they are."""
    order, wanted = ordering.order_of(filters.sort), size + SPARE
    backward, key, id, _ = place or (False, None, 0, 0)
    begins = "first" if place is None else "after nothing" if key is None else "after"
    query = _rows(actor, *_looking(filters, index), begins, backward)
    given = {"since": index.since, "key": order.read(key) if key else None, "id": id, **clock.at(now)}
    while True:
        known = bitmap_index.key_of(order.read(key) if key else None, filters.sort) if place else None
        ids, more = index.following(filters, known, id, backward, wanted)
        if not ids and index.since is None:
            return []
        rows = [(row[0], row[1]) for row in db.session.execute(query, {**given, "ids": ids, "most": wanted})]
        if more:  # what came later and lies beyond the last of them has its place on a page that follows
            inside, last = set(ids), len(rows)
            while last and rows[last - 1][0] not in inside:
                last -= 1
            rows = rows[:last]
        if len(rows) >= size or not more:
            return rows[:size]
        wanted *= 8


def _looking(filters: Filters, index: Index) -> tuple[Filters, bool]:
    """What the database still looks at, and whether it also looks for what the index does not know of yet.

    The index has found the words, so that statements of all searches with the same filters are one.
    """
    is_behind = index.since is not None and not filters.qualify
    return filters if is_behind else replace(filters, text=""), is_behind


@prepared
def _rows(actor: Actor, filters: Filters, is_behind: bool, begins: str, backward: bool) -> Select[Any]:
    order = ordering.order_of(filters.sort)
    query = _among(actor, filters, is_behind).with_only_columns(Challenge.id, order.shown)
    if begins != "first":
        key = None if begins == "after nothing" else bindparam("key", type_=order.shown.type)
        query = query.where(order.beyond(key, bindparam("id", type_=BigInteger), backward))
    return order.applied(query, backward).limit(bindparam("most", type_=Integer))


def _read_ranked(
    actor: Actor, filters: Filters, now: datetime, index: Index, place: Place | None, size: int
) -> list[tuple[int, Any]]:
    """The same in the order of best match, among the newest candidates; their ranks are kept with the index."""
    found = index.kept(
        "ranks", (filters, ordering.CANDIDATES, index.reader, index.loosens), lambda: _ranks(filters, index)
    )
    if place:
        backward, rank, id, _ = place
        mark = (Decimal(rank), id)
        found = [(i, r) for i, r in found if ((r, i) > mark if backward else (r, i) < mark)]
        found = found[::-1] if backward else found
    near = [id for id, _ in found[: size + SPARE]]
    query = _seen(actor, replace(filters, text=""))
    seen = set(db.session.scalars(query, {"ids": near, **clock.at(now)})) if near else ()
    return [(id, rank) for id, rank in found[: size + SPARE] if id in seen][:size]


@prepared
def _seen(actor: Actor, filters: Filters) -> Select[Any]:
    return _among(actor, filters, False).with_only_columns(Challenge.id)


def _ranks(filters: Filters, index: Index) -> list[tuple[int, Decimal]]:
    ids, _ = index.following(replace(filters, sort="newest"), None, 0, False, ordering.CANDIDATES)
    rows = db.session.execute(ordering.rank_matches(ids, filters.text))
    return sorted(((row[0], row[1]) for row in rows), key=lambda row: (-row[1], -row[0]))[: ordering.CANDIDATES]


def _among(actor: Actor, filters: Filters, is_behind: bool) -> Select[Challenge]:
    """What this reader may see of some challenges, and of those that changed since the index was made."""
    query = find_published(actor, replace(filters, text=""), clock.NOW)
    if not is_behind:
        return query.where(_given())
    changed: ColumnElement[bool] = (
        Challenge.updated_at >= bindparam("since", type_=DateTime(timezone=True)) - LONGEST_WRITE
    )
    if filters.text:
        late = select(Challenge.id).where(changed)
        changed = and_(changed, Challenge.id.in_(queries.ids_answering(filters.text, late)))
    return query.where(or_(_given(), changed))


def _mark(filters: Filters, backward: bool, place: tuple[Any, ...], number: int) -> str:
    id, key = place
    shown = key.isoformat() if isinstance(key, datetime) else None if key is None else str(key)
    return cursors.write(filters.query(), [int(backward), shown, id, number])


def _place(filters: Filters, cursor: str) -> Place:
    backward, key, id, number = cursors.read(filters.query(), cursor, 4)
    return bool(backward), key, id, number


def load_challenges(ids: Sequence[int], actor: Actor) -> list[Challenge]:
    """Challenges of a list by id, in this order, with what their rows show."""
    found = db.session.scalars(_of_list(actor), {"ids": list(ids)}).unique() if ids else ()
    place = {id: number for number, id in enumerate(ids)}
    return sorted(found, key=lambda row: place[row.id])


@prepared
def _of_list(actor: Actor) -> Select[Challenge]:
    return queries.for_rows(select(Challenge).where(_given()), actor)


def _given() -> ColumnElement[bool]:
    return Challenge.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
