"""What an organisation chooses to show: who chooses, what is kept, and how its people preview it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.kernel.db import db
from marketplace.kernel.errors import Forbidden, Invalid, Missing, Stale
from marketplace.people import profile_visibility
from marketplace.people.models import Membership, Organisation
from tests.forms import hidden, post
from tests.people.cast import make_member, make_organisation
from tests.people.test_directory import secretive
from tests.world import Rows, SignedIn, World


@pytest.mark.parametrize("role", World.ROLES)
def test_only_owners_choose_what_others_see(world: World, role: str) -> None:
    actor = world.actor(role)
    if role == "startup_owner":
        profile_visibility.choose_shown(world.startup, actor, is_listed=False, sections=["figures"])
        assert (world.startup.is_listed, world.startup.shown) == (False, ["figures"])
        return
    with pytest.raises(Forbidden):
        profile_visibility.choose_shown(world.startup, actor, is_listed=False, sections=[])


def test_centres_hide_nothing(world: World) -> None:
    with pytest.raises(Forbidden):
        profile_visibility.choose_shown(world.centre.organisation, world.actor("manager"), is_listed=False, sections=[])
    assert all(world.centre.organisation.shows(section) for section in ("description", "people"))


def test_choice_from_an_old_page_is_refused_and_the_same_choice_is_no_event(world: World) -> None:
    actor, own = world.actor("startup_owner"), world.startup
    with pytest.raises(Stale):
        profile_visibility.choose_shown(own, actor, is_listed=True, sections=[], version=own.version + 1)
    version = own.version
    profile_visibility.choose_shown(own, actor, is_listed=own.is_listed, sections=own.shown)
    assert own.version == version


def test_people_to_talk_to_are_few_and_removed_by_their_own_alone(world: World) -> None:
    actor, own = world.actor("startup_owner"), world.startup
    for number in range(profile_visibility.MOST_CONTACTS):
        profile_visibility.add_contact(own, actor, name=f"Person {number}", role="Pilots", locale="en")
    with pytest.raises(Invalid):
        profile_visibility.add_contact(own, actor, name="One more", role="Pilots", locale="en")
    with pytest.raises(Missing):
        profile_visibility.remove_contact(own, actor, 999_999_999)
    profile_visibility.remove_contact(own, actor, own.contacts[0].id)
    assert len(own.contacts) == profile_visibility.MOST_CONTACTS - 1
    with pytest.raises(Forbidden):
        profile_visibility.add_contact(own, world.actor("startup_member"), name="Nobody", role="Pilots", locale="en")


@pytest.fixture
def owner(rows: Rows) -> Membership:
    one = secretive(rows, ["description"])
    with rows():
        return make_member(db.session.get_one(Organisation, one.id), "owner")


def test_choice_is_made_previewed_and_kept(app: Flask, signed_in: SignedIn, owner: Membership) -> None:
    browser, path = signed_in(owner), f"/organisations/{owner.organisation_id}"
    preview = browser.get(f"{path}/preview").get_data(as_text=True)
    assert "This is what others see" in preview and "Murmuration" in preview and "123,456" not in preview
    answer = post(browser, f"{path}/visibility", shown=["figures", "people"])
    assert answer.location == f"{path}/preview"
    preview = browser.get(answer.location).get_data(as_text=True)
    assert "123,456" in preview and "Philippa Nightingale" in preview and "Murmuration" not in preview
    own = browser.get(path).get_data(as_text=True)
    assert "Murmuration" in own and "123,456" in own


def test_unknown_part_and_old_version_are_answered_clearly(signed_in: SignedIn, owner: Membership) -> None:
    browser, path = signed_in(owner), f"/organisations/{owner.organisation_id}/visibility"
    page = browser.get(path).get_data(as_text=True)
    assert post(browser, path, shown="everything").status_code == 422
    assert post(browser, path, shown="region").status_code == 303
    late = {"shown": "people", "version": hidden(page, "version"), "csrf_token": hidden(page, "csrf_token")}
    assert browser.post(path, data=late).status_code == 409


def test_person_to_talk_to_is_added_through_the_page(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        member = make_member(make_organisation("startup", shown=["people"]), "owner")
    browser, path = signed_in(member), f"/organisations/{member.organisation_id}"
    wrong = post(browser, f"{path}/contacts", name="Ann", role="Pilots", email="no address")
    assert wrong.status_code == 422 and 'value="Ann"' in wrong.get_data(as_text=True)
    assert post(browser, f"{path}/contacts", name="Ann <b>", role="Pilots", phone="+82 2 1").status_code == 303
    page = browser.get(f"{path}/preview").get_data(as_text=True)
    assert "Ann &lt;b&gt;" in page and "tel:+8221" in page


def test_desk_leads_a_verified_organisation_to_being_found_until_its_owner_has_chosen(
    rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        own = make_organisation("startup", "Loopwell", state="verified", is_listed=False)
        owner, member = make_member(own, "owner"), make_member(own, "member")
        path = f"/organisations/{own.id}/visibility"
    asked = f'href="{path}"'
    assert asked in signed_in(owner).get("/desk").text and asked not in signed_in(member).get("/desk").text
    browser = signed_in(owner)
    assert post(browser, path).status_code == 303
    assert asked not in browser.get("/desk").text
