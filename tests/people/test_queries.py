"""What may be known of organisations, and by whom; and what waits for a centre."""

from __future__ import annotations

import pytest

from marketplace.kernel.db import db
from marketplace.people import queries
from marketplace.people.models import Organisation
from tests.people.cast import make_organisation, make_user
from tests.places.cast import make_region
from tests.world import World

DEALS_WITH_IT = {"manager", "broker", "network_staff"}


def test_an_unverified_organisation_is_known_to_its_own_and_to_the_centre_it_chose(world: World) -> None:
    world.startup.state = "unverified"
    reference = make_organisation("large", state="unverified", source="somewhere", source_id="1")
    db.session.flush()
    for role in World.ROLES:
        seen = {row.id for row in db.session.scalars(queries.visible_to(world.actor(role))).unique()}
        own = role in ("startup_owner", "startup_member")
        assert (role, world.startup.id in seen) == (role, own or role in DEALS_WITH_IT)
        assert {reference.id, world.company.id, world.centre.id} <= seen, role


@pytest.mark.parametrize("state", ["unverified", "submitted", "corrections", "verified"])
def test_whoever_is_told_of_an_organisation_may_see_it(world: World, state: str) -> None:
    world.startup.state = state
    db.session.flush()
    readers = queries.readers_of(world.startup)
    assert readers == {world.memberships[r].user_id for r in ("startup_owner", "startup_member")}
    for role in ("startup_owner", "startup_member"):
        query = queries.visible_to(world.actor(role)).where(Organisation.id == world.startup.id)
        assert db.session.scalars(query).unique().one().id == world.startup.id


def test_a_deactivated_member_is_told_nothing(world: World) -> None:
    member = world.memberships["startup_member"].user
    member.deactivated_at = world.startup.created_at
    db.session.flush()
    assert queries.readers_of(world.startup) == {world.memberships["startup_owner"].user_id}


def test_the_queue_of_a_centre_begins_with_its_region(world: World) -> None:
    ours = {"state": "submitted", "verifying_centre_id": world.centre.id}
    make_organisation("startup", "Elsewhere", **{**ours, "verifying_centre_id": world.cooperating.id})
    far = make_organisation("startup", "Far", region_code=make_region("KR-11").code, **ours)
    near = make_organisation("startup", "Near", region_code="KR-27", **ours)
    waiting = db.session.scalars(queries.to_verify(world.actor("manager"))).unique().all()
    assert [row.id for row in waiting] == [near.id, far.id]
    assert db.session.scalar(queries.count_to_verify(world.actor("manager"))) == 2


def test_a_demo_is_a_database_with_a_demo_account(world: World) -> None:
    assert not queries.demo_accounts_exist()
    make_user(is_demo=True)
    assert queries.demo_accounts_exist()
