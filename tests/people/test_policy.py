"""Who may do what with an organisation: every step and permission, every role."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.policy import can
from marketplace.people.models import Invitation
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.network.cast import make_programme
from tests.pairings.cast import make_pairing
from tests.people.cast import make_member, make_organisation
from tests.places.cast import make_region
from tests.roles import STAFF
from tests.world import World

OWN = {"startup_owner"}
INSIDE = {"startup_owner", "startup_member", *STAFF, "network_staff"}
FOREIGN = {"foreign_manager", "foreign_network_staff"}
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


@pytest.mark.parametrize("region", ["KR-27", "FR-IDF", None])
def test_neither_a_country_nor_the_lack_of_one_opens_an_organisation(world: World, region: str | None) -> None:
    one = make_organisation("startup", region_code=make_region(region).code if region else None)
    for name in ("organisation.view_private", "organisation.verify", "organisation.put_on_record"):
        assert {role for role in World.ROLES if can(world.actor(role), name, one)} == set(), name


def test_a_company_that_came_with_a_challenge_is_handed_to_its_people_by_that_centre(world: World) -> None:
    company = make_organisation("large", state="unverified", region_code=None)
    assert {r for r in World.ROLES if can(world.actor(r), "organisation.invite", company)} == set()
    make_challenge(company, make_call(world.programme), state="candidate", submitted_at=clock.now())
    db.session.flush()
    assert {r for r in World.ROLES if can(world.actor(r), "organisation.view_private", company)} == {
        *STAFF, "network_staff",
    }  # fmt: skip
    assert {r for r in World.ROLES if can(world.actor(r), "organisation.invite", company)} == {"manager", "broker"}
    make_member(company, "owner")
    db.session.flush()
    assert {r for r in World.ROLES if can(world.actor(r), "organisation.invite", company)} == set()


def test_a_company_that_posts_with_a_foreign_centre_is_dealt_with_there(world: World) -> None:
    assert not can(world.actor("foreign_manager"), "organisation.view_private", world.company)
    call = make_call(make_programme(world.foreign_centre), state="open")
    challenge = make_challenge(world.company, call, state="draft")
    db.session.flush()
    assert not can(world.actor("foreign_manager"), "organisation.view_private", world.company)
    challenge.state, challenge.submitted_at = "submitted", clock.now()
    db.session.flush()
    assert {role for role in FOREIGN if can(world.actor(role), "organisation.view_private", world.company)} == FOREIGN


def test_an_applicant_abroad_is_dealt_with_once_its_application_is_unsealed(world: World) -> None:
    call = make_call(make_programme(world.foreign_centre), state="open")
    application = make_application(None, world.startup, call=call, state="submitted")
    db.session.flush()
    assert not any(can(world.actor(role), "organisation.view_private", world.startup) for role in FOREIGN)
    call.closes_at = clock.now() - timedelta(minutes=1)
    call.state = "closed"
    db.session.flush()
    assert application.number
    assert {role for role in FOREIGN if can(world.actor(role), "organisation.view_private", world.startup)} == FOREIGN


def test_both_sides_of_a_pairing_are_dealt_with_by_its_centre(world: World) -> None:
    call = make_call(make_programme(world.foreign_centre), state="open")
    challenge = make_challenge(world.company, call, state="closed")
    make_pairing(make_application(challenge, world.startup, state="selected"))
    db.session.flush()
    for side in (world.company, world.startup):
        assert {role for role in FOREIGN if can(world.actor(role), "organisation.view_private", side)} == FOREIGN


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
