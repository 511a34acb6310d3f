"""Work that hangs where no signal is heard, or is killed: it is counted, told of and passed by."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from marketplace.kernel.events import Outbox
from tests.factories import make_user
from tests.faults.hanging import NAME
from tests.faults.harness import eventually
from tests.faults.site import Site
from tests.faults.test_mail import ask_reset

pytestmark = pytest.mark.faults


def test_reaction_that_hangs_in_c_is_counted_and_mail_still_leaves(site: Site) -> None:
    with site.rows():
        hanging, waiting = make_user("Hanging"), make_user("Waiting")
    pieces = site.pieces
    pieces.kill(pieces.worker)
    ask_reset(site, hanging)
    newest = site.one(sa.select(sa.func.max(Outbox.id)))
    one = Outbox.id == newest
    real = site.one(sa.select(Outbox.reaction).where(one))
    site.do(sa.update(Outbox).where(one).values(reaction=NAME))
    ask_reset(site, waiting)
    pieces.worker = pieces.spawn("worker", "tests.faults.hanging")
    try:
        eventually(lambda: "silent for too long" in pieces.log("worker"), 60, lambda: pieces.log("worker")[-3000:])
        eventually(lambda: site.mailbox.to(waiting.email), 60, lambda: pieces.log("worker")[-3000:])
        eventually(lambda: site.one(sa.select(Outbox.attempts).where(one)) >= 2, 60, lambda: pieces.log("worker"))
    finally:
        pieces.kill(pieces.worker)
        site.do(sa.update(Outbox).where(one).values(reaction=real, attempts=0, due_at=sa.func.clock_timestamp()))
        pieces.start_worker()

    eventually(lambda: site.mailbox.to(hanging.email), 60, lambda: pieces.log("worker")[-3000:])
    eventually(pieces.healthy, 60)
