"""No page of an error is a dead end."""

from __future__ import annotations

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from tests.world import Rows, SignedIn, World

ON = ("/search", "/help", "/contact", "/challenges")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/challenges/0", 404),
        ("/sign-out", 405),
        ("/challenges?status=odd", 422),
        ("/challenges?cursor=x", 400),
    ],
)
def test_refusal_leads_on(client: FlaskClient, path: str, status: int) -> None:
    page = client.get(path)
    assert page.status_code == status
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert [href for href in (*ON, "/") if f'href="{href}"' not in main] == []


def test_signed_in_are_led_to_their_desk(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    page = signed_in(world.memberships["broker"]).get("/nowhere").text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert [href for href in (*ON, "/desk") if f'href="{href}"' not in main] == []


@pytest.mark.parametrize("status", [500, 503])
def test_page_of_a_failure_leads_on_without_a_database(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        page = render_template(f"errors/{status}.html")
    main = page.partition("<main")[2].partition("</main>")[0]
    assert [href for href in (*ON, "/") if f'href="{href}"' not in main] == []
