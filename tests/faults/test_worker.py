"""Work that hangs where no signal is heard, or is killed: it is counted, told of and passed by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import ColumnElement

from marketplace.kernel import events
from marketplace.kernel.events import Outbox
from marketplace.people.models import User
from tests.faults.hanging import NAME
from tests.faults.harness import eventually
from tests.faults.site import Site
from tests.faults.test_mail import ask_reset
from tests.people.cast import make_user

pytestmark = pytest.mark.faults


@contextmanager
def hanging(site: Site, lane: str) -> Iterator[tuple[User, ColumnElement[bool]]]:
    """A worker that hangs over one reaction of a lane; a person who waits for a link, and that reaction."""
    with site.rows():
        hanging, waiting = make_user("Hanging"), make_user("Waiting")
    pieces, log = site.pieces, lambda: site.pieces.log("worker")[-3000:]
    pieces.kill(pieces.worker)
    ask_reset(site, hanging)
    one = Outbox.id == site.one(sa.select(sa.func.max(Outbox.id)))
    real = site.one(sa.select(Outbox.reaction).where(one))
    site.do(sa.update(Outbox).where(one).values(reaction=NAME))
    ask_reset(site, waiting)
    pieces.extra["HANGS"] = lane
    pieces.worker = pieces.spawn("worker", "tests.faults.hanging")
    try:
        eventually(lambda: site.one(sa.select(Outbox.attempts).where(one)) >= 1, 60, log)
        yield waiting, one
    finally:
        pieces.kill(pieces.worker)
        site.do(sa.update(Outbox).where(one).values(reaction=real, attempts=0, due_at=sa.func.clock_timestamp()))
        pieces.start_worker()
    eventually(lambda: site.mailbox.to(hanging.email), 60, log)
    eventually(pieces.healthy, 60)


def test_reaction_that_hangs_in_c_is_counted_and_mail_still_leaves(site: Site) -> None:
    log = site.pieces.log
    with hanging(site, events.QUICK) as (waiting, one):
        eventually(lambda: "silent for too long" in log("worker"), 60, lambda: log("worker")[-3000:])
        eventually(lambda: site.mailbox.to(waiting.email), 60, lambda: log("worker")[-3000:])
        eventually(lambda: site.one(sa.select(Outbox.attempts).where(one)) >= 2, 60, lambda: log("worker"))


def test_file_that_hangs_in_c_holds_up_no_mail(site: Site) -> None:
    log = site.pieces.log
    with hanging(site, events.LONG) as (waiting, one):
        eventually(lambda: site.mailbox.to(waiting.email), 30, lambda: log("worker")[-3000:])
        assert site.one(sa.select(Outbox.done_at).where(one)) is None, "the mail did not wait for it"
