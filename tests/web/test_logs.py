"""A line of the log says which route, who and from where, and holds no key and nothing that people wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError
from werkzeug.test import Client

from marketplace.kernel.db import db
from marketplace.web.logs import JsonLines, WithoutKeys
from marketplace.web.microcache import Repeats
from tests.world import Rows, SignedIn, World

KEY = "u5Gm-a_key_that_opens_an_account-1234567890"
KEYED = [f"/{place}/{KEY}" for place in ("verification", "password", "invitations", "unsubscribe")]


class Kept(logging.Handler):
    """Keeps each line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def newest(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.lines[-1])
        return found


@pytest.fixture
def written() -> Iterator[Kept]:
    handler, root = Kept(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def test_request_is_logged_by_route_person_and_address(
    app: Flask, rows: Rows, signed_in: SignedIn, written: Kept
) -> None:
    with rows():
        person = World.kept().person
    browser = signed_in(person)
    browser.get("/settings?secret=words", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    line = written.newest
    assert (line["route"], line["user"], line["from"]) == ("/settings", person.id, "203.0.113.7")
    app.test_client().get("/challenges/999999")
    assert (written.newest["route"], written.newest["of"]) == (
        "/challenges/<int:id>",
        {"id": 999999},
    )
    assert "user" not in written.newest
    assert "words" not in "".join(written.lines)


def test_page_that_is_sent_again_is_logged_by_its_route(
    app: Flask, monkeypatch: pytest.MonkeyPatch, written: Kept
) -> None:
    repeats = Repeats(app.wsgi_app, 60)
    client = Client(repeats, use_cookies=False)
    for _ in range(2):
        assert client.get("/challenges?q=words", environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200
    assert len(repeats.kept) == 1
    assert (written.newest["route"], written.newest["from"]) == ("/challenges", "203.0.113.7")
    assert "words" not in "".join(written.lines)


@pytest.mark.parametrize("address", KEYED)
def test_no_line_holds_the_key_in_an_address(app: Flask, written: Kept, address: str) -> None:
    for method in ("GET", "POST"):
        reply = app.test_client().open(address, method=method)
        assert reply.headers["Referrer-Policy"] == "strict-origin"
    app.test_client().get(f"{address}/further")
    logging.getLogger("elsewhere").error("Error handling request %s", address)
    logging.getLogger("elsewhere").error("failed", extra={"error": f"at {address}"})
    try:
        raise ValueError(f"https://tangent.example{address}?lang=fr")
    except ValueError:
        logging.getLogger("elsewhere").exception("failed")
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, "Error handling request %s", (address,), None)
    WithoutKeys().filter(record)
    assert KEY not in "".join(written.lines) + record.getMessage()
    assert "ValueError" in written.lines[-1]


def test_every_route_with_a_key_is_known_to_the_log(app: Flask) -> None:
    keyed = {rule.rule.partition("<")[0] for rule in app.url_map.iter_rules() if "token" in rule.arguments}
    assert keyed == {address.removesuffix(KEY) for address in KEYED}


def test_failures_of_the_database_repeat_no_values(world: World) -> None:
    with pytest.raises(DBAPIError) as failure, db.session.begin_nested():
        db.session.execute(db.text("SELECT 1 / 0 WHERE :secret <> ''"), {"secret": "nobody else reads this"})
    assert "nobody else" not in str(failure.value)
