"""Who may do what with an organisation: every step and permission, every role."""

from __future__ import annotations

import pytest

from marketplace.kernel import policy
from marketplace.kernel.policy import can
from marketplace.people.models import Invitation
from tests.factories import World

OWN = {"startup_owner"}
STAFF = {"manager", "broker", "cooperating_manager", "foreign_manager"}
INSIDE = {"startup_owner", "startup_member", *STAFF, "network_staff", "foreign_network_staff"}
TABLE = {
    "organisation.submit": OWN,
    "organisation.edit": OWN,
    "organisation.amend": OWN,
    "organisation.invite": OWN,
    "organisation.verify": STAFF,
    "organisation.ask_corrections": STAFF,
    "organisation.view_private": INSIDE,
    "organisation.create": set(World.ROLES) - {"anonymous"},
}


@pytest.mark.parametrize("name", TABLE)
def test_a_permission_over_a_startup_is_granted_to_these_roles_alone(world: World, name: str) -> None:
    assert {role for role in World.ROLES if can(world.actor(role), name, world.startup)} == TABLE[name]


def test_a_centre_is_led_by_its_manager_and_verified_by_nobody(world: World) -> None:
    centre = world.centre.organisation
    assert {r for r in World.ROLES if can(world.actor(r), "organisation.invite", centre)} == {"manager"}
    assert not any(can(world.actor(r), "organisation.verify", centre) for r in World.ROLES)


def test_a_person_changes_their_own_account_alone(world: World) -> None:
    user = world.user("startup_member")
    assert {r for r in World.ROLES if can(world.actor(r), "user.change", user)} == {"startup_member"}


def test_a_membership_is_ended_by_its_member_or_a_leader(world: World) -> None:
    membership = world.memberships["startup_member"]
    allowed = {r for r in World.ROLES if can(world.actor(r), "membership.end", membership)}
    assert allowed == {"startup_owner", "startup_member"}
    assert {r for r in World.ROLES if can(world.actor(r), "membership.change_role", membership)} == {"startup_owner"}


def test_an_invitation_is_taken_back_by_a_leader_of_its_organisation(world: World) -> None:
    invitation = Invitation(organisation_id=world.startup.id)
    assert {r for r in World.ROLES if can(world.actor(r), "invitation.revoke", invitation)} == {"startup_owner"}


def test_every_permission_of_people_says_who_has_it() -> None:
    prefixes = ("organisation.", "user.", "membership.", "invitation.")
    named = [p for n, p in policy.permissions().items() if n.startswith(prefixes)]
    assert len(named) >= 12
    assert all(str(permission.who) for permission in named)
