"""Whatever people follow and however the worker is stopped: nobody is told of a thing twice, nobody is left out."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.filters import Filters
from marketplace.following import digests, fan_out, reactions
from marketplace.following.models import FREQUENCIES, DigestItem, Follow
from marketplace.kernel import events, relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications.models import Mail, Notification
from marketplace.notifications.reactions import tell as tell_those_concerned
from tests.following.cast import WATER, challenge_in, make_follow, tell
from tests.people.cast import make_user
from tests.world import Rows, World

# What leads to the challenge, and one thing that does not.
SUBJECTS: tuple[dict[str, Any], ...] = (
    {"filters": WATER},
    {"filters": Filters()},
    {"filters": Filters(text="pipes", sort="best")},
    {"filters": Filters(fields=("food",))},
    {"centre_id": "centre"},
    {"organisation_id": "company"},
)
FOLLOWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.sampled_from(FREQUENCIES)), max_size=14)


@given(follows=FOLLOWS, people=st.integers(1, 3), searches=st.integers(1, 3), runs=st.integers(1, 3))
def test_each_person_is_told_once_by_the_soonest_of_their_follows(
    world: World, follows: list[tuple[int, int, str]], people: int, searches: int, runs: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, db.session.begin_nested() as point:
        patch.setattr(fan_out, "PEOPLE", people)
        patch.setattr(reactions, "SEARCHES", searches)
        users = [*(make_user() for _ in range(4)), world.memberships["company_owner"].user]
        wanted: dict[int, set[str]] = {}
        for person, subject, frequency in {(p, s): (p, s, f) for p, s, f in follows}.values():
            named = {"centre": world.centre.id, "company": world.company.id}
            given_ = {key: named.get(value, value) if isinstance(value, str) else value
                      for key, value in SUBJECTS[subject].items()}  # fmt: skip
            make_follow(users[person], frequency, **given_)
            if subject != 3:
                wanted.setdefault(users[person].id, set()).add(frequency)
        event = events.record("challenge.publish", challenge_in(world), SYSTEM)
        for _ in range(runs):
            tell(event)
            tell_those_concerned(event, None)
        soon = {id for id, often in wanted.items() if "now" in often} | {m.user_id for m in concerned(world)}
        later = set(wanted) - {id for id, often in wanted.items() if "now" in often}
        assert ids(Mail.user_id, Mail.event_id == event.id) == sorted(soon)
        assert ids(DigestItem.user_id, DigestItem.event_id == event.id) == sorted(later)
        assert ids(Notification.user_id, Notification.event_id == event.id) == sorted(set(wanted) | soon)
        db.session.execute(sa.update(DigestItem).values(due_at=sa.text("clock_timestamp() - interval '1 second'")))
        with open_unit():  # some time later
            while digests.send_due():
                pass
        digest = sa.func.starts_with(Mail.key, "digest:")
        assert ids(Mail.user_id, digest) == sorted(later)
        point.rollback()


def concerned(world: World) -> list[Any]:
    return [world.memberships[role] for role in ("company_owner", "company_member")]


def ids(column: Any, condition: Any) -> list[int]:
    return list(db.session.scalars(sa.select(column).where(condition).order_by(column)))


def test_relay_that_is_interrupted_goes_on_where_it_was(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "PEOPLE", 2)
    with rows():
        world = World.kept()
        users = [make_user() for _ in range(7)]
        for user in users:
            make_follow(user, filters=WATER)
        event = events.record("challenge.publish", challenge_in(world), SYSTEM)
    kept, calls = fan_out._keep, []

    def fails_at_times(*args: Any) -> None:
        calls.append(args)
        if len(calls) % 2:
            raise ConnectionError("the worker was killed before it could commit")
        kept(*args)

    monkeypatch.setattr(fan_out, "_keep", fails_at_times)
    for _ in range(20):
        with rows():
            db.session.execute(sa.update(Outbox).values(due_at=sa.func.clock_timestamp()))
        with rows():
            relay.run_due(1)
    with rows():
        row = db.session.scalars(
            sa.select(Outbox).where(Outbox.event_id == event.id, Outbox.reaction.contains("tell_followers"))
        ).one()
        assert row.done_at is not None
        mailed = ids(Mail.user_id, Mail.event_id == event.id)
        assert [id for id in mailed if id in {user.id for user in users}] == [user.id for user in users]
        assert db.session.scalar(sa.select(sa.func.count(Follow.id))) == 7
