"""What waits for people and their organisations, before anything else does."""

from __future__ import annotations

from marketplace.kernel.db import db
from marketplace.people.models import Invitation
from tests.desks import kinds
from tests.factories import add, days_from_now
from tests.people.cast import make_member, make_organisation
from tests.world import World


def test_staff_of_a_centre_verify_the_organisations_that_chose_it(world: World) -> None:
    for centre in (world.centre, world.cooperating):
        make_organisation("startup", state="submitted", verifying_centre_id=centre.id)
    assert kinds(world, "manager") == ["organisation.verify"]
    assert kinds(world, "cooperating_manager") == ["organisation.verify"]
    assert kinds(world, "foreign_manager") == []


def test_owners_alone_complete_and_correct_their_organisation(world: World) -> None:
    asked = {"unverified": ["organisation.submit"], "submitted": [], "corrections": ["organisation.correct"]}
    for state, expected in asked.items():
        world.startup.state = state
        db.session.flush()
        assert (state, kinds(world, "startup_owner"), kinds(world, "startup_member")) == (state, expected, [])


def test_person_is_asked_to_belong_somewhere_and_told_of_invitations(world: World) -> None:
    add(
        Invitation(
            organisation=world.company, email=world.person.email, role="member", token_hash="x",
            invited_by_id=world.memberships["company_owner"].user.id, expires_at=days_from_now(2),
        )
    )  # fmt: skip
    assert kinds(world, "person") == ["invitation.accept", "organisation.create"]
    make_member(make_organisation("startup"), "owner", world.person)
    assert kinds(world, "person") == ["invitation.accept"]
