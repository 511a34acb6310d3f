"""Signing in and out: through the front door, as a browser does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import passwords, sign_in_throttle
from marketplace.people.models import SignInFailure, User, UserSession
from marketplace.people.post_login_redirect import within_site
from tests.conftest import NO_DEMO
from tests.forms import token_in
from tests.people.cast import PASSWORD, make_member, make_organisation, make_user, stored_hash
from tests.world import Rows, SignedIn


def press(client: FlaskClient, email: str, password: str, **more: str):
    page = client.get("/sign-in").get_data(as_text=True)
    data = {"email": email, "password": password, "csrf_token": token_in(page), **more}
    return client.post("/sign-in", data=data)


def failed_before(app: Flask, email: str, times: int, address: str = "127.0.0.1") -> None:
    """Earlier tries from an address, none of which succeeded."""
    with app.app_context(), open_unit():
        for _ in range(times):
            assert sign_in_throttle.begin_attempt(email, address).wait_until is None


def test_sign_in_leads_to_the_desk_under_a_new_session(client: FlaskClient, person: User) -> None:
    client.get("/sign-in")
    with client.session_transaction() as before:
        old = dict(before)
    answer = press(client, "Ada@People.example ", PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/desk")
    with client.session_transaction() as after:
        assert after["_user_id"]
        assert after.get("csrf_token") != old["csrf_token"]


def test_sign_in_takes_a_password_with_blanks_as_typed(client: FlaskClient, rows: Rows) -> None:
    with rows():
        make_user("Blank", email="blank@people.example", password_hash=stored_hash(" with blanks "))
    assert press(client, "blank@people.example", "with blanks").status_code == 422
    assert press(client, "blank@people.example", " with blanks ").status_code == 303


def test_sign_in_answers_the_same_whether_or_not_there_is_an_account(client: FlaskClient, person: User) -> None:
    known = press(client, "ada@people.example", "wrong password")
    unknown = press(client, "nobody@people.example", "wrong password")
    texts = [a.get_data(as_text=True).replace("nobody@", "ada@") for a in (known, unknown)]
    tokens = [token_in(text) for text in texts]
    bare = [t.replace(token, "") for t, token in zip(texts, tokens, strict=True)]
    assert known.status_code == unknown.status_code == 422
    strip = [b.partition('name="once"')[0] + b.partition('name="email"')[2] for b in bare]
    assert strip[0] == strip[1]
    assert "do not belong together" in texts[0]


def test_sign_in_looks_at_a_hash_for_unknown_accounts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    hasher = passwords._hasher
    real = type(hasher).verify

    def noted(self: object, stored: str, password: str) -> bool:
        looked.append(stored)
        return real(hasher, stored, password)

    monkeypatch.setattr(type(hasher), "verify", noted)
    assert not passwords.fits(None, "anything")
    assert not passwords.fits(None, "no account has this password")
    assert [text.startswith("$argon2id$") for text in looked] == [True, True]


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/challenges?region=KR-27", "/challenges?region=KR-27"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://evil.example/", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/\tevil", "/desk"),
        ("", "/desk"),
        ("/sign-in", "/desk"),
    ],
)
def test_way_on_stays_within_the_site(asked: str, led: str) -> None:
    assert within_site(asked) == led


def test_sign_in_goes_on_only_within_the_site(app: Flask, person: User) -> None:
    wanted = {"/challenges?region=KR-27": "/challenges?region=KR-27", "//evil.example": "/desk", "": "/desk"}
    led = {asked: press(app.test_client(), "ada@people.example", PASSWORD, next=asked).location for asked in wanted}
    assert led == wanted


def test_sign_in_waits_after_ten_failures_of_an_account(app: Flask, client: FlaskClient, person: User) -> None:
    failed_before(app, "Ada@people.example", 8)
    for _ in range(2):
        assert press(client, "ada@people.example", "wrong password").status_code == 422
    answer = press(client, "ada@people.example", PASSWORD)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 429
    assert "Try again in 15 min" in text
    assert 800 < int(answer.headers["Retry-After"]) <= 901
    assert "ada@people.example" in text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 10


def test_sign_in_waits_alike_for_an_account_that_is_none(app: Flask, client: FlaskClient) -> None:
    failed_before(app, "nobody@people.example", 9)
    assert press(client, "nobody@people.example", "wrong password").status_code == 422
    assert press(client, "nobody@people.example", "wrong password").status_code == 429


def test_sign_in_forgets_failures_after_a_success(app: Flask, client: FlaskClient, person: User) -> None:
    failed_before(app, "ada@people.example", 8)
    assert press(client, "ada@people.example", "wrong password").status_code == 422
    assert press(client, "ada@people.example", PASSWORD).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_sign_in_refuses_a_deactivated_person(client: FlaskClient, rows: Rows) -> None:
    with rows():
        gone = make_user("Gone", email="gone@people.example", password_hash=stored_hash(PASSWORD))
        gone.deactivated_at = clock.now()
    assert press(client, "gone@people.example", PASSWORD).status_code == 422


def test_sign_out_ends_the_row_and_the_cookie(app: Flask, client: FlaskClient, person: User) -> None:
    press(client, "ada@people.example", PASSWORD)
    page = client.get("/switch").get_data(as_text=True)
    answer = client.post("/sign-out", data={"csrf_token": token_in(page)})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get("/switch").location == "/sign-in?next=/switch"
    with app.app_context():
        assert db.session.scalars(select(UserSession.ended_at)).one() is not None


def test_switch_changes_whom_the_session_acts_for(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        user = make_user("Both")
        first = make_member(make_organisation("startup", "Loopwell"), "owner", user)
        second = make_member(make_organisation("public", "Water Works"), "member", user)
        foreign = make_member(make_organisation("startup", "Not Theirs"))
    browser = signed_in(first)
    page = browser.get("/switch").get_data(as_text=True)
    assert "Water Works" in page and "Not Theirs" not in page
    token = token_in(page)
    assert browser.post("/switch", data={"csrf_token": token, "membership_id": str(second.id)}).status_code == 303
    after = browser.get("/switch").get_data(as_text=True)
    assert f'name="membership_id" value="{first.id}"' in after
    refused = browser.post("/switch", data={"csrf_token": token, "membership_id": str(foreign.id)})
    assert refused.status_code == 422
    assert "You do not belong to this organisation" in refused.get_data(as_text=True)


@pytest.fixture
def unasked(app: Flask) -> Iterator[dict[str, Any]]:
    """What the product remembers of being a demonstration, empty until the test has ended."""
    remembered = app.extensions["demo"]
    remembered.clear()
    yield remembered
    remembered.update(NO_DEMO)


def test_demo_accounts_stand_on_the_page_of_a_demonstration_alone(
    client: FlaskClient, rows: Rows, unasked: dict[str, Any]
) -> None:
    assert "demo-passphrase" not in client.get("/sign-in").get_data(as_text=True)
    with rows():
        make_user("Demo", email="staff@demo.example", is_demo=True)
    unasked.clear()
    page = client.get("/sign-in").get_data(as_text=True)
    assert "demo-passphrase" in page and "staff@demo.example" in page and "company@demo.example" not in page
