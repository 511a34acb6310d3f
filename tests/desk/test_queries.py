"""What a desk holds for each role, and what it must never show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from marketplace.desk import queries
from marketplace.kernel import clock
from tests.factories import World

Counted = Callable[[], AbstractContextManager[list[str]]]


def kinds(world: World, role: str) -> list[str]:
    return [row.kind for row in queries.tasks(world.actor(role), clock.now())[0]]


@pytest.mark.parametrize("role", World.ROLES)
def test_every_role_has_a_desk_whose_count_is_its_length(world: World, role: str) -> None:
    actor = world.actor(role)
    rows, total = queries.tasks(actor, clock.now())
    assert (len(rows), total) == (total, queries.count(actor, clock.now()))
    queries.others(actor, clock.now())
