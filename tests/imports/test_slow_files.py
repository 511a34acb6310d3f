"""A file that takes too long, or its reader along, ends with a reason, and holds up no other work."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from rq.timeouts import JobTimeoutException

from marketplace.imports import actions
from marketplace.imports import job as working
from marketplace.imports.file_reader import Reader
from marketplace.imports.models import Import
from marketplace.kernel import events, relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.kernel.policy import SYSTEM
from tests.imports.desk import LEAK, lines
from tests.people.cast import make_user
from tests.world import World


@pytest.fixture
def job(world: World) -> Import:
    found = actions.upload_import(
        world.actor("manager"), file=io.BytesIO(lines(LEAK)), file_name="m.jsonl", kind="reference_challenges"
    )
    db.session.commit()
    return db.session.get_one(Import, found) if isinstance(found, int) else found


def given_up(job: Import) -> bool:
    db.session.refresh(job)
    return (job.state, job.problem) == ("unreadable", {"code": "too_slow"})


def test_reading_that_takes_too_long_ends_the_import(job: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_: Reader) -> Iterator[Any]:
        raise JobTimeoutException("too long")
        yield

    monkeypatch.setattr(Reader, "__iter__", slow)
    relay.run_due(1, events.LONG)
    assert given_up(job)


def test_reading_that_twice_took_its_worker_along_is_not_begun_again(
    job: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "_reading", lambda *_: pytest.fail("it was read a third time"))
    db.session.execute(sa.update(Outbox).values(attempts=2))
    db.session.commit()
    relay.run_due(1, events.LONG)
    assert given_up(job)


def test_uploads_wait_in_a_lane_of_their_own(job: Import) -> None:
    events.record("user.ask_reset", make_user("Waiting"), SYSTEM)
    db.session.commit()
    assert relay.run_due(10, events.QUICK) == 1
    db.session.refresh(job)
    assert job.state == "reading"
    assert relay.run_due(10, events.LONG) >= 1
    db.session.refresh(job)
    assert job.state == "mapping"
