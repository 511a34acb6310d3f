"""Every step of an import × every role, for each kind of destination."""

from __future__ import annotations

import pytest

from marketplace.imports.models import Import
from marketplace.kernel import policy
from tests.calls.cast import make_call
from tests.factories import add
from tests.world import World

STAFF = {"import.check", "import.start", "import.stop", "import.undo", "import.discard"}
WORKER = {"import.read", "import.give_up", "import.report", "import.finish"}
MAY: dict[str, dict[str, set[str]]] = {
    "reference": {"manager": STAFF, "broker": STAFF},
    "call": {"manager": STAFF, "broker": STAFF},
    "programme": {"manager": STAFF},
    "foreign call": {},
}


def an_import(world: World, kind: str) -> Import:
    where: dict[str, object] = {"kind": "reference_challenges"}
    if kind == "call":
        where = {"kind": "candidates", "target_id": make_call(world.programme).id}
    if kind == "foreign call":
        where = {"kind": "candidates", "target_id": make_call().id}
    if kind == "programme":
        where = {"kind": "draft_calls", "target_id": world.programme.id}
    user = world.user("manager")
    assert user is not None
    found: Import = add(
        Import(centre_id=world.centre.id, started_by_id=user.id, file_name="a.csv", size=1, format="csv", **where)
    )
    return found


def test_steps_are_exactly_those_of_the_machine() -> None:
    assert {step.name for step in Import.machine.steps} == STAFF | WORKER


@pytest.mark.parametrize("kind", sorted(MAY))
def test_role_takes_its_own_steps_alone(world: World, kind: str) -> None:
    job = an_import(world, kind)
    for role in World.ROLES:
        granted = {step.name for step in Import.machine.steps if policy.can(world.actor(role), step.name, job)}
        assert (role, granted) == (role, MAY[kind].get(role, set()))


def test_staff_alone_send_and_list(world: World) -> None:
    for role in World.ROLES:
        actor = world.actor(role)
        staff = role in ("manager", "broker", "cooperating_manager", "foreign_manager")
        assert (role, policy.can(actor, "import.create")) == (role, staff)
        assert (role, policy.can(actor, "import.list")) == (role, staff or role.endswith("network_staff"))


def test_worker_takes_its_own_steps(world: World) -> None:
    job = an_import(world, "reference")
    assert {step.name for step in Import.machine.steps if policy.can(policy.SYSTEM, step.name, job)} == WORKER
