"""Mail while its parts fail: nothing is lost, nothing blocks the rest, nothing is sent more than once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel.events import Outbox
from marketplace.notifications.models import Mail
from marketplace.people.models import User
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.faults.harness import eventually
from tests.faults.site import Site
from tests.people.cast import make_user
from tests.world import World

pytestmark = pytest.mark.faults


@pytest.fixture(autouse=True)
def fresh_mailbox(site: Site) -> None:
    """Every test begins with a server that takes what comes."""
    site.mailbox.set("take")
    site.mailbox.letters.clear()
    site.mailbox.refused.clear()


def ask_reset(site: Site, user: User) -> None:
    """Ask for a new password by the page: one mail to one person."""
    browser = site.visitor()
    answer = browser.press(browser.get("/password"), "/password", email=user.email)
    assert answer.status == 303, answer.text[:1000]


def mail_to(user: User) -> sa.Select[tuple[str, int]]:
    return sa.select(Mail.state, Mail.attempts).where(Mail.to == user.email)


def test_publishing_without_redis_succeeds_and_its_mail_comes_later(site: Site) -> None:
    with site.rows():
        world = World()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call, state="candidate", centre=world.centre)
        challenge.call = None
        manager, owner = world.memberships["manager"], world.memberships["company_owner"].user
        ids = challenge.id, call.id
    browser, here = site.visitor(manager), f"/challenges/{ids[0]}"
    review = browser.get(f"{here}/review")
    site.pieces.valkey.stop()
    try:
        answer = browser.press(review, f"{here}/publication", call=str(ids[1]))
        shown = browser.get(here)
        front = site.visitor().get("/challenges")
        health = site.visitor().get("/healthz")
    finally:
        site.pieces.valkey.start()

    assert (answer.status, answer.location) == (303, here), answer.text[:2000]
    assert answer.seconds < 2
    assert (shown.status, front.status) == (200, 200)
    assert health.status == 503 and '"queue":"unreachable"' in health.text.replace(" ", "")
    assert '"database":"ok"' in health.text.replace(" ", "")
    eventually(site.pieces.healthy, 60, "healthy again")
    eventually(lambda: site.mailbox.to(owner.email), 60, lambda: site.pieces.log("worker")[-3000:])
    assert here in site.mailbox.to(owner.email)[0].body
    eventually(lambda: site.ask(mail_to(owner)) == [("sent", 0)], 10)


def test_worker_killed_in_the_middle_of_a_mail_sends_it_once_more_at_most(site: Site) -> None:
    with site.rows():
        first, second = make_user("First"), make_user("Second")
    site.mailbox.set("hold")
    ask_reset(site, first)
    eventually(lambda: site.mailbox.to(first.email), 30, lambda: site.pieces.log("worker")[-3000:])

    site.pieces.kill(site.pieces.worker)
    site.mailbox.set("take")
    site.pieces.start_worker()
    ask_reset(site, second)

    eventually(lambda: site.mailbox.to(second.email), 60, lambda: site.pieces.log("worker")[-3000:])
    assert site.ask(mail_to(first)) == [("sending", 0)], "nobody else takes it while its lease lasts"
    ahead = sa.select(Mail.due_at - sa.func.clock_timestamp()).where(Mail.to == first.email)
    assert site.one(ahead) <= timedelta(seconds=60)
    site.do(sa.update(Mail).where(Mail.to == first.email).values(due_at=sa.func.clock_timestamp()))
    eventually(lambda: site.ask(mail_to(first))[0][0] == "sent", 60, lambda: site.pieces.log("worker")[-3000:])
    letters = site.mailbox.to(first.email)
    assert [letter.answered for letter in letters] == [False, True]
    assert len({letter.message["Message-ID"] for letter in letters}) == 1, "a repeat is recognised by its id"
    assert len(site.mailbox.to(second.email)) == 1


def test_refused_mail_is_tried_later_and_later_and_blocks_nobody(site: Site) -> None:
    with site.rows():
        refused, other = make_user("Refused"), make_user("Other")
    site.mailbox.set("refuse")
    ask_reset(site, refused)
    eventually(lambda: site.mailbox.refused, 30, lambda: site.pieces.log("worker")[-3000:])
    site.mailbox.set("take")
    ask_reset(site, other)
    eventually(lambda: site.mailbox.to(other.email), 30, lambda: site.pieces.log("worker")[-3000:])
    pauses = [_pause(site, refused)]
    for _ in range(2):
        site.mailbox.set("refuse")
        before = len(site.mailbox.refused)
        site.do(sa.update(Mail).where(Mail.to == refused.email).values(due_at=sa.func.clock_timestamp()))
        eventually(lambda n=before: len(site.mailbox.refused) > n, 30, lambda: site.pieces.log("worker")[-3000:])
        pauses.append(_pause(site, refused))
    site.mailbox.set("take")
    site.do(sa.update(Mail).where(Mail.to == refused.email).values(due_at=sa.func.clock_timestamp()))

    eventually(lambda: site.mailbox.to(refused.email), 30, lambda: site.pieces.log("worker")[-3000:])
    assert pauses[0] > timedelta(0)
    assert pauses[1] > 2 * pauses[0] and pauses[2] > 2 * pauses[1], pauses
    eventually(lambda: site.ask(mail_to(refused)) == [("sent", 3)], 10)
    assert len(site.mailbox.to(refused.email)) == 1


def _pause(site: Site, user: User) -> timedelta:
    """How far off the next try is, once the failed one is noted."""
    left = sa.select(Mail.due_at - sa.func.clock_timestamp()).where(Mail.to == user.email, Mail.state == "queued")

    def lies_ahead() -> bool:
        found = site.ask(left)
        return bool(found) and found[0][0] > timedelta(seconds=2)

    eventually(lies_ahead, 30)
    pause: timedelta = site.one(left)
    return pause


def test_broken_reaction_waits_longer_and_longer_and_the_others_run(site: Site) -> None:
    with site.rows():
        broken, sound = make_user("Broken"), make_user("Sound")
    # An event whose reaction cannot run: the code no longer knows it.
    site.pieces.kill(site.pieces.worker)
    ask_reset(site, broken)
    row = sa.select(Outbox.id).order_by(Outbox.id.desc()).limit(1)
    outbox_id, real = site.one(row), site.one(sa.select(Outbox.reaction).where(Outbox.id == site.one(row)))
    one = Outbox.id == outbox_id
    site.do(sa.update(Outbox).where(one).values(reaction="notifications.reactions.nobody_knows"))
    site.pieces.start_worker()
    pauses: list[timedelta] = []
    due = {"due_at": sa.func.clock_timestamp()}
    for tries in (1, 2, 3):
        eventually(lambda n=tries: site.one(sa.select(Outbox.attempts).where(one)) == n, 60)
        pauses.append(site.one(sa.select(Outbox.due_at - sa.func.clock_timestamp()).where(one)))
        if tries < 3:
            site.do(sa.update(Outbox).where(one, Outbox.attempts == tries).values(due))
    ask_reset(site, sound)
    eventually(lambda: site.mailbox.to(sound.email), 30, lambda: site.pieces.log("worker")[-3000:])
    site.do(sa.update(Outbox).where(one).values({**due, "reaction": real}))

    eventually(lambda: site.mailbox.to(broken.email), 60, lambda: site.pieces.log("worker")[-3000:])
    assert pauses[1] > 2 * pauses[0] and pauses[2] > 2 * pauses[1], pauses
    assert "KeyError" in site.one(sa.select(Outbox.last_error).where(one))
    assert site.one(sa.select(Outbox.done_at).where(one)) is not None
