"""The key of a drawn form counts for one person at one address, whatever is sent as a key."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel.db import db
from marketplace.kernel.idempotency import OnceKey
from marketplace.people.models import Organisation
from marketplace.web.forms import Form
from tests.forms import token_in
from tests.people.cast import make_user
from tests.world import Rows, SignedIn, World


def pressed(app: Flask, path: str, key: str, browser: str = "one") -> Any:
    with app.test_request_context(path, method="POST", data={"once": key}):
        session["csrf_token"] = browser
        form = Form(meta={"csrf": False})
        led = form.first_press()
        if led is None:
            form.led_to(f"{path}/made")
        db.session.commit()
        return led


def test_key_counts_at_its_address_and_in_its_browser(app: Flask) -> None:
    assert pressed(app, "/one", "a") is None
    assert pressed(app, "/one", "a") == "/one/made"
    assert pressed(app, "/two", "a") is None
    assert pressed(app, "/one", "a", "another") is None


@pytest.mark.parametrize("key", ["k" * 50_000, "\x00", "é" * 3000, "' OR 1"])
def test_any_key_is_stored_at_one_length(app: Flask, client: FlaskClient, key: str) -> None:
    assert pressed(app, "/one", key) is None
    with app.app_context():
        assert db.session.scalars(select(func.length(OnceKey.key))).all() in ([64], [])


def test_key_of_somebody_else_stops_nobody(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        World.kept()
        people = [make_user(), make_user()]
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Organisation)) or 0
    for person in people:
        browser = signed_in(person)
        page = browser.get("/organisations/new").text
        data = {
            "kind": "startup",
            "name": "Neuf",
            "region_code": "KR-27",
            "once": "shared",
            "csrf_token": token_in(page),
        }
        assert browser.post("/organisations", data=data).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Organisation)) == before + 2
