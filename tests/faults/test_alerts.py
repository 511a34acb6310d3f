"""An alert to thousands whose worker is killed midway: each follower gets one message, and others need not wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from marketplace.catalogue.filters import Filters
from marketplace.following.fan_out import PEOPLE
from marketplace.following.models import Follow, Topic
from marketplace.kernel import events
from marketplace.kernel.db import commit, db
from marketplace.kernel.events import Outbox
from marketplace.kernel.policy import SYSTEM
from marketplace.notifications.models import BULK, Mail, Notification
from marketplace.people.models import User
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.faults.harness import Pieces, eventually
from tests.faults.mailbox import Mailbox
from tests.faults.site import Site
from tests.following.cast import make_topic
from tests.people.cast import make_user
from tests.world import World

pytestmark = pytest.mark.faults

FOLLOWERS = 3 * PEOPLE + 100
PEOPLE_SQL = """
    INSERT INTO users (version, email, name, email_verified_at, is_demo)
    SELECT 1, 'follower' || n || '@people.example', 'Follower ' || n, now(), false
    FROM generate_series(1, :people) AS n
"""
FOLLOWS_SQL = """
    INSERT INTO follows (user_id, topic_id, frequency, created_at)
    SELECT u.id, t.id, 'now', now() - interval '1 day'
    FROM users u CROSS JOIN topics t WHERE u.email LIKE 'follower%'
"""


@pytest.fixture
def calm(pieces: Pieces) -> Iterator[Site]:
    """The product without a mail server: what leaves is only marked as sent."""
    with Mailbox() as unused:
        made = Site(pieces, unused)
        yield made
        made.close()


def test_worker_killed_midway_tells_each_follower_once(calm: Site) -> None:
    pieces = calm.pieces
    with calm.rows():
        world = World()
        challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
        for filters in (Filters(), Filters(fields=("water",)), Filters(text="pipes", sort="best")):
            make_topic(filters=filters)
        db.session.execute(sa.text(PEOPLE_SQL), {"people": FOLLOWERS})
        db.session.execute(sa.text(FOLLOWS_SQL))
        somebody = make_user("Somebody without a password")
    pieces.kill(pieces.worker)
    with calm.app.app_context():
        event_id = events.record("challenge.publish", challenge, SYSTEM).id
        commit()
    row = (Outbox.event_id == event_id, Outbox.reaction.contains("tell_followers"))
    cursor, done = sa.select(Outbox.cursor).where(*row), sa.select(Outbox.done_at).where(*row)
    follower = (Mail.event_id == event_id, Mail.priority == BULK)
    queued = sa.select(sa.func.count(Mail.id)).where(*follower)

    seen = [0]
    for _ in range(2):  # killed twice, each time with a chunk behind it and another under way
        pieces.start_worker()
        eventually(lambda: (calm.one(cursor) or 0) > seen[-1], 60, lambda: pieces.log("worker")[-3000:])
        pieces.kill(pieces.worker)
        seen.append(calm.one(cursor))
        assert 0 < calm.one(queued) < FOLLOWERS, "nothing is told of those whose chunk was not finished"
        assert calm.one(done) is None
    browser = calm.visitor()
    answer = browser.press(browser.get("/password"), "/password", email=somebody.email)
    assert answer.status == 303
    pieces.start_worker()

    link = sa.select(Mail.state).where(Mail.to == somebody.email)
    eventually(lambda: calm.ask(link) == [("sent",)], 60, lambda: pieces.log("worker")[-3000:])
    waiting = sa.select(sa.func.count(Mail.id)).where(*follower, Mail.state == "queued")
    assert calm.one(waiting) > PEOPLE, "a link that somebody waits for leaves before what is told to many"
    eventually(lambda: calm.one(done) is not None, 120, lambda: pieces.log("worker")[-3000:])
    each = sa.select(Mail.user_id, sa.func.count().label("n")).where(*follower).group_by(Mail.user_id).subquery()
    assert calm.ask(sa.select(each.c.n, sa.func.count()).group_by(each.c.n)) == [(1, FOLLOWERS)]
    lines = sa.select(sa.func.count(sa.distinct(Notification.user_id)), sa.func.count(Notification.id))
    followers = sa.select(Follow.user_id).join(Topic).join(User, User.id == Follow.user_id)
    told = lines.where(Notification.event_id == event_id, Notification.user_id.in_(followers))
    assert calm.ask(told) == [(FOLLOWERS, FOLLOWERS)]
