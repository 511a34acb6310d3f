"""Who sees a collaboration, who is told, and what becomes public."""

from __future__ import annotations

from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.queries import published_of, readers_of, visible_to
from marketplace.kernel.db import db
from tests.collaborations.cast import begun, confirmed, milestone_of, outcome_of
from tests.people.cast import actor_of
from tests.world import World

SEE = {"company_owner", "company_member", "startup_owner", "startup_member", "manager", "broker", "network_staff"}


def test_collaboration_is_visible_to_its_people_alone(world: World) -> None:
    collaboration = begun(world)
    seen = {role: db.session.scalars(visible_to(world.actor(role))).all() for role in World.ROLES}
    assert seen == {role: [collaboration] if role in SEE else [] for role in World.ROLES}


def test_readers_are_those_who_see_it_and_what_belongs_to_it(world: World) -> None:
    collaboration = confirmed(world)
    parts = (collaboration, collaboration.agreement, milestone_of(collaboration))
    for membership in world.memberships.values():
        seen = visible_to(actor_of(membership)).where(Collaboration.id == collaboration.id)
        sees = db.session.scalars(seen).one_or_none() is not None
        for part in parts:
            assert (membership.user_id in readers_of(part)) == sees, membership.role


def test_published_outcomes_alone_are_public(world: World) -> None:
    for state in ("claimed", "verified", "superseded"):
        outcome_of(world, state)
    published = outcome_of(world, "published")
    assert published_of(world.startup.id) == [published] == published_of(world.company.id)
    assert published_of(world.other_startup.id) == []
