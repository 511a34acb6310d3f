"""One challenge published to a hundred thousand followers: how long until every message waits to be sent.

    python -m benchmarks alerts

Every person follows ten things: the field of the challenge, and nine of twenty thousand searches, some of which it
answers too. One process runs the reaction as the worker does, chunk by chunk; then it sends what it can in a while.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask_migrate import upgrade
from sqlalchemy import func, insert, select, text

from config import Settings
from marketplace.app import create_app
from marketplace.catalogue.filters import Filters
from marketplace.challenges import actions
from marketplace.challenges.models import Challenge
from marketplace.following import saved_searches
from marketplace.following.models import Follow, News, Topic
from marketplace.kernel import events, relay
from marketplace.kernel.db import commit, db
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications import delivery
from marketplace.notifications.models import URGENT, Mail, Notification
from marketplace.people.models import User
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.network.cast import make_centre, make_programme
from tests.people.cast import actor_of, make_member, make_organisation

FOLLOWERS, EACH, SEARCHES = 100_000, 10, 20_000
FIELDS = ("ai", "robotics", "energy", "water", "health", "materials", "logistics", "food", "space", "mobility")
WORDS = ("leaks", "pipes", "iron", "robots", "batteries", "cold", "heat", "누수", "fuite", "sensors")
SENT = 500  # messages whose sending is timed

PEOPLE = """
    INSERT INTO users (version, email, name, locale, email_verified_at, is_demo)
    SELECT 1, 'follower' || n || '@people.example', 'Follower ' || n,
           (ARRAY['en', 'fr', 'ko', NULL])[1 + n % 4], now(), false
    FROM generate_series(1, :people) AS n
"""
RHYTHMS = """
    INSERT INTO rhythms (user_id, zone, hour, weekday) SELECT id, 'Asia/Seoul', 8, 0 FROM users
    WHERE email LIKE 'follower%'
"""
OF_FIELD = """
    INSERT INTO follows (user_id, topic_id, frequency, created_at)
    SELECT id, :topic, 'now', now() - interval '1 day' FROM users WHERE email LIKE 'follower%'
"""
OF_SEARCHES = """
    INSERT INTO follows (user_id, topic_id, frequency, created_at)
    SELECT u.id, t.id, (ARRAY['now', 'daily', 'weekly'])[1 + (u.id + n) % 3], now() - interval '1 day'
    FROM users u CROSS JOIN generate_series(1, :each) AS n
    JOIN topics t ON t.id = :first + (u.id * 7919 + n * 104729) % :searches
    WHERE u.email LIKE 'follower%'
    ON CONFLICT DO NOTHING
"""


def run(environment: dict[str, str], followers: int = FOLLOWERS) -> list[dict[str, object]]:
    """Load, publish, tell; each figure as a row."""
    app = create_app(Settings.load(environment))
    with app.app_context():
        with open_unit():
            upgrade()
            print(f"Loading {followers} people who follow {EACH} things each", file=sys.stderr)
            challenge_id = _load(followers)
        rows = _told(challenge_id, followers)
        db.engine.dispose()
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    return rows


def _load(followers: int) -> int:
    random.seed(11)
    centre = make_centre()
    company = make_organisation("public", "Haneul Water Utility")
    call = make_call(make_programme(centre))
    challenge = make_challenge(company, call, state="candidate", fields=["water"])
    queries = _searches()
    db.session.execute(insert(Topic), [{"query": query} for query in queries])
    db.session.execute(insert(Topic), [{"query": saved_searches.text_of(Filters(fields=("water",)))}])
    topic = db.session.scalars(select(Topic.id).where(Topic.query == "field=water")).one()
    first = db.session.scalars(select(func.min(Topic.id))).one()
    db.session.execute(text(PEOPLE), {"people": followers})
    db.session.execute(text(RHYTHMS))
    db.session.execute(text(OF_FIELD), {"topic": topic})
    db.session.execute(text(OF_SEARCHES), {"each": EACH - 1, "first": first, "searches": len(queries)})
    commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return int(challenge.id)


def _searches() -> list[str]:
    """Canonical searches of all sorts, no two alike."""
    found: set[str] = set()
    while len(found) < SEARCHES:
        found.add(
            saved_searches.text_of(
                Filters(
                    text=" ".join(random.sample(WORDS, random.choice((0, 0, 1, 2)))),
                    fields=tuple(sorted(random.sample(FIELDS, random.choice((0, 1, 2))), key=FIELDS.index)),
                    trl=tuple(sorted(random.sample("123456789", random.choice((0, 0, 1, 2, 3))))),
                    regions=tuple(sorted(random.sample(("KR-26", "KR-27", "FR-ARA"), random.choice((0, 0, 1))))),
                    deadline=random.choice(("", "", "", "week", "quarter")),
                    sort="newest",
                )
            )
        )
    return sorted(found - {"field=water"})


@contextmanager
def _timed(found: dict[str, float], name: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    found[name] = time.perf_counter() - begun


def _told(challenge_id: int, followers: int) -> list[dict[str, object]]:
    seconds: dict[str, float] = {}
    with open_unit():
        _publish(challenge_id)
    chunks, longest = 0, 0.0
    with _timed(seconds, "handed"):
        while True:
            begun = time.perf_counter()
            if not relay.run_due(1):
                break
            chunks, longest = chunks + 1, max(longest, time.perf_counter() - begun)
    told, twice = _once()
    follows = db.session.scalar(select(func.count(Follow.id)))
    matched = db.session.scalar(select(func.count(News.topic_id)))
    with open_unit():
        _ask_link()
    with _timed(seconds, "urgent"):
        relay.run_due(1)
        delivery.deliver_due(limit=1, most=URGENT)
    with _timed(seconds, "sending"):
        sent = delivery.deliver_due(limit=SENT)
    return [
        {"case": "alerts_handed", "followers": followers, "follows": follows, "searches": SEARCHES, "matched": matched,
         "seconds": round(seconds["handed"], 1), "per_second": round(told / seconds["handed"]), "chunks": chunks,
         "longest_chunk": round(longest, 2), "messages": told, "told_twice": twice},
        {"case": "urgent_before_bulk", "waiting": told, "ms": round(seconds["urgent"] * 1000, 1)},
        {"case": "claimed_and_marked", "waiting": told, "messages": sent,
         "ms_each": round(seconds["sending"] * 1000 / max(sent, 1), 2)},
    ]  # fmt: skip


def _publish(challenge_id: int) -> None:
    challenge = db.session.get_one(Challenge, challenge_id)
    manager = make_member(challenge.call.programme.managing_centre.organisation, "manager")  # type: ignore[union-attr]
    actions.publish_challenge(challenge, actor_of(manager))
    commit()


def _once() -> tuple[int, int]:
    """How many people have a message, and how many have two."""
    each = select(func.count().label("n")).where(Mail.user_id.is_not(None)).group_by(Mail.user_id).subquery()
    row = db.session.execute(select(func.count(), func.count().filter(each.c.n > 1)).select_from(each)).one()
    lines = db.session.scalar(select(func.count(Notification.id))) or 0
    print(f"{lines} lines in the product", file=sys.stderr)
    db.session.rollback()
    return int(row[0]), int(row[1])


def _ask_link() -> None:
    user = db.session.scalars(select(User).order_by(User.id.desc()).limit(1)).one()
    events.record("user.ask_reset", user, SYSTEM)
    commit()
