"""One password in every spelling, and none that others guess first."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.people import actions, passwords
from marketplace.people.models import User
from marketplace.people.weak_passwords import is_weak
from tests.forms import post
from tests.people.cast import NEW, PASSWORD, make_member, make_organisation, make_user, stored_hash
from tests.world import Rows, SignedIn

TYPED = "été à Montréal, 조용한 강물"
FORMS = [unicodedata.normalize(form, TYPED) for form in ("NFC", "NFD")] + [TYPED.replace(" ", "\u3000")]


def signs_in(client: FlaskClient, password: str) -> bool:
    return post(client, "/sign-in", email="ada@people.example", password=password).status_code == 303


@pytest.mark.parametrize("typed", FORMS)
def test_password_is_the_same_however_its_letters_are_composed(typed: str) -> None:
    assert all(passwords.fits(passwords.hash_password(typed), form) for form in FORMS)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_hash_of_an_earlier_form_opens_once_and_is_renewed(
    app: Flask, client: FlaskClient, rows: Rows, form: Any
) -> None:
    old = passwords._hasher.hash(unicodedata.normalize(form, TYPED))
    with rows():
        user = make_user("Ada", email="ada@people.example", password_hash=old)
    assert signs_in(client, unicodedata.normalize("NFD", TYPED))
    with app.app_context():
        stored = db.session.get_one(User, user.id).password_hash
    assert passwords._verified(stored or "", unicodedata.normalize("NFC", TYPED))


def test_present_password_is_known_in_any_form(signed_in: SignedIn, rows: Rows) -> None:
    with rows():
        user = make_user("Ada", password_hash=passwords.hash_password(FORMS[0]))
    sent = {"old_password": FORMS[1], "password": "six loud mountains"}
    assert post(signed_in(user), "/settings/password", **sent).status_code == 303


def test_letters_are_counted_as_they_are_stored(client: FlaskClient) -> None:
    decomposed = unicodedata.normalize("NFD", "강물이흐른다")  # six letters, fourteen signs
    assert post(client, "/sign-up?as=person", **(NEW | {"password": decomposed})).status_code == 422


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "aaaaaaaaaa", "abcabcabcabc", "password12", "P@ssw0rd2026", "qwertyuiop", "azertyuiop1",
        "1q2w3e4r5t", "a1b2c3d4e5", "motdepasse1", "비밀번호1234!", "Tangent2026!", "lovelace-1234", "ada.lovelace1",
        "loopwell2026", "Loopwell!Sensors",
    ],
)  # fmt: skip
def test_first_guesses_are_weak(password: str) -> None:
    assert is_weak(password, ("Tangent", "Ada Lovelace", "ada.lovelace@loopwell.example", "Loopwell Sensors"))


@pytest.mark.parametrize(
    "password", ["four quiet rivers", "8391750264", "xK9#mQ2$vL", "조용한 강물 네 개", "tangents meet a circle"]
)
def test_others_are_not(password: str) -> None:
    assert not is_weak(password, ("Tangent", "Ada Lovelace", "ada@loopwell.example"))


def test_every_door_refuses_a_weak_password(app: Flask, client: FlaskClient, signed_in: SignedIn, rows: Rows) -> None:
    with rows():
        organisation = make_organisation("startup", "Loopwell")
        owner = make_member(organisation, "owner", make_user("Ada", password_hash=stored_hash(PASSWORD)))
    weak = "loopwell2026"
    with app.app_context():
        user = db.session.get_one(User, owner.user_id)
        path = f"/password/{actions.issue_token(user, 'reset_password')}"
        db.session.commit()
        with pytest.raises(Invalid):
            actions.change_password(user, actions.themselves(user), PASSWORD, weak)
        db.session.rollback()
    sign_up = post(client, "/sign-up?as=startup", **(NEW | {"organisation_name": "Loopwell", "password": weak}))
    changed = post(signed_in(owner), "/settings/password", old_password=PASSWORD, password=weak)
    reset = post(client, path, password=weak)
    for answer in (sign_up, changed, reset):
        assert (answer.status_code, "among the first that others try" in answer.text) == (422, True)
    assert post(client, path, password="six loud mountains").status_code == 303  # the link still works
