"""Who sees a pairing, and who is told of it."""

from __future__ import annotations

import pytest

from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import readers_of, visible_to
from tests.pairings.cast import pair
from tests.people.cast import actor_of, make_member
from tests.world import World

SEE = {"company_owner", "company_member", "startup_owner", "startup_member", "manager", "broker", "network_staff"}


def test_pairing_is_visible_to_its_people_alone(world: World) -> None:
    pairing = pair(world)
    seen = {role: db.session.scalars(visible_to(world.actor(role))).all() for role in World.ROLES}
    assert seen == {role: [pairing] if role in SEE else [] for role in World.ROLES}


def test_cooperating_centre_sees_what_it_brokers(world: World) -> None:
    pair(world)
    brokered = pair(world, centre=world.cooperating)
    assert db.session.scalars(visible_to(world.actor("cooperating_manager"))).all() == [brokered]


@pytest.mark.parametrize("own", [False, True])
def test_readers_are_those_who_see(world: World, own: bool) -> None:
    pairing = pair(world, centre=world.cooperating) if own else pair(world)
    make_member(world.startup, "member")
    for membership in world.memberships.values():
        sees = db.session.scalar(
            visible_to(actor_of(membership)).where(Pairing.id == pairing.id).with_only_columns(Pairing.id)
        )
        assert (membership.user_id in readers_of(pairing)) == (sees is not None), membership.role
