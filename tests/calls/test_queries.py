"""Who may see which calls and programmes, in SQL and in words, and that telling people agrees with it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from sqlalchemy import select

from marketplace.calls import actions, awards, figures
from marketplace.calls.models import Call
from marketplace.calls.queries import readers_of, state_at, visible_to
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network import listing
from marketplace.network.models import Network, Programme
from marketplace.network.queries import centres_visible_to, programmes_visible_to
from tests.calls.cast import make_call
from tests.network.cast import make_network, make_programme
from tests.people.cast import actor_of, make_member
from tests.world import World

STAFF = {"manager", "broker", "cooperating_manager", "network_staff"}


def seers(world: World, call: Call) -> set[str]:
    return {
        role
        for role in World.ROLES
        if db.session.scalars(visible_to(world.actor(role)).where(Call.id == call.id)).one_or_none()
    }


def test_draft_is_seen_by_the_staff_of_its_programme_alone(world: World) -> None:
    assert seers(world, make_call(world.programme, state="draft")) == STAFF


def test_published_call_is_seen_by_all(world: World) -> None:
    for state in ("published", "open", "closed", "decided", "running", "closed_out", "cancelled"):
        assert seers(world, make_call(world.programme, state=state)) == set(World.ROLES)


def test_draft_that_was_cancelled_stays_among_its_staff(world: World) -> None:
    call = make_call(world.programme, state="draft")
    actions.cancel_call(call, world.actor("manager"), "No budget.")
    assert seers(world, call) == STAFF
    published = make_call(world.programme)
    actions.cancel_call(published, world.actor("manager"), "No budget.")
    assert seers(world, published) == set(World.ROLES)
    outsider = programmes_visible_to(world.actor("startup_owner"))
    assert [p.id for p in db.session.scalars(outsider)] == [world.programme.id]


def test_readers_of_a_draft_are_those_who_see_it(world: World) -> None:
    call = make_call(world.programme, state="draft")
    told = {role for role in STAFF if (user := world.user(role)) is not None and user.id in readers_of(call)}
    others = {user.id for role in set(World.ROLES) - STAFF if (user := world.user(role)) is not None}
    assert told == STAFF
    assert not others & readers_of(call)


def test_programme_without_a_published_call_is_for_its_staff(world: World) -> None:
    def seen(role: str) -> set[int]:
        return set(db.session.scalars(programmes_visible_to(world.actor(role)).with_only_columns(Programme.id)))

    quiet = make_programme(world.centre)
    assert {role for role in World.ROLES if quiet.id in seen(role)} == {"manager", "broker", "network_staff"}
    make_call(quiet)
    assert {role for role in World.ROLES if quiet.id in seen(role)} == set(World.ROLES)


def test_state_on_the_clock_is_the_same_in_sql_and_python(world: World) -> None:
    calls = []
    for state, (opens, closes) in product(
        ("draft", "published", "open", "closed", "cancelled"), ((-10, -5), (-10, 5), (5, 10))
    ):
        calls += [
            make_call(world.programme, state=state, opens=opens, closes=closes),
            make_call(world.programme, state=state, opens=opens, closes=closes, is_reference=True),
        ]
        calls[-2].stages[0].opens_at = calls[-2].opens_at
        calls.append(make_call(world.programme, state=state, opens_at=None, closes_at=None))
    now = clock.now()
    found = dict(db.session.execute(select(Call.id, state_at(now)).where(Call.id.in_([c.id for c in calls]))).all())
    assert found == {call.id: call.state_at(now) for call in calls}


def test_deadline_itself_is_still_in_time(world: World) -> None:
    call, now = make_call(world.programme), clock.now()
    call.closes_at = now
    db.session.flush()
    assert call.state_at(now) == "open" == db.session.scalar(select(state_at(now)).where(Call.id == call.id))
    assert call.state_at(now + timedelta(microseconds=1)) == "closed"


def test_centres_and_networks_that_have_one_are_public(world: World) -> None:
    empty = make_network()
    both = {world.network.id, world.foreign_network.id}
    for role in World.ROLES:
        actor = world.actor(role)
        assert len(db.session.scalars(centres_visible_to(actor)).unique().all()) == 3
        assert set(db.session.scalars(listing.networks_visible_to(actor).with_only_columns(Network.id))) == both, role
    runs = actor_of(make_member(empty.operator, "network_staff"))
    assert empty.id in set(db.session.scalars(listing.networks_visible_to(runs).with_only_columns(Network.id)))


def test_figures_count_the_calls_of_each_centre_of_the_network(world: World) -> None:
    make_call(world.programme)
    make_call(world.programme, state="draft")
    make_call(world.programme, opens=-9, closes=-1)
    call = make_call(make_programme(world.cooperating))
    make_call(make_programme(world.foreign_centre))
    awards.take_award(call, world.startup, 1, None, None, world.actor("manager"))
    network = db.session.get_one(Network, world.network.id)
    assert figures.work_of(network) == {  # programmes, open calls, calls in all, places given
        world.centre.id: [1, 1, 2, 0],
        world.cooperating.id: [1, 1, 1, 1],
    }
