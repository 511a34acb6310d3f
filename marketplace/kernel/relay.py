"""Runs what the outbox holds: each reaction in a transaction of its own, counted before, failures later and slower."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from marketplace.kernel import events
from marketplace.kernel.db import commit, db, rollback
from marketplace.kernel.events import Event, Outbox, Reaction
from marketplace.kernel.unit_of_work import open_unit

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 5.0


def pause(attempts: int) -> timedelta:
    """How long a reaction that failed ``attempts`` times waits: 5 s, growing fourfold, a day at most."""
    return min(timedelta(seconds=FIRST_PAUSE_SECONDS * 4 ** (attempts - 1)), timedelta(days=1))


def run_due(limit: int = 200, lane: str | None = None) -> int:
    """Run up to ``limit`` due reactions and return how many were run; parallel relays share the work."""
    ran = 0
    while ran < limit and _run_next(lane):
        ran += 1
    return ran


def _due(lane: str | None) -> tuple[ColumnElement[bool], ...]:
    of_lane = (events.is_in(lane),) if lane else ()
    return (Outbox.done_at.is_(None), Outbox.due_at <= func.clock_timestamp(), Outbox.attempts < MAX_ATTEMPTS, *of_lane)


def longest_wait() -> timedelta | None:
    """How long ago the turn of the reaction came that waits longest."""
    return db.session.scalar(select(func.clock_timestamp() - func.min(Outbox.due_at)).where(*_due(None)))


def next_due(lane: str | None = None) -> Outbox | None:
    """The reaction whose turn it is, held until this transaction ends."""
    query = select(Outbox).where(*_due(lane)).order_by(Outbox.due_at, Outbox.id).limit(1)
    return db.session.scalars(query.with_for_update(skip_locked=True)).first()


def silent_tries(event: Event, reaction: Reaction) -> int:
    """How often a reaction was begun, the present try included, and ended with its worker each time."""
    own = Outbox.event_id == event.id, Outbox.reaction == events.name_of(reaction), Outbox.last_error.is_(None)
    return db.session.scalar(select(Outbox.attempts).where(*own)) or 0


def _begin(lane: str | None) -> Outbox | None:
    """Count the try before it is made, so that a reaction which ends its worker is not the first thing the next does.

    The row is held while the reaction runs; until then its next turn lies ahead.
    """
    if (row := next_due(lane)) is None:
        rollback()
        return None
    row_id, row.attempts = row.id, row.attempts + 1
    row.due_at = func.clock_timestamp() + pause(row.attempts)
    commit()
    return db.session.get_one(Outbox, row_id, with_for_update=True, populate_existing=True)


def _run_next(lane: str | None) -> bool:
    row = _begin(lane)
    if row is None:
        return False
    row_id, name = row.id, row.reaction
    try:
        with open_unit(row.event.unit), db.session.begin_nested():
            row.cursor = events.reaction(name)(row.event, row.cursor)
            if row.cursor is None:
                row.done_at = func.clock_timestamp()
            else:
                row.attempts, row.last_error = 0, None  # a chunk is progress: what failed before no longer counts
                row.due_at = func.clock_timestamp()  # and others have their turn before the next one
        commit()
    except Exception as failure:
        rollback()
        _postpone(row_id, failure)
        log.exception("reaction failed", extra={"reaction": name, "outbox": row_id})
    return True


def _postpone(row_id: int, failure: Exception) -> None:
    row = db.session.get(Outbox, row_id, with_for_update=True)
    if row is not None and row.done_at is None:
        row.last_error = f"{type(failure).__name__}: {failure}"[:500]
        row.due_at = func.clock_timestamp() + pause(row.attempts)
    commit()
