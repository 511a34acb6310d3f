"""Nobody goes on whom work under way depends, and who is left alone gets somebody to lead again."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.kernel import policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from marketplace.people import actions, leadership, member_actions
from marketplace.people.models import Contact, Membership, Representative
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import make_collaboration
from tests.factories import add
from tests.forms import post
from tests.pairings.cast import make_pairing
from tests.people.cast import PASSWORD, actor_of, make_member, make_organisation, make_user, stored_hash
from tests.world import Rows, SignedIn, World


def leader(organisation: Any, role: str = "owner") -> Membership:
    return make_member(organisation, role, make_user("Lea Last", password_hash=stored_hash(PASSWORD)))


def closes(seat: Membership) -> None:
    actions.close_account(seat.user, actor_of(seat), PASSWORD)


def made(world: World, kind: str) -> Membership:
    """The last one of an organisation on which something of a kind hangs."""
    startup, company = make_organisation("startup"), make_organisation("public")
    call = make_call(world.programme)
    if kind == "challenge":
        make_challenge(company, call)
        return leader(company)
    if kind in ("centre", "network"):
        own = world.foreign_centre
        organisation = own.organisation if kind == "centre" else own.network.operator
        for seat in db.session.query(Membership).filter_by(organisation_id=organisation.id):
            db.session.delete(seat)
        return leader(organisation, "manager" if kind == "centre" else "network_staff")
    author = leader(startup)
    state = "submitted" if kind == "application" else "selected"
    application = make_application(make_challenge(company, call), startup, state=state, author=author.user)
    if kind != "application":
        pairing = make_pairing(application, state="requested" if kind == "pairing" else "confirmed")
        if kind == "collaboration":
            make_collaboration(pairing, state="active")
    db.session.flush()
    return author


@pytest.mark.parametrize("kind", ["challenge", "application", "pairing", "collaboration", "centre", "network"])
def test_last_one_stays_while_work_hangs_on_them(world: World, kind: str) -> None:
    seat = made(world, kind)
    with pytest.raises(Blocked, match="left without anybody"):
        closes(seat)
    with pytest.raises(Blocked):
        member_actions.end_membership(seat, actor_of(seat))
    leader(seat.organisation, seat.role)
    closes(seat)


def test_last_one_goes_where_nothing_hangs(world: World) -> None:
    seat = leader(make_organisation("startup"))
    closes(seat)
    assert leadership.work_hanging_on(seat.organisation_id) == []


def test_page_says_what_hangs_before_anything_is_typed(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        seat = made(World.kept(), "collaboration")
    browser = signed_in(seat)
    page = browser.get("/settings/closing").text
    assert "Nobody but you leads" in page and "Collaborations under way, with their agreements (1)" in page
    refused = post(browser, "/settings/closing", password=PASSWORD, sure="y")
    assert (refused.status_code, "left without anybody" in refused.text) == (409, True)


def test_last_staff_of_a_network_keep_their_role(world: World) -> None:
    seat = made(world, "network")
    owner = leader(seat.organisation)
    with pytest.raises(Blocked, match="works for this network"):
        member_actions.change_role(seat, actor_of(seat), "owner")
    with pytest.raises(Blocked):
        closes(seat)
    member_actions.change_role(owner, actor_of(seat), "network_staff")
    member_actions.change_role(seat, actor_of(seat), "owner")


def test_centre_with_work_in_hand_invites_a_first_owner(world: World) -> None:
    seat = made(world, "collaboration")
    manager = world.actor("manager")
    assert not policy.can(manager, "organisation.invite", seat.organisation)
    db.session.delete(seat)
    db.session.flush()
    sent = member_actions.invite(seat.organisation, manager, "new@people.example", "owner")
    assert sent.role == "owner"
    for stranger in ("foreign_manager", "startup_owner", "network_staff"):
        assert not policy.can(world.actor(stranger), "organisation.invite", seat.organisation)


def test_network_invites_a_first_manager_of_its_centre(world: World) -> None:
    centre = world.centre.organisation
    staff = world.actor("network_staff")
    assert not policy.can(staff, "organisation.invite", centre)
    for seat in db.session.query(Membership).filter_by(organisation_id=centre.id):
        db.session.delete(seat)
    db.session.flush()
    assert member_actions.roles_offered(centre, staff) == ("manager",)
    assert member_actions.invite(centre, staff, "new@people.example", "manager").role == "manager"
    assert not policy.can(world.actor("foreign_manager"), "organisation.invite", centre)


def test_who_closes_their_account_stands_on_no_profile(world: World) -> None:
    organisation = make_organisation("startup")
    leader(organisation)
    seat = leader(organisation)
    seat.user.name = "Gone  Person"
    for name in ("gone person", "Stays Here"):
        add(Representative(organisation_id=organisation.id, name=name))
    add(Contact(organisation_id=organisation.id, locale="en", name="Sales", role="Sales", email=seat.user.email))
    db.session.refresh(organisation)
    closes(seat)
    assert [row.name for row in organisation.representatives] == ["Stays Here"]
    assert organisation.contacts == []
