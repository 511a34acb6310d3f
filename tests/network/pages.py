"""How these tests see a page: a browser by role, its text, its hidden fields, its forms."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import clock
from tests.conftest import sign_in
from tests.world import World

# Those who differ in kind; what each role may is asked of the rules, in test_policy.py and test_queries.py.
READERS = (
    "anonymous", "startup_owner", "manager", "broker", "cooperating_manager", "foreign_manager", "network_staff",
    "evaluator",
)  # fmt: skip


def browser(app: Flask, cast: World, role: str) -> FlaskClient:
    return sign_in(app, cast.memberships.get(role) or cast.user(role))


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.location)
    return answer.get_data(as_text=True)


def clock_today(app: Flask) -> Any:
    with app.app_context():
        return clock.today("Asia/Seoul")
