"""Who guesses waits longer each time; the owner does not; and all of it is on record without a secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import retention, sign_in_throttle
from marketplace.people.models import SignInFailure, User
from tests.conftest import counted
from tests.forms import post
from tests.people.cast import PASSWORD, make_user
from tests.world import Rows, SignedIn

EMAIL = "ada@people.example"


def guess(app: Flask, times: int, address: str) -> sign_in_throttle.Attempt:
    with app.app_context(), open_unit():
        for _ in range(times):
            last = sign_in_throttle.begin_attempt(EMAIL, address)
    return last


def sign_in(client: FlaskClient, password: str = PASSWORD, address: str = "127.0.0.1") -> int:
    page = client.get("/sign-in", environ_base={"REMOTE_ADDR": address})
    token = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    sent = {"email": EMAIL, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=sent, environ_base={"REMOTE_ADDR": address}).status_code


def test_stranger_elsewhere_does_not_lock_the_owner_out(app: Flask, client: FlaskClient, person: User) -> None:
    for n in range(4):
        guess(app, 30, f"198.51.100.{n}")
    assert sign_in(client) == 303


def test_stranger_does_not_lock_out_everybody_whose_address_is_written_as_ipv6(
    app: Flask, client: FlaskClient, person: User
) -> None:
    for n in range(4):
        guess(app, 30, f"::ffff:198.51.100.{n}")
    assert sign_in(client, address="::ffff:203.0.113.7") == 303
    guess(app, 12, "2001:db8::1")
    assert sign_in(app.test_client(), address="2001:db8::2") == 429


def test_guesses_from_very_many_addresses_share_one_try_a_minute(
    app: Flask, client: FlaskClient, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(app.config["SETTINGS"], sign_ins_from_anywhere=5)
    monkeypatch.setitem(app.config, "SETTINGS", few)
    assert sign_in(client) == 303
    client.delete_cookie("session")
    assert [guess(app, 1, f"198.51.100.{n}").wait_until is None for n in range(7)] == [True] * 5 + [False] * 2
    assert sign_in(app.test_client(), address="203.0.113.1") == 429
    assert sign_in(client, "wrong password") == 422
    assert sign_in(client) == 303
    with app.app_context():
        db.session.execute(update(SignInFailure).values(at=SignInFailure.at - sign_in_throttle.TURN))
        db.session.commit()
    assert sign_in(app.test_client(), "wrong password", "203.0.113.2") == 422
    assert sign_in(app.test_client(), address="203.0.113.3") == 429
    with app.app_context(), open_unit():
        sign_in_throttle.forget_failures(EMAIL)
        db.session.commit()
    assert sign_in(app.test_client(), address="203.0.113.3") == 303


def test_known_device_goes_on_beside_a_stranger_at_the_same_address(
    app: Flask, client: FlaskClient, person: User
) -> None:
    assert sign_in(client) == 303
    client.delete_cookie("session")
    guess(app, 12, "127.0.0.1")
    assert sign_in(app.test_client()) == 429
    assert sign_in(client, "wrong password") == 422
    assert sign_in(client) == 303


def test_device_known_to_one_account_is_none_to_another(
    app: Flask, client: FlaskClient, person: User, rows: Rows
) -> None:
    assert sign_in(client) == 303
    with app.app_context(), open_unit():
        for _ in range(10):
            sign_in_throttle.begin_attempt("other@people.example", "127.0.0.1")
    client.delete_cookie("session")
    assert post(client, "/sign-in", email="other@people.example", password=PASSWORD).status_code == 429
    client.set_cookie("device", "made-up")
    guess(app, 10, "127.0.0.1")
    assert sign_in(client) == 429


def test_wait_grows_with_each_failure(app: Flask, person: User) -> None:
    waits = []
    for _ in range(3):
        waited = guess(app, 11, "198.51.100.7").wait_until
        with app.app_context(), open_unit():
            now = clock.now()
            assert waited is not None
            waits.append(round((waited - now) / timedelta(minutes=15)))
            passed = waited - now + timedelta(seconds=1)
            db.session.execute(update(SignInFailure).values(at=SignInFailure.at - passed))
            db.session.commit()
            assert sign_in_throttle.begin_attempt(EMAIL, "198.51.100.7").wait_until is None
    assert waits == [1, 2, 4]


def test_network_of_one_household_counts_as_one_address(app: Flask, person: User) -> None:
    with app.app_context(), open_unit():
        for n in range(10):
            sign_in_throttle.begin_attempt(EMAIL, f"2001:db8:1:2::{n:x}")
        assert sign_in_throttle.begin_attempt(EMAIL, "2001:db8:1:2:ffff::1").wait_until is not None
        assert sign_in_throttle.begin_attempt(EMAIL, "2001:db8:1:3::1").wait_until is None


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/settings/password", {"old_password": "a wrong guess", "password": "six loud mountains"}),
        ("/settings/closing", {"password": "a wrong guess", "sure": "y"}),
    ],
)
def test_present_password_is_guessed_five_times_within_a_session(
    signed_in: SignedIn, person: User, path: str, sent: dict[str, str]
) -> None:
    browser = signed_in(person)
    assert [post(browser, path, **sent).status_code for _ in range(5)] == [422] * 4 + [303]
    assert browser.get("/settings").location == "/sign-in?next=/settings"


def test_right_password_with_a_weak_new_one_is_no_guess(signed_in: SignedIn, person: User) -> None:
    browser = signed_in(person)
    for _ in range(6):
        assert post(browser, "/settings/password", old_password=PASSWORD, password="tangent123").status_code == 422
    assert browser.get("/settings").status_code == 200


def test_signing_in_and_out_and_failing_is_on_record(app: Flask, client: FlaskClient, person: User) -> None:
    guess(app, 9, "127.0.0.1")
    assert sign_in(client, "a wrong guess") == 422
    with app.app_context():
        db.session.execute(update(SignInFailure).values(at=SignInFailure.at - timedelta(days=2)))
        db.session.commit()
    assert sign_in(client) == 303
    with app.app_context():
        told = db.session.scalars(select(Event).order_by(Event.id)).all()
    steps = ["user.fail_sign_in", "user.lock_out", "user.sign_in"]
    assert [event.step for event in told] == steps
    assert {event.subject_id for event in told} == {person.id}
    assert [event.actor_id for event in told] == [None, None, person.id]
    assert all(event.reason and event.reason.text == "127.0.0.1" for event in told)
    assert "a wrong guess" not in repr([(event.data, event.reason and event.reason.text) for event in told])


def test_addresses_are_forgotten_after_a_time(app: Flask, client: FlaskClient, person: User, monkeypatch) -> None:
    sign_in(client)
    monkeypatch.setattr(retention, "ADDRESSES", timedelta(seconds=-5))
    with app.app_context(), open_unit():
        retention.sweep()
        db.session.commit()
        assert [event.reason for event in db.session.scalars(select(Event))] == [None]


@pytest.mark.parametrize("path", ["/password", "/verification", "/sign-in"])
def test_the_same_is_asked_and_written_with_and_without_an_account(
    client: FlaskClient, person: User, rows: Rows, path: str
) -> None:
    with rows():
        make_user(email="waiting@people.example", email_verified_at=None)
    seen: dict[str, list[str]] = {}
    for email in (EMAIL, "waiting@people.example", "nobody@people.example"):
        client.get(path)
        with counted() as statements:
            post(client, path, email=email, password="a wrong guess")
        seen[email] = [" ".join(statement.split()[:3]) for statement in statements]
    first, *others = seen.values()
    assert all(other == first for other in others)
