"""Organisations through the pages: profile, verification, members."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people import actions, member_actions, queries
from marketplace.people.models import Invitation, Membership, Organisation, OrganisationText
from marketplace.people.sectors import SECTORS
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.forms import carried, hidden, post, token_in
from tests.network.cast import make_centre
from tests.people.cast import make_member, make_organisation, make_user
from tests.world import Rows, SignedIn, World

PROFILE = {
    "kind": "startup", "name_en": "Loopwell", "legal_form": "company", "registered_on": "2023-05-01", "origin": "new",
    "scheme": "KR-BRN", "registration_number": "124-81-00998", "region_code": "KR-27", "website": "loopwell.example",
    "sectors": "water", "zones": "KR-FEZ-DG",
}  # fmt: skip


@pytest.fixture
def cast(rows: Rows) -> dict[str, Membership]:
    with rows():
        centre = make_centre().organisation
        startup = make_organisation("startup", "Loopwell", state="unverified", registration_number=None,
                                    registration_scheme=None, registered_on=None,
                                    verifying_centre_id=centre.id)  # fmt: skip
        return {
            "owner": make_member(startup, "owner", make_user("Ola Owner")),
            "member": make_member(startup, "member", make_user("Mem Ber")),
            "manager": make_member(centre, "manager"),
            "other": make_member(make_organisation("public", "Pipe Works")),
        }


def stored(app: Flask, membership: Membership) -> Organisation:
    with app.app_context():
        found = db.session.get_one(Organisation, membership.organisation_id)
        assert found.zones is not None and found.representatives is not None and found.years is not None
        return found


@pytest.mark.parametrize(
    ("country", "zone", "shown"), [(None, "Asia/Seoul", "KST"), ("FR", "Asia/Tokyo", "JST"), ("KR", "UTC", "UTC")]
)
def test_staff_of_a_centre_read_the_time_of_their_centre(
    rows: Rows, signed_in: SignedIn, country: str | None, zone: str, shown: str
) -> None:
    with rows():
        centre = make_centre(time_zone=zone)
        centre.organisation.country = country
        manager = make_member(centre.organisation, "manager")
        make_organisation(
            "startup", "Loopwell", state="submitted", country="KR", verifying_centre_id=centre.organisation.id
        )
    page = signed_in(manager).get("/verifications").get_data(as_text=True)
    assert re.search(rf"\d:\d\d {shown}\b", page)


def test_a_profile_is_filled_submitted_corrected_and_verified(
    app: Flask, client: FlaskClient, signed_in: SignedIn, cast: dict[str, Membership]
) -> None:
    owner, manager = signed_in(cast["owner"]), signed_in(cast["manager"])
    path = f"/organisations/{cast['owner'].organisation_id}"
    assert "Still missing in the profile: Registration number, Registration date." in owner.get(path).get_data(
        as_text=True
    )
    assert client.get(path).status_code == 404
    assert post(owner, f"{path}/edit", **PROFILE).location == path
    organisation = stored(app, cast["owner"])
    assert (organisation.registration_number, organisation.website, organisation.country) == (
        "1248100998", "https://loopwell.example", "KR",
    )  # fmt: skip
    token = {"csrf_token": token_in(owner.get(path).get_data(as_text=True))}
    assert owner.post(f"{path}/submission", data=token).status_code == 303
    queue = manager.get("/verifications").get_data(as_text=True)
    assert "Loopwell" in queue and '<span class="count">1</span>' in queue
    staff = {"csrf_token": token_in(manager.get(path).get_data(as_text=True))}
    assert manager.post(f"{path}/corrections", data=staff).status_code == 422
    reason = {**staff, "reason": "The number belongs to another company."}
    assert manager.post(f"{path}/corrections", data=reason).status_code == 303
    assert "belongs to another company" in owner.get(path).get_data(as_text=True)
    assert "belongs to another company" in signed_in(cast["member"]).get(path).get_data(as_text=True)
    assert owner.post(f"{path}/submission", data=token).status_code == 303
    assert "belongs to another company" not in owner.get(path).get_data(as_text=True)
    staff = carried(manager.get(path).text, f"{path}/verification")
    assert manager.post(f"{path}/verification", data=staff).location == "/verifications"
    public = client.get(path).get_data(as_text=True)
    assert "Verified" in public and "1248100998" not in public and "124-81-00998" not in public
    assert "124-81-00998" in manager.get(path).get_data(as_text=True)
    assert "124-81-00998" not in signed_in(cast["other"]).get(path).get_data(as_text=True)


def test_a_profile_saved_unchanged_keeps_every_sector(
    app: Flask, client: FlaskClient, signed_in: SignedIn, rows: Rows, cast: dict[str, Membership]
) -> None:
    path = f"/organisations/{cast['owner'].organisation_id}"
    with rows():
        organisation = db.session.get_one(Organisation, cast["owner"].organisation_id)
        organisation.sectors, organisation.state = list(SECTORS), "verified"
    shown = unescape(client.get(path).text)
    with app.test_request_context():
        assert [code for code, words in SECTORS.items() if str(words) not in shown] == []
    owner = signed_in(cast["owner"])
    boxes = re.findall(r'<input[^>]*name="sectors"[^>]*>', owner.get(f"{path}/edit").text)
    assert len([box for box in boxes if "checked" in box]) == len(SECTORS)
    assert post(owner, f"{path}/edit", **(PROFILE | {"sectors": list(SECTORS)})).status_code == 303
    assert stored(app, cast["owner"]).sectors == list(SECTORS)


def test_a_profile_changed_by_two_shows_both_versions(
    app: Flask, signed_in: SignedIn, cast: dict[str, Membership]
) -> None:
    owner, path = signed_in(cast["owner"]), f"/organisations/{cast['owner'].organisation_id}/edit"
    page = owner.get(path).get_data(as_text=True)
    mine = {**PROFILE, "name_en": "My Name", "version": hidden(page, "version"), "csrf_token": token_in(page)}
    assert post(owner, path, **(PROFILE | {"name_en": "Their Name"})).status_code == 303
    answer = owner.post(path, data=mine)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "My Name" in text and "Their Name" in text
    assert owner.post(path, data={**mine, "version": hidden(text, "version")}).status_code == 303
    assert stored(app, cast["owner"]).name("en") == "My Name"


IMPOSSIBLE: tuple[tuple[dict[str, str], str], ...] = (
    ({"registration_number": "124-81-00999"}, "The last digit does not fit"),
    ({"registration_number": "124-81-00999", "website": "javascript:alert(1)"}, "The last digit does not fit"),
    ({"registration_number": ""}, "Enter the number under which the register knows"),
    ({"scheme": "", "registration_number": "12"}, "Choose the register"),
    ({"scheme": "other"}, "Enter the name of the register."),
    ({"website": "javascript:alert(1)"}, "not a web address"),
    ({"website": "https://user:secret@evil.example"}, "not a web address"),
    ({"registered_on": "2999-01-01"}, "This day has not come yet."),
    ({"name_en": ""}, "at least one language"),
    ({"region_code": "XX-1"}, "Not a valid choice"),
    ({"kind": "centre"}, "Not a valid choice"),
)


def test_a_profile_that_cannot_be_is_kept_as_typed(
    app: Flask, signed_in: SignedIn, cast: dict[str, Membership]
) -> None:
    owner, path = signed_in(cast["owner"]), f"/organisations/{cast['owner'].organisation_id}/edit"
    page = owner.get(path).text
    typed = {**PROFILE, "description_en": "Kept as typed.", "csrf_token": token_in(page)}
    wrong = []
    for changes, says in IMPOSSIBLE:
        answer = owner.post(path, data={**typed, "version": hidden(page, "version"), **changes})
        text = unescape(answer.text)
        if answer.status_code != 422 or says not in text or "Kept as typed." not in text:
            wrong.append((changes, answer.status_code))
    assert wrong == []
    assert stored(app, cast["owner"]).registration_number is None


def test_another_register_is_named_freely(app: Flask, signed_in: SignedIn, cast: dict[str, Membership]) -> None:
    path = f"/organisations/{cast['owner'].organisation_id}/edit"
    more = {"scheme": "other", "other_scheme": "Handelsregister Berlin", "registration_number": "HRB 12 B"}
    assert post(signed_in(cast["owner"]), path, **(PROFILE | more)).status_code == 303
    found = stored(app, cast["owner"])
    assert (found.registration_scheme, found.registration_number) == ("Handelsregister Berlin", "HRB 12 B")
    assert 'value="Handelsregister Berlin"' in signed_in(cast["owner"]).get(path).get_data(as_text=True)


def test_representatives_figures_and_connections_stand_on_the_profile(
    app: Flask, signed_in: SignedIn, cast: dict[str, Membership]
) -> None:
    owner, path = signed_in(cast["owner"]), f"/organisations/{cast['owner'].organisation_id}"
    edit = f"{path}/edit"
    token = {"csrf_token": token_in(owner.get(edit).get_data(as_text=True))}
    assert owner.post(f"{path}/representatives", data={**token, "name": "Rep One"}).status_code == 422
    owner.post(f"{path}/representatives", data={**token, "name": "Rep One", "qualifies": "unknown"})
    wrong = owner.post(f"{path}/years", data={**token, "year": "2024", "revenue": "12", "currency": ""})
    assert (wrong.status_code, "Choose the currency" in wrong.get_data(as_text=True)) == (422, True)
    owner.post(f"{path}/years", data={**token, "year": "2024", "revenue": "1200.50", "currency": "EUR", "staff": "7"})
    found = owner.get(f"{edit}?affiliate=pipe").get_data(as_text=True)
    other = re.search(r'name="other_id" value="(\d+)"', found)
    assert other and int(other[1]) == cast["other"].organisation_id
    owner.post(f"{path}/affiliations", data={**token, "other_id": other[1], "connection": "shareholder"})
    shown = owner.get(path).get_data(as_text=True)
    assert "Rep One" in shown and "1,200.50 EUR" in shown and "Pipe Works" in shown
    organisation = stored(app, cast["owner"])
    assert [(row.name, row.qualifies) for row in organisation.representatives] == [("Rep One", None)]
    member = signed_in(cast["member"])
    refused = member.post(f"{path}/representatives", data={**token, "csrf_token": token_in(member.get(path).get_data(
        as_text=True)), "name": "X", "qualifies": "yes"})  # fmt: skip
    assert refused.status_code == 403


def test_every_button_of_the_profile_keeps_what_the_other_parts_hold(
    app: Flask, signed_in: SignedIn, cast: dict[str, Membership]
) -> None:
    owner, path = signed_in(cast["owner"]), f"/organisations/{cast['owner'].organisation_id}"
    page = owner.get(f"{path}/edit").text
    assert page.count("<form") == page.partition('id="profile"')[0].count("<form") + page.partition("</main>")[2].count(
        "<form"
    )  # one form, so that no part has another's button
    begun = {"name": "Rep One", "qualifies": "yes", "year": "2024", "revenue": "1200", "currency": "KRW"}
    wrong = post(owner, f"{path}/edit", **(PROFILE | begun | {"currency": ""}))
    assert wrong.status_code == 422 and 'value="Rep One"' in wrong.text and "Choose the currency" in wrong.text
    assert stored(app, cast["owner"]).representatives == []
    assert post(owner, f"{path}/edit", **(PROFILE | begun)).status_code == 303
    found = stored(app, cast["owner"])
    assert found.registration_number == "1248100998"
    assert ([row.name for row in found.representatives], [row.year for row in found.years]) == (["Rep One"], [2024])
    sent = {**PROFILE, "website": "https://loopwell-two.example", "version": str(found.version)}
    token = {"csrf_token": token_in(owner.get(f"{path}/edit").text)}
    owner.post(f"{path}/representatives/{found.representatives[0].id}/removal", data={**token, **sent})
    found = stored(app, cast["owner"])
    assert (found.website, found.representatives) == ("https://loopwell-two.example", [])


def test_what_verification_needs_is_marked_in_the_words_of_the_profile(
    signed_in: SignedIn, cast: dict[str, Membership]
) -> None:
    owner, path = signed_in(cast["owner"]), f"/organisations/{cast['owner'].organisation_id}"
    assert "Still missing in the profile: Registration number, Registration date." in owner.get(path).text
    page = owner.get(f"{path}/edit").text
    for label in ("Registration number", "Registration date", "Region of the headquarters"):
        after = page.partition(f">{label}<")[2][:600]
        assert after.startswith("/label>") and "Needed for verification." in after.partition("</div>")[0], label


def test_members_are_invited_promoted_and_removed(app: Flask, signed_in: SignedIn, cast: dict[str, Membership]) -> None:
    owner, path = signed_in(cast["owner"]), f"/organisations/{cast['owner'].organisation_id}/members"
    page = owner.get(path).get_data(as_text=True)
    once = {"once": hidden(page, "once"), "csrf_token": token_in(page), "email": "x@people.example", "role": "member"}
    invite = path.replace("members", "invitations")
    assert [owner.post(invite, data=once).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        assert [row.email for row in queries.open_invitations(cast["owner"].organisation_id)] == ["x@people.example"]
    staff = signed_in(cast["manager"]).get(path).get_data(as_text=True)
    assert ("Ola Owner" in staff, "x@people.example" in staff) == (True, False)
    token = {"csrf_token": once["csrf_token"]}
    role = f"/memberships/{cast['member'].id}/role"
    assert owner.post(role, data={**token, "role": "manager"}).status_code == 422
    assert owner.post(role, data={**token, "role": "owner"}).status_code == 303
    last = f"/memberships/{cast['owner'].id}/ending"
    assert owner.post(last, data=token).location == "/settings"
    member = signed_in(cast["member"])
    assert "Ola Owner" not in member.get(path).get_data(as_text=True)
    mine = {"csrf_token": token_in(member.get("/settings").get_data(as_text=True))}
    refused = member.post(f"/memberships/{cast['member'].id}/ending", data=mine)
    assert (refused.status_code, "Nobody else leads" in refused.get_data(as_text=True)) == (409, True)
    assert member.post(f"/memberships/{cast['other'].id}/ending", data=mine).status_code == 404


def test_an_imported_organisation_says_where_it_is_from(client: FlaskClient, rows: Rows) -> None:
    with rows():
        found = make_organisation("large", "Imported Works", state="unverified", source="open register", source_id="7",
                                  licence="CC BY 4.0", source_url="https://register.example/7")  # fmt: skip
    page = client.get(f"/organisations/{found.id}").get_data(as_text=True)
    assert "Taken from a public source" in page and "open register" in page and "CC BY 4.0" in page
    assert 'name="robots" content="noindex"' in page


def test_a_name_in_another_language_says_so(client: FlaskClient, rows: Rows) -> None:
    with rows():
        found = make_organisation("startup", "Loopwell")
        found.texts = {"ko": OrganisationText(locale="ko", name="루프웰", description="물을 듣습니다.")}
    page = client.get(f"/organisations/{found.id}?lang=fr").get_data(as_text=True)
    assert '<h1 lang="ko">루프웰</h1>' in page
    assert 'class="shown-in"' in page


def test_staff_hand_a_company_of_an_imported_challenge_to_its_people(
    app: Flask, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        world = World.kept()
        company = make_organisation("large", "Quiet Pumps", state="unverified", region_code=None)
        make_challenge(company, make_call(world.programme), state="candidate", submitted_at=clock.now())
        broker, colleague = world.memberships["broker"], world.memberships["manager"]
    staff, base = signed_in(broker), f"/organisations/{company.id}"
    assert "Nobody of this organisation is here yet" in staff.get(base).get_data(as_text=True)
    page = staff.get(f"{base}/members").get_data(as_text=True)
    data = {"csrf_token": token_in(page), "email": "ada@pumps.example"}
    assert staff.post(f"{base}/invitations", data={**data, "role": "member"}).status_code == 422  # its first owner
    assert staff.post(f"{base}/invitations", data={**data, "role": "owner"}).status_code == 303
    assert "ada@pumps.example" in staff.get(f"{base}/members").get_data(as_text=True)
    assert "ada@pumps.example" not in signed_in(colleague).get(f"{base}/members").get_data(as_text=True)
    with app.app_context():
        invitation = db.session.scalars(select(Invitation).where(Invitation.organisation_id == company.id)).one()
        token = actions.issue_invitation_token(invitation)
        member_actions.accept_invitation_as_new(
            token, name="Ada", password="four quiet rivers", locale="en", consents=["terms", "privacy"]
        )
        db.session.commit()
    assert "Nobody of this organisation is here yet" not in staff.get(base).get_data(as_text=True)
    assert staff.post(f"{base}/invitations", data={**data, "role": "owner"}).status_code == 403
