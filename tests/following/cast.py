"""Followers of the World's things, and publications for them to hear of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.filters import Filters
from marketplace.challenges.models import Challenge
from marketplace.following import reactions, saved_searches
from marketplace.following.models import DigestItem, Follow, Rhythm, Topic
from marketplace.kernel import events
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.notifications.models import Mail, Notification
from marketplace.people.models import User
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import Case, add
from tests.people.cast import make_user
from tests.world import World

READERS = {
    "": "way_out",
    "people": "index new",
    "startup_owner": "show",
}
DOERS = {
    "": "way_out_now",
    "people": "create set_rhythm",
    "startup_owner": "change stop",
}


def make_topic(**subject: Any) -> Topic:
    """The topic of a subject, named by its column; ``filters`` names a search."""
    if "filters" in subject:
        subject = {"query": saved_searches.text_of(subject["filters"])}
    found = db.session.scalars(sa.select(Topic).filter_by(**subject)).one_or_none()
    return found or add(Topic(**subject))


def make_follow(user: User | None = None, frequency: str = "now", name: str | None = None, **subject: Any) -> Follow:
    """A follow by a person whose digests come at eight, Seoul time; it began a while ago."""
    user = user or make_user()
    if db.session.get(Rhythm, user.id) is None:
        user.time_zone = "Asia/Seoul"
        add(Rhythm(user_id=user.id))
    ago = sa.text("clock_timestamp() - interval '1 day'")
    topic = make_topic(**subject)
    return add(Follow(user_id=user.id, topic_id=topic.id, frequency=frequency, name=name, created_at=ago))


def challenge_in(world: World, **values: Any) -> Challenge:
    """A challenge of the World's company in a call that its centre manages."""
    values.setdefault("centre", world.centre)
    call = values.pop("call", None) or make_call(world.programme, closes=values.pop("closes", 20))
    return make_challenge(world.company, call, **values)


def happen(step: str, subject: Any, actor: Actor = SYSTEM, **data: Any) -> Event:
    """The event of a step, told to all who follow."""
    event = events.record(step, subject, actor, data=data)
    tell(event)
    return event


def tell(event: Event, each: Callable[[], None] = lambda: None) -> int:
    """Run the reaction to its end; how many chunks that took."""
    cursor, rounds = reactions.tell_followers(event, None), 1
    while cursor is not None:
        each()
        cursor, rounds = reactions.tell_followers(event, cursor), rounds + 1
        assert rounds < 1000
    return rounds


def mailed(event: Event | None = None) -> list[int]:
    """Ids of the people with a message, each as often as they have one."""
    query = sa.select(Mail.user_id).order_by(Mail.user_id)
    return list(db.session.scalars(query.where(Mail.event_id == event.id) if event else query))


def noted(event: Event) -> list[int]:
    """Ids of the people with a line in the product."""
    query = sa.select(Notification.user_id).where(Notification.event_id == event.id)
    return list(db.session.scalars(query.order_by(Notification.user_id)))


def waiting() -> list[int]:
    """Ids of the people for whose digest something waits, once for each."""
    return list(db.session.scalars(sa.select(DigestItem.user_id).order_by(DigestItem.user_id)))


WATER = Filters(fields=("water",))


def _late(case: Case) -> dict[str, Any]:
    return {"following": make_follow(case.author, "daily", challenge_id=case["challenges"].id)}


ESTATE = {"late": _late}
