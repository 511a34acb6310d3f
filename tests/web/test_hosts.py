"""What a request calls the site leads nowhere: it is refused, and no address is made of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from config import ROOT

# Whether a form came from this site is asked of what the browser calls it.
ASKS_THE_REQUEST = {"web/form_recovery.py"}
OF_THE_REQUEST = re.compile(r"_external=True|request\.(host|host_url|url_root|base_url|root_url|url)\b")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("tangent.example", 200),
        ("localhost", 200),
        ("elsewhere.example", 400),
        ("tangent.example.elsewhere", 400),
    ],
)
def test_production_answers_to_its_own_names_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch, host: str, status: int
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["tangent.example", "localhost", "127.0.0.1"])
    reply = app.test_client().get("/sign-in", headers={"Host": host})
    assert reply.status_code == status
    assert "elsewhere" not in reply.text


def test_no_address_is_made_of_what_a_request_calls_the_site() -> None:
    found = {
        str(path.relative_to(ROOT / "marketplace"))
        for path in (ROOT / "marketplace").rglob("*.py")
        if OF_THE_REQUEST.search(path.read_text("utf-8"))
    }
    assert found == ASKS_THE_REQUEST
    assert not [path for path in (ROOT / "templates").rglob("*.*") if OF_THE_REQUEST.search(path.read_text("utf-8"))]
