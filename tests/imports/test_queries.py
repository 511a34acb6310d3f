"""A centre sees its own imports, its network watches, nobody else knows of them."""

from __future__ import annotations

import pytest

from marketplace.imports import queries
from marketplace.imports.models import Import, ImportRow
from marketplace.kernel.db import db
from tests.factories import add
from tests.imports.test_states import an_import
from tests.world import World

READERS = {"manager", "broker", "network_staff"}


@pytest.mark.parametrize("role", World.ROLES)
def test_import_is_seen_by_its_centre_and_network(world: World, role: str) -> None:
    job = an_import(world, "reference")
    seen = db.session.scalars(queries.visible_to(world.actor(role)).where(Import.id == job.id)).all()
    assert bool(seen) == (role in READERS)


def test_those_who_see_are_those_who_may_be_told(world: World) -> None:
    job = an_import(world, "reference")
    expected = {membership.user_id for role, membership in world.memberships.items() if role in READERS}
    assert queries.readers_of(job) == expected


def test_waiting_imports_of_others_are_not_counted(world: World) -> None:
    for role in ("cooperating_manager", "foreign_manager", "manager"):
        assert db.session.scalar(queries.waiting_for(world.actor(role))) == 0
    job = an_import(world, "reference")
    db.session.execute(db.update(Import).where(Import.id == job.id).values(state="mapping"))
    found = {
        role: db.session.scalar(queries.waiting_for(world.actor(role)))
        for role in ("manager", "broker", "cooperating_manager", "foreign_manager")
    }
    assert found == {"manager": 1, "broker": 1, "cooperating_manager": 0, "foreign_manager": 0}


def test_figures_are_counted_by_import(world: World) -> None:
    one, other = an_import(world, "reference"), an_import(world, "reference")
    for number, outcome in enumerate(("added", "added", "refused", None), 1):
        add(ImportRow(import_id=one.id, number=number, line=number, outcome=outcome))
    assert queries.counts([one.id, other.id]) == {one.id: {"added": 2, "refused": 1, "": 1}, other.id: {}}
