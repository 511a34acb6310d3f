"""What one request may bring is counted before it is read."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web import bounds, errors
from tests.world import SignedIn, World

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-up", "/settings", "/nothing-here", "/applications/1/draft"])
def test_body_of_many_fields_is_refused_unread(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data=b"a&" * 900_000, content_type=URLENCODED)
    assert answer.status_code in (404, 413)
    assert len(answer.data) < 20_000


def test_person_signed_in_is_held_to_a_number_of_fields_too(app: Flask, signed_in: SignedIn) -> None:
    with app.app_context():
        owner = World.kept().memberships["startup_owner"]
    body = b"name=A&" + b"a&" * bounds.FIELDS
    assert signed_in(owner).post("/settings", data=body, content_type=URLENCODED).status_code == 413


@pytest.mark.parametrize("kind", ["bytes", "parts", "chunks"])
def test_public_form_takes_little(client: FlaskClient, kind: str) -> None:
    sent: dict[str, Any] = {
        "bytes": {"data": b"email=" + b"a" * bounds.PUBLIC_BYTES, "content_type": URLENCODED},
        "parts": {
            "data": {f"a{n}": "b" for n in range(bounds.PUBLIC_FIELDS + 1)},
            "content_type": "multipart/form-data",
        },
        "chunks": {
            "input_stream": BytesIO(b"email=" + b"a" * bounds.PUBLIC_BYTES),
            "content_type": URLENCODED,
            "environ_overrides": {"wsgi.input_terminated": True},
            "headers": {"Transfer-Encoding": "chunked"},
        },
    }[kind]
    assert client.post("/password", **sent).status_code == 413


@pytest.mark.parametrize("page", ["/challenges", "/sign-in", "/api/v1/challenges"])
def test_address_of_many_fields_is_refused(client: FlaskClient, page: str) -> None:
    answer = client.get(f"{page}?{'a&' * bounds.IN_ADDRESS}")
    assert answer.status_code in (400, 414)
    assert len(answer.data) < 20_000


def test_refused_tokens_are_counted_by_address(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limited: None
) -> None:
    monkeypatch.setattr(errors, "HELD_PER_ADDRESS", "2 per minute")
    sent = [client.post("/sign-up", data={"name": "Somebody who typed much"}) for _ in range(3)]
    assert [answer.status_code for answer in sent] == [400, 400, 429]
    assert "Somebody who typed much" not in sent[2].text
