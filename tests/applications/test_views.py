"""The applicant's pages, from the check to the receipt."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.applications.models import Application
from marketplace.kernel.db import db
from tests.conftest import Rows, SignedIn, token_in
from tests.factories import World, make_call, make_challenge

CONTENT = {
    "locale": "en", "title": "Listening pipes", "solution": "Sensors that hear leaks.", "fit": "Made for iron.",
    "evidence": "Two trials.", "team": "Five engineers.", "timeline": "Six months.", "needs": "A site.",
    "trl_now": "5", "amount": "90,000,000", "own_cash": "", "own_in_kind": "",
}  # fmt: skip
SECRET = "A drum that nobody may hear before the close"


class Cast:
    """A world with an open challenge, made in one go; ids stay readable afterwards."""

    def __init__(self, rows: Rows, **call: Any) -> None:
        with rows():
            self.world = World()
            self.call = make_call(self.world.programme, **call)
            self.challenge = make_challenge(self.world.company, self.call)
            self.members = self.world.memberships


@pytest.fixture
def cast(rows: Rows) -> Cast:
    return Cast(rows)


def post(browser: FlaskClient, page: str, action: str, **values: Any) -> Any:
    """Send a form of a page, with its token and its hidden version unless given."""
    shown = browser.get(page).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', shown)
    carried = {"csrf_token": token_in(shown)} | ({"version": version[1]} if version else {})
    return browser.post(action, data={**carried, **values})


def start(browser: FlaskClient, cast: Cast) -> int:
    """Begin a draft from the check page; returns the application's id."""
    page = f"/challenges/{cast.challenge.id}/applications/new"
    reply = post(browser, page, f"/calls/{cast.call.id}/applications", challenge=cast.challenge.id)
    assert reply.status_code == 303
    return int(re.search(r"/applications/(\d+)/draft", reply.headers["Location"])[1])  # type: ignore[index]


def stored(app: Flask, application_id: int) -> Application:
    with app.app_context():
        found = db.session.get_one(Application, application_id)
        _ = (found.revisions, found.results, found.parties)
        return found


def test_startup_goes_from_check_to_receipt(app: Flask, cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    page = browser.get(f"/challenges/{cast.challenge.id}/applications/new").get_data(as_text=True)
    assert "You qualify" in page
    application_id = start(browser, cast)
    here = f"/applications/{application_id}"
    saved = post(browser, f"{here}/draft", f"{here}/draft", **CONTENT, then="preview")
    assert saved.headers["Location"] == f"{here}/preview"
    read = browser.get(f"{here}/preview").get_data(as_text=True)
    assert "Ready to submit" in read and "Sensors that hear leaks." in read
    sent = post(browser, f"{here}/preview", f"{here}/submission")
    assert sent.headers["Location"] == f"{here}/receipt"
    receipt = browser.get(f"{here}/receipt").get_data(as_text=True)
    application = stored(app, application_id)
    assert application.state == "submitted"
    assert application.number is not None and re.fullmatch(r"T-\d{4}-\d{6}", application.number)
    assert application.number in receipt and application.revisions[0].sha256 in receipt
    assert [result.verdict for result in application.results] == ["meets"]
    shown = browser.get(here).get_data(as_text=True)
    assert "Submitted: nothing to do for you now" in shown
