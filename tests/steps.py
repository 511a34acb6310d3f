"""Steps of a machine, tried by every role."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from marketplace.kernel.db import db
from marketplace.kernel.errors import Forbidden
from marketplace.kernel.workflow import Step, fire
from tests.world import World


def assert_for_roles_alone(world: World, step: Step, subject: Any, granted: Collection[str]) -> None:
    """These roles, of which ``system`` is the clock, take a step to its end; for others nothing moves."""
    before = subject.state
    for role in {*World.ROLES, "system"} - set(granted):
        with pytest.raises(Forbidden):
            fire(step.name, subject, world.actor(role), reason="Because.")
        assert (role, subject.state) == (role, before)
    for role in granted:
        with db.session.begin_nested() as taken:
            fire(step.name, subject, world.actor(role), reason="Because.")
            assert (role, subject.state) == (role, step.target)
            taken.rollback()
