"""What is for one reader alone is kept nowhere, and goes with them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, update

from config import Settings
from marketplace.kernel.db import db
from marketplace.people.models import UserSession
from tests.forms import token_in
from tests.world import Rows, SignedIn, World


@pytest.mark.parametrize("path", ["/desk", "/settings", "/challenges", "/centres", "/settings/password", "/nothing"])
def test_page_for_somebody_signed_in_is_stored_nowhere(app: Flask, signed_in: SignedIn, path: str) -> None:
    with app.app_context():
        owner = World.kept().memberships["startup_owner"]
    answer = signed_in(owner).get(path)
    assert (answer.headers["Cache-Control"], answer.headers.get("ETag")) == ("no-store", None)


@pytest.mark.parametrize("path", ["/imports/templates/candidates.csv", "/imports/templates/candidates.xlsx"])
def test_file_to_take_along_is_stored_nowhere(app: Flask, signed_in: SignedIn, path: str) -> None:
    with app.app_context():
        manager = World.kept().memberships["manager"]
    answer = signed_in(manager).get(path)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up?as=person", "/password", "/verification", "/password/nothing"])
def test_page_that_holds_a_form_is_stored_nowhere(client: FlaskClient, path: str) -> None:
    for _ in range(2):  # with the cookie of the first answer, too
        answer = client.get(path)
        if "csrf_token" in answer.text:
            assert (answer.headers["Cache-Control"], answer.headers.get("ETag")) == ("no-store", None)


def test_public_page_is_asked_for_again_and_matches(client: FlaskClient) -> None:
    first = client.get("/challenges")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/challenges", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/sign-out", "/settings/sessions/endings"])
def test_who_goes_leaves_nothing_in_the_browser(app: Flask, signed_in: SignedIn, path: str) -> None:
    with app.app_context():
        owner = World.kept().memberships["startup_owner"]
    browser = signed_in(owner)
    token = token_in(browser.get("/settings").text)
    answer = browser.post(path, data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')


def test_ended_session_leaves_no_page_behind_but_what_was_typed(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        owner = World.kept().memberships["startup_owner"]
    browser = signed_in(owner)
    with rows():
        db.session.execute(update(UserSession).where(UserSession.user_id == owner.user_id).values(ended_at=func.now()))
    answer = browser.get("/settings")
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache"')


def test_cookies_are_this_hosts_alone_under_https() -> None:
    wanted = {
        "MARKETPLACE_ENV": "production", "SECRET_KEY": "k" * 40, "SITE_URL": "https://tangent.example",
    }  # fmt: skip
    told = Settings.load(wanted).flask()
    assert (told["SESSION_COOKIE_NAME"], told["SESSION_COOKIE_SECURE"], told["SESSION_COOKIE_PATH"]) == (
        "__Host-session", True, "/",
    )  # fmt: skip


def test_every_cookie_takes_the_same_care(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    set_by = client.get("/challenges?lang=fr", base_url="https://localhost").headers.getlist("Set-Cookie")
    assert len(set_by) == 1
    assert set_by[0].startswith("__Host-") and "Secure" in set_by[0] and "Path=/" in set_by[0]
    assert "Domain" not in set_by[0]
