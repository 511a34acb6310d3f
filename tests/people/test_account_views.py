"""Accounts through the pages: signing up, links, settings; and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import actions, member_actions, queries, sign_in_throttle
from marketplace.people.models import Membership, Organisation, User, UserSession
from tests.forms import hidden, post, token_in
from tests.network.cast import make_centre
from tests.people.cast import NEW, PASSWORD, actor_of, make_member, make_organisation, make_user, stored_hash
from tests.world import Rows, SignedIn


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def plain(answer) -> str:
    text = answer.get_data(as_text=True)
    text = re.sub(r'name="(csrf_token|once)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(csrf_token|once)"', "", text)
    return str(text)


def test_sign_up_leads_to_the_same_page_whether_or_not_there_is_an_account(
    app: Flask, client: FlaskClient, person: User
) -> None:
    answers = [
        post(client, "/sign-up?as=person", **(NEW | {"email": email}))
        for email in ("new@people.example", "ada@people.example")
    ]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/sign-up/sent")] * 2
    with app.app_context():
        assert db.session.scalars(select(Event.step).order_by(Event.id)).all() == ["user.sign_up", "user.sign_up_again"]


def test_a_double_press_on_sign_up_makes_one_account(app: Flask, client: FlaskClient) -> None:
    people, organisations = count(app, User), count(app, Organisation)
    page = client.get("/sign-up?as=startup").get_data(as_text=True)
    data = {**NEW, "organisation_name": "Neuf", "once": hidden(page, "once"), "csrf_token": token_in(page)}
    answers = [client.post("/sign-up?as=startup", data=data) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/sign-up/sent")] * 2
    assert (count(app, User), count(app, Organisation)) == (people + 1, organisations + 1)
    with app.app_context():
        assert db.session.scalars(select(Event.step)).all() == ["organisation.create", "user.sign_up"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": "nonsense"}, "not a complete e-mail address"),
        ({"email": "=?utf-8?q?ina?=@start.example"}, "not a complete e-mail address"),
        ({"password": "short"}, "from 10 to 200 characters"),
        ({"name": ""}, "Enter your name."),
        ({"terms": ""}, "We need your agreement"),
        ({"organisation_name": ""}, "Enter the name of your organisation."),
        ({"organisation_kind": "startup"}, "Not a valid choice"),
    ],
)
def test_sign_up_keeps_what_was_typed_and_says_what_is_wrong(
    app: Flask, client: FlaskClient, changes: dict[str, str], says: str
) -> None:
    people = count(app, User)
    good = {**NEW, "organisation_name": "Wasserwerk", "organisation_kind": "public"}
    data = {name: value for name, value in {**good, **changes}.items() if value}
    answer = post(client, "/sign-up?as=company", **data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in text
    assert PASSWORD not in text
    assert all(f'value="{data[n]}"' in text for n in ("name", "email", "organisation_name") if n in data)
    assert count(app, User) == people


def test_sign_up_says_all_that_is_wrong_at_once(client: FlaskClient) -> None:
    text = post(client, "/sign-up?as=startup", email="nonsense").get_data(as_text=True)
    said = ("Enter your name.", "not a complete e-mail address", "Enter the name of your startup.")
    assert all(words in text for words in said)
    assert text.count("We need your agreement to this") == 4  # beside each of the two, and in the summary


def test_errors_are_listed_as_their_fields_stand_on_the_page(client: FlaskClient) -> None:
    text = post(client, "/sign-up?as=startup").get_data(as_text=True)
    linked = re.findall(r'<li><a href="#([^"]+)"', text.partition("data-errors")[2].partition("</section>")[0])
    assert linked == ["organisation_name", "name", "email", "password", "terms", "privacy"]
    assert linked == sorted(linked, key=lambda name: text.index(f'id="{name}"'))


def test_an_unconfirmed_account_signs_in_only_after_its_link(app: Flask, client: FlaskClient) -> None:
    post(client, "/sign-up?as=person", **NEW)
    sign_in = {"email": NEW["email"], "password": PASSWORD}
    assert post(client, "/sign-in", **sign_in).status_code == 422
    with app.app_context():
        token = actions.issue_token(queries.user_by_email(NEW["email"]), "verify_email")
        db.session.commit()
    page = client.get(f"/verification/{token}")
    assert "Confirm my address" in page.get_data(as_text=True)
    assert post(client, "/sign-in", **sign_in).status_code == 422  # looking at the link confirms nothing
    assert post(client, f"/verification/{token}").location == "/sign-in"
    assert post(client, "/sign-in", **sign_in).location == "/desk"
    again = client.get(f"/verification/{token}")
    assert (again.status_code, "no longer works" in again.get_data(as_text=True)) == (410, True)


@pytest.mark.parametrize("path", ["/password", "/verification"])
def test_asking_for_a_link_answers_the_same_for_everybody(client: FlaskClient, person: User, path: str) -> None:
    answers = [post(client, path, email=email) for email in ("ada@people.example", "nobody@people.example")]
    assert len({(a.status_code, a.location, plain(a)) for a in answers}) == 1
    assert answers[0].status_code == 303


def test_a_reset_link_sets_the_password_once(
    app: Flask, client: FlaskClient, signed_in: SignedIn, person: User
) -> None:
    elsewhere = signed_in(person)
    with app.app_context():
        token = actions.issue_token(db.session.get_one(User, person.id), "reset_password")
        db.session.commit()
    path = f"/password/{token}"
    assert post(client, path, password="short").status_code == 422
    assert post(client, path, password="a new passphrase").location == "/sign-in"
    assert elsewhere.get("/settings").location == "/sign-in?next=/settings"
    assert client.get(path).status_code == 410
    assert post(client, "/sign-in", email=person.email, password="a new passphrase").location == "/desk"


def test_a_new_password_ends_the_wait_after_failed_sign_ins(app: Flask, client: FlaskClient, person: User) -> None:
    with app.app_context(), open_unit():
        for _ in range(10):
            sign_in_throttle.begin_attempt(person.email, "127.0.0.1")
    assert post(client, "/sign-in", email=person.email, password=PASSWORD).status_code == 429
    with app.app_context():
        token = actions.issue_token(db.session.get_one(User, person.id), "reset_password")
        db.session.commit()
    post(client, f"/password/{token}", password="a new passphrase")
    assert post(client, "/sign-in", email=person.email, password="a new passphrase").location == "/desk"


def test_a_changed_password_keeps_this_session_and_ends_the_others(signed_in: SignedIn, rows: Rows) -> None:
    with rows():
        user = make_user("Ada", password_hash=stored_hash(PASSWORD))
    here, there = signed_in(user), signed_in(user)
    wrong = post(here, "/settings/password", old_password="wrong", password="a new passphrase")
    assert (wrong.status_code, "not your present password" in wrong.get_data(as_text=True)) == (422, True)
    assert post(here, "/settings/password", old_password=PASSWORD, password="a new passphrase").status_code == 303
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 303


def test_sessions_are_listed_and_ended_one_by_one_and_all_at_once(
    app: Flask, signed_in: SignedIn, person: User, rows: Rows
) -> None:
    with rows():
        stranger = make_user("Stranger")
    here, there, foreign = signed_in(person), signed_in(person), signed_in(stranger)
    page = here.get("/settings").get_data(as_text=True)
    assert page.count("Sign this device out") == 2
    with app.app_context():
        ids = list(db.session.scalars(select(UserSession.id).order_by(UserSession.id)))
    token = {"csrf_token": token_in(page)}
    assert here.post(f"/settings/sessions/{ids[2]}/ending", data=token).status_code == 404
    assert here.post(f"/settings/sessions/{ids[1]}/ending", data=token).status_code == 303
    assert there.get("/settings").status_code == 303
    assert here.post("/settings/sessions/endings", data=token).location == "/sign-in"
    assert here.get("/settings").status_code == 303
    assert foreign.get("/settings").status_code == 200


def test_a_session_ends_by_its_date(app: Flask, signed_in: SignedIn, person: User) -> None:
    browser = signed_in(person)
    with app.app_context():
        db.session.scalars(select(UserSession)).one().expires_at = clock.now() - timedelta(seconds=1)
        db.session.commit()
    assert browser.get("/settings").status_code == 303


def test_settings_of_an_old_page_show_both_versions(app: Flask, signed_in: SignedIn, person: User) -> None:
    browser = signed_in(person)
    page = browser.get("/settings").get_data(as_text=True)
    data = {"name": "Mine", "locale": "fr", "version": hidden(page, "version"), "csrf_token": token_in(page)}
    with app.app_context():
        db.session.get_one(User, person.id).name = "Theirs"
        db.session.commit()
    answer = browser.post("/settings", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Mine" in text and "Theirs" in text
    again = {**data, "version": hidden(text, "version")}
    assert browser.post("/settings", data=again).status_code == 303


def test_a_closed_account_is_signed_out_and_cannot_come_back(
    signed_in: SignedIn, rows: Rows, client: FlaskClient
) -> None:
    with rows():
        user = make_user("Ada", email="ada@people.example", password_hash=stored_hash(PASSWORD))
    browser = signed_in(user)
    assert post(browser, "/settings/closing", password=PASSWORD).status_code == 422
    assert post(browser, "/settings/closing", password="wrong", sure="y").status_code == 422
    assert post(browser, "/settings/closing", password=PASSWORD, sure="y").location == "/sign-in"
    assert browser.get("/settings").status_code == 303
    assert post(client, "/sign-in", email="ada@people.example", password=PASSWORD).status_code == 422


def test_what_was_typed_under_an_ended_session_is_sent_after_signing_in(
    app: Flask, signed_in: SignedIn, rows: Rows
) -> None:
    with rows():
        user = make_user("Ada", email="ada@people.example", password_hash=stored_hash(PASSWORD))
        owner = make_member(make_organisation("startup", "Loopwell"), "owner", user)
    browser = signed_in(owner)
    page = browser.get("/organisations/new").get_data(as_text=True)
    with app.app_context():
        db.session.scalars(select(UserSession)).one().ended_at = clock.now()
        db.session.commit()
    typed = {"name": "Zweite Firma", "kind": "sme", "region_code": "KR-27", "once": hidden(page, "once")}
    refused = browser.post("/organisations", data={**typed, "csrf_token": token_in(page)})
    text = refused.get_data(as_text=True)
    assert (refused.status_code, "You were signed out" in text) == (401, True)
    held = {"email": "ada@people.example", "held": hidden(text, "held"), "csrf_token": token_in(text)}
    wrong = browser.post("/sign-in", data={**held, "password": "wrong"})
    assert hidden(wrong.get_data(as_text=True), "held") == held["held"]
    back = browser.post("/sign-in", data={**held, "password": PASSWORD})
    text = back.get_data(as_text=True)
    assert back.status_code == 200 and "Zweite Firma" in text and 'action="/organisations"' in text
    sent = browser.post("/organisations", data={**typed, "csrf_token": token_in(text)})
    assert sent.status_code == 303 and sent.location.endswith("/edit")


def test_a_held_form_of_another_making_is_not_offered(client: FlaskClient, person: User) -> None:
    answer = post(client, "/sign-in", email=person.email, password=PASSWORD, held="forged.value")
    assert (answer.status_code, answer.location) == (303, "/desk")


@pytest.fixture
def invited(app: Flask, rows: Rows) -> Callable[[str], str]:
    def make(email: str) -> str:
        with rows():
            centre = make_centre()
            manager = make_member(centre.organisation, "manager")
            invitation = member_actions.invite(centre.organisation, actor_of(manager), email, "broker")
            return actions.issue_invitation_token(invitation)

    return make


def test_an_invited_person_opens_an_account_and_acts_for_the_centre(
    app: Flask, client: FlaskClient, invited: Callable[[str], str]
) -> None:
    path = f"/invitations/{invited('guest@people.example')}"
    assert "guest@people.example" in client.get(path).get_data(as_text=True)
    assert post(client, path, name="Guest", password=PASSWORD).status_code == 422
    joined = post(client, path, name="Guest", password=PASSWORD, terms="y", privacy="y")
    assert (joined.status_code, joined.location) == (303, "/desk")
    assert "Broker" in client.get("/settings").get_data(as_text=True)
    assert client.get(path).status_code == 410


def test_an_invited_person_with_an_account_signs_in_and_accepts(
    app: Flask, client: FlaskClient, person: User, invited: Callable[[str], str]
) -> None:
    path = f"/invitations/{invited(person.email)}"
    page = client.get(path).get_data(as_text=True)
    assert f"/sign-in?next={path}" in unescape(page)
    assert post(client, "/sign-in", email=person.email, password=PASSWORD, next=path).location == path
    assert post(client, path).location == "/desk"
    with app.app_context():
        assert db.session.scalars(select(Membership.role).where(Membership.user_id == person.id)).all() == ["broker"]


def test_an_invitation_for_somebody_else_is_not_taken(
    app: Flask, signed_in: SignedIn, person: User, invited: Callable[[str], str]
) -> None:
    browser, path = signed_in(person), f"/invitations/{invited('guest@people.example')}"
    page = browser.get(path).get_data(as_text=True)
    assert "for another address" in page
    refused = browser.post(path, data={"csrf_token": token_in(page)})
    assert (refused.status_code, "another e-mail address" in refused.get_data(as_text=True)) == (409, True)
