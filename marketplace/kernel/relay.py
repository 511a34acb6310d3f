"""Runs what the outbox holds: each reaction in a transaction of its own, failures later and slower."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.kernel import events
from marketplace.kernel.db import commit, db, rollback
from marketplace.kernel.events import Outbox
from marketplace.kernel.unit import unit

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE = 5.0  # seconds


def pause(attempts: int) -> timedelta:
    """How long a reaction that failed ``attempts`` times waits: 5 s, growing fourfold, a day at most."""
    return min(timedelta(seconds=FIRST_PAUSE * 4 ** (attempts - 1)), timedelta(days=1))


def run_due(limit: int = 200) -> int:
    """Run up to ``limit`` due reactions and return how many were run; parallel relays share the work."""
    ran = 0
    while ran < limit and _run_next():
        ran += 1
    return ran


def next_due() -> Outbox | None:
    """The reaction whose turn it is, held until this transaction ends."""
    return db.session.scalars(
        select(Outbox)
        .where(Outbox.done_at.is_(None), Outbox.due_at <= func.clock_timestamp(), Outbox.attempts < MAX_ATTEMPTS)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _run_next() -> bool:
    row = next_due()
    if row is None:
        rollback()
        return False
    row_id, name = row.id, row.reaction
    try:
        with unit(row.event.unit), db.session.begin_nested():
            row.cursor = events.reaction(name)(row.event, row.cursor)
            if row.cursor is None:
                row.done_at = func.clock_timestamp()
            else:
                row.attempts = 0  # a chunk is progress: what failed before it no longer counts
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
        row.attempts += 1
        row.last_error = f"{type(failure).__name__}: {failure}"[:500]
        row.due_at = func.clock_timestamp() + pause(row.attempts)
    commit()
