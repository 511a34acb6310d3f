"""Who signed up with an address before its owner confirms it keeps nothing: neither the password nor a session."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import actions, member_actions, queries
from marketplace.people.models import User, UserSession
from tests.forms import post
from tests.people.cast import NEW, PASSWORD, actor_of, make_member, make_organisation, make_user, stored_hash
from tests.world import Rows, SignedIn

OWN = "six loud mountains"
ADDRESS = NEW["email"]


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser in which somebody signed up with the address of another person."""
    browser = app.test_client()
    assert post(browser, "/sign-up?as=person", **NEW).status_code == 303
    return browser


def link(app: Flask) -> str:
    with app.app_context(), open_unit():
        user = queries.user_by_email(ADDRESS)
        assert user is not None
        token = actions.issue_token(user, "verify_email")
        db.session.commit()
    return f"/verification/{token}"


def signs_in(app: Flask, password: str) -> bool:
    return post(app.test_client(), "/sign-in", email=ADDRESS, password=password).status_code == 303


def test_owner_chooses_the_password_in_another_browser(app: Flask, client: FlaskClient, stranger: FlaskClient) -> None:
    path = link(app)
    assert post(client, path).status_code == 422  # the address alone does not confirm a stranger's password
    assert post(client, path, password="tangent123").status_code == 422
    assert post(client, path, password=OWN).location == "/sign-in"
    assert (signs_in(app, PASSWORD), signs_in(app, OWN)) == (False, True)


def test_who_signed_up_here_confirms_with_one_press(app: Flask, stranger: FlaskClient) -> None:
    path = link(app)
    assert 'type="password"' not in stranger.get(path).text
    assert post(stranger, path).location == "/sign-in"
    assert signs_in(app, PASSWORD)


def test_owner_who_signs_up_after_a_stranger_is_not_taken_for_them(app: Flask, client: FlaskClient) -> None:
    post(app.test_client(), "/sign-up?as=person", **NEW)
    assert post(client, "/sign-up?as=person", **(NEW | {"password": OWN})).status_code == 303
    path = link(app)
    assert 'type="password"' in client.get(path).text
    post(client, path, password=OWN)
    assert (signs_in(app, PASSWORD), signs_in(app, OWN)) == (False, True)


def test_confirming_ends_what_was_open_before(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        user = make_user(email=ADDRESS, email_verified_at=None, password_hash=stored_hash(PASSWORD))
    earlier = signed_in(user)
    with app.app_context(), open_unit():
        actions.verify_email(actions.issue_token(db.session.get_one(User, user.id), "verify_email"))
        db.session.commit()
        assert db.session.scalars(select(UserSession.ended_at)).one() is not None
    assert earlier.get("/settings").status_code == 303
    assert not signs_in(app, PASSWORD)  # nothing but the link was shown: no password counts until one is set


def test_invited_person_takes_over_what_a_stranger_opened(
    app: Flask, client: FlaskClient, stranger: FlaskClient
) -> None:
    with app.app_context(), open_unit():
        owner = make_member(make_organisation("startup"))
        invitation = member_actions.invite(owner.organisation, actor_of(owner), ADDRESS, "member")
        path = f"/invitations/{actions.issue_invitation_token(invitation)}"
        db.session.commit()
    answer = post(client, path, name="Neu", password=OWN, terms="y", privacy="y")
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert (signs_in(app, PASSWORD), signs_in(app, OWN)) == (False, True)
