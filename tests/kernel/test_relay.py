"""The audit trail and the outbox."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import events, relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.policy import SYSTEM
from tests.people.cast import make_organisation
from tests.world import World

SEEN: list[tuple[int, int | None]] = []


def note_it(event: Event, cursor: int | None) -> int | None:
    SEEN.append((event.id, cursor))
    return None if cursor else 7


def fail_always(event: Event, cursor: int | None) -> int | None:
    raise RuntimeError("out of order")


@pytest.fixture
def subscribed(monkeypatch: pytest.MonkeyPatch) -> None:
    SEEN.clear()
    monkeypatch.setattr(events, "_subscriptions", {})
    monkeypatch.setattr(events, "_reactions", {})
    events.subscribe("test.noted", note_it)
    events.subscribe("test.failing", fail_always)


def test_reaction_runs_in_chunks_until_its_cursor_ends(world: World, subscribed: None) -> None:
    event = events.record("test.noted", make_organisation(), SYSTEM)
    assert relay.run_due() == 2
    assert [(event.id, None), (event.id, 7)] == SEEN
    assert db.session.scalar(sa.select(sa.func.count()).where(Outbox.done_at.is_(None))) == 0


def test_failing_reaction_waits_and_blocks_nobody(world: World, subscribed: None) -> None:
    organisation = make_organisation()
    events.record("test.failing", organisation, SYSTEM)
    event = events.record("test.noted", organisation, SYSTEM)
    db.session.commit()
    relay.run_due()
    failed = db.session.scalars(sa.select(Outbox).where(Outbox.done_at.is_(None))).one()
    assert (failed.attempts, failed.last_error) == (1, "RuntimeError: out of order")
    assert SEEN[-1] == (event.id, 7)


@pytest.mark.parametrize("statement", ["UPDATE events SET step = 'x'", "DELETE FROM events"])
def test_database_refuses_to_change_events(world: World, statement: str) -> None:
    events.record("test.unheard", make_organisation(), SYSTEM)
    with pytest.raises(IntegrityError, match="append-only"), db.session.begin_nested():
        db.session.execute(sa.text(statement))
