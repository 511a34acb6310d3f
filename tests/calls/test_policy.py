"""Every permission of the package by role: the managing centre decides, others see."""

from __future__ import annotations

import pytest

from marketplace.kernel.policy import SYSTEM, can
from tests.calls.cast import make_call
from tests.roles import STAFF
from tests.world import World

CENTRE_MANAGERS = {"manager", "cooperating_manager", "foreign_manager"}
TABLE = {
    "call.edit": STAFF,
    "call.amend": STAFF,
    "call.see_counts": STAFF,
    "programme.edit": STAFF,
    "call.create": {"manager"},
    "call.publish": {"manager"},
    "call.cancel": {"manager"},
    "call.reopen": {"manager"},
    "call.close_out": {"manager"},
    "call.open": set(),
    "call.close": set(),
    "programme.create": CENTRE_MANAGERS,
    "award.record": {"manager"},
    "award.take_off": {"manager"},
    "sanction.impose": {"manager", "cooperating_manager"},
    "sanction.lift": {"manager", "cooperating_manager"},
    "network.watch": {"network_staff"},
    "centre.edit": {"manager"},
    "network.create": set(),
    "centre.create": set(),
}


@pytest.mark.parametrize("name", list(TABLE))
def test_permission_is_held_by_its_roles_alone(world: World, name: str) -> None:
    subjects = {
        "programme": world.programme, "award": world.programme, "sanction": world.network, "network": world.network,
        "centre": world.centre,
    }  # fmt: skip
    subject = subjects.get(name.partition(".")[0]) or make_call(world.programme)
    subject = {"call.create": world.programme, "award.take_off": world.centre.id}.get(name, subject)
    assert {role for role in World.ROLES if can(world.actor(role), name, subject)} == TABLE[name]


def test_grants_from_elsewhere_are_recorded_by_any_centre_manager(world: World) -> None:
    assert {role for role in World.ROLES if can(world.actor(role), "award.record", None)} == CENTRE_MANAGERS


def test_clock_opens_and_closes(world: World) -> None:
    call = make_call(world.programme)
    assert can(SYSTEM, "call.open", call) and can(SYSTEM, "call.close", call)
