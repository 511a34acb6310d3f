"""The public list: which challenges, in which order, page by page.

An anonymous company is found by its description alone: every filter reads the facts it chose to state, never its own,
for every reader alike (``narrowing``). Invited-only challenges are in nobody's list but that of the startups invited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from marketplace.challenges import narrowing, ordering, queries
from marketplace.challenges.filters import Filters
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import cursors
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call, Centre, Programme
from marketplace.people.models import Organisation, OrganisationText

PAGE = 20


@dataclass(frozen=True)
class Slice:
    """Some rows of a list from place ``first`` (from 1), and the marks of what lies on either side.

    ``total`` is exact. ``reach`` is how many of them the order leads to: best match ends after its candidates.
    """

    rows: Sequence[Challenge]
    next: str | None
    total: int
    previous: str | None = None
    first: int = 1
    reach: int = 0


def listed(actor: Actor, filters: Filters, now: datetime) -> Select[Challenge]:
    """The published challenges that answer the filters, without an order."""
    return narrowing.narrowed(narrowing.joined(queries.visible_to(actor)), filters, now)


def ordered(query: Select[Challenge], sort: str) -> Select[Challenge]:
    """Newest first, or closing soonest first with what has no deadline at the end."""
    return ordering.of_sort(sort).applied(query)


def for_rows(query: Select[Challenge], actor: Actor) -> Select[Challenge]:
    """Load what a row of a list shows and no more: titles and summaries, not the long texts."""
    programme = joinedload(Call.programme).options(
        lazyload(Programme.texts),
        load_only(Programme.managing_centre_id),
        joinedload(Programme.managing_centre).options(lazyload(Centre.organisation), joinedload(Centre.network)),
    )
    if actor.centre_id is not None:  # only staff of co-operating centres are asked for their region
        centres = selectinload(Programme.cooperating_centres).joinedload(Centre.organisation)
        programme = programme.options(centres.lazyload(Organisation.texts))
    return query.options(
        selectinload(Challenge.texts).load_only(ChallengeText.title, ChallengeText.summary, ChallengeText.anonymous_as),
        joinedload(Challenge.call).options(lazyload(Call.texts), programme),
        joinedload(Challenge.organisation).options(
            load_only(
                Organisation.kind,
                Organisation.region_code,
                Organisation.country,
                Organisation.source,
                Organisation.claimed_at,
            ),
            selectinload(Organisation.texts).load_only(OrganisationText.name),
            joinedload(Organisation.region),
        ),
        joinedload(Challenge.region_described),
    )


def count(actor: Actor, filters: Filters, now: datetime) -> int:
    """How many challenges answer the filters."""
    found = listed(actor, filters, now).with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(found) or 0


def cut(
    actor: Actor, filters: Filters, now: datetime, cursor: str = "", size: int = PAGE, total: int | None = None
) -> Slice:
    """The rows after the place that ``cursor`` marks, or before it where it leads back.

    Raises BadCursor. ``total`` spares the counting where it is known.
    """
    query = listed(actor, filters, now)
    if filters.sort == "best" and filters.text:
        ids, order = ordering.ranked(query, filters.text)
    else:
        order = ordering.of_sort(filters.sort)
        ids = query.with_only_columns(Challenge.id, order.key)
    backward, first = False, 1
    if cursor:
        backward, key, id, first = _place(filters, cursor)
        ids = ids.where(order.beyond(key, id, backward))
    found = db.session.execute(order.applied(ids, backward).limit(size + 1)).all()
    more, places = len(found) > size, [tuple(row) for row in found[:size]]
    if backward:
        places.reverse()
        first = max(1, first - len(places)) if more else 1
    total = count(actor, filters, now) if total is None else total
    return Slice(
        loaded([id for id, _ in places], actor),
        _mark(filters, False, places[-1], first + len(places)) if places and (more or backward) else None,
        total,
        _mark(filters, True, places[0], first) if places and (more if backward else cursor) else None,
        first,
        min(total, ordering.CANDIDATES) if filters.sort == "best" else total,
    )


def _mark(filters: Filters, backward: bool, place: tuple[Any, ...], number: int) -> str:
    id, key = place
    shown = key.isoformat() if isinstance(key, datetime) else None if key is None else str(key)
    return cursors.write(filters.query(), [int(backward), shown, id, number])


def _place(filters: Filters, cursor: str) -> tuple[bool, Any, int, int]:
    backward, key, id, number = cursors.read(filters.query(), cursor, 4)
    return bool(backward), key, id, number


def rows_of(query: Select[Challenge], sort: str, actor: Actor, limit: int) -> list[Challenge]:
    """The first rows of a list in its order; ids are sorted first, so that nothing wide is."""
    return loaded(db.session.scalars(ordered(query, sort).with_only_columns(Challenge.id).limit(limit)).all(), actor)


def loaded(ids: Sequence[int], actor: Actor) -> list[Challenge]:
    """Challenges of a list by id, in this order, with what their rows show."""
    found = db.session.scalars(for_rows(select(Challenge).where(Challenge.id.in_(ids)), actor)).unique() if ids else ()
    place = {id: number for number, id in enumerate(ids)}
    return sorted(found, key=lambda row: place[row.id])
