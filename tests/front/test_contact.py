"""Everybody can write to a centre; its staff get it by mail, and nobody learns anything by it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.front import contact_views
from marketplace.kernel.db import db
from marketplace.notifications.delivery import message_of
from marketplace.notifications.models import Mail
from marketplace.people.models import Organisation, User
from tests.forms import token_in
from tests.people.cast import make_member
from tests.world import Rows, SignedIn, World

Counted = Callable[[], AbstractContextManager[list[str]]]
WORDS = {"name": "Ina Visitor", "email": "ina@visitor.example", "message": "When does the call open?\n\nThank you."}


@pytest.fixture
def world(rows: Rows) -> World:
    with rows():
        return World.kept()


def person(world: World, role: str) -> User:
    return db.session.get_one(User, world.memberships[role].user_id)


def filled(browser: FlaskClient, centre: str, **values: Any) -> dict[str, Any]:
    page = browser.get("/contact").text
    once = page.partition('name="once"')[2].partition('value="')[2].partition('"')[0]
    return {"csrf_token": token_in(page), "once": once, "centre": centre, **WORDS, **values}


def send(browser: FlaskClient, centre: str, **values: Any) -> Any:
    return browser.post("/contact", data=filled(browser, centre, **values))


def mails(rows: Rows) -> list[Mail]:
    with rows():
        return list(db.session.scalars(select(Mail).where(Mail.key.startswith("enquiry:")).order_by(Mail.to)))


def test_message_reaches_the_staff_of_the_centre_alone(
    world: World, app: Flask, client: FlaskClient, rows: Rows
) -> None:
    with rows():
        centre = world.centre.slug
        expected = sorted(person(world, role).email for role in ("manager", "broker"))
    answer = send(client, centre)
    assert (answer.status_code, answer.location) == (303, f"/contact/{centre}/sent")
    assert "Your message is on its way" in client.get(answer.location).text
    found = mails(rows)
    assert [mail.to for mail in found] == expected
    for mail in found:
        assert "> When does the call open?\n> \n> Thank you." in mail.body
        assert "nobody has checked that this address is theirs" in mail.body
        with app.app_context():
            message = message_of(mail)
        assert message["Reply-To"] == "ina@visitor.example"
        assert str(message["Subject"]).startswith("Ina Visitor wrote to ")


def test_second_press_sends_nothing_more(world: World, client: FlaskClient, rows: Rows) -> None:
    with rows():
        centre = world.centre.slug
    given = filled(client, centre)
    first, again = client.post("/contact", data=given), client.post("/contact", data=given)
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert len(mails(rows)) == 2


def test_each_of_the_staff_reads_it_in_their_language(world: World, client: FlaskClient, rows: Rows) -> None:
    with rows():
        centre = world.centre.slug
        person(world, "manager").locale, person(world, "broker").locale = "fr", "ko"
    send(client, centre)
    bodies = {mail.locale: mail.body for mail in mails(rows)}
    assert set(bodies) == {"fr", "ko"}
    assert all("ina@visitor.example" in body and "> Thank you." in body for body in bodies.values())


def test_answer_is_the_same_whoever_the_address_belongs_to(world: World, client: FlaskClient, rows: Rows) -> None:
    with rows():
        centre, known = world.centre.slug, world.memberships["startup_owner"].user.email
    strange, familiar = send(client, centre), send(client, centre, email=known)
    assert (strange.status_code, strange.location) == (familiar.status_code, familiar.location)
    assert known not in [mail.to for mail in mails(rows)]
    assert all("without an account" in mail.body for mail in mails(rows))


def test_who_is_signed_in_is_named(world: World, signed_in: SignedIn, rows: Rows) -> None:
    with rows():
        centre = world.centre.slug
    browser = signed_in(world.memberships["startup_owner"])
    assert 'value="' + world.memberships["startup_owner"].user.email in browser.get("/contact").text
    send(browser, centre)
    assert all("signed in as" in mail.body and "Loopwell" in mail.body for mail in mails(rows))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("centre", ""),
        ("centre", "nowhere"),
        ("name", "Ina\r\nBcc: all@visitor.example"),
        ("name", "see www.visitor.example"),
        ("email", "no address"),
        ("email", "ina@visitor.example\r\nBcc: all@visitor.example"),
        ("email", "=?utf-8?q?all=40visitor.example=2C?=@visitor.example"),  # two addresses, once decoded
        ("email", "=?utf-8?q?ina=0Aall?=@visitor.example"),
        ("message", "   "),
        ("message", "a" * 4001),
    ],
)
def test_what_cannot_be_sent_comes_back_with_what_was_written(
    world: World, client: FlaskClient, rows: Rows, field: str, value: str
) -> None:
    with rows():
        centre = world.centre.slug
    answer = send(client, **{"centre": centre, field: value})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert field == "message" or "When does the call open?" in answer.text
    assert mails(rows) == []


def test_nobody_can_flood_a_centre(
    world: World, client: FlaskClient, rows: Rows, monkeypatch: pytest.MonkeyPatch, limited: None
) -> None:
    monkeypatch.setattr(contact_views, "PER_CENTRE", "1 per hour")
    with rows():
        centre, other = world.centre.slug, world.foreign_centre.slug
    assert send(client, centre).status_code == 303
    refused = send(client, centre)
    assert refused.status_code == 422
    assert "Many messages were sent within the hour." in refused.text
    assert "When does the call open?" in refused.text
    assert send(client, other).status_code == 303


def test_centre_that_nobody_answers_for_is_not_offered(world: World, client: FlaskClient, rows: Rows) -> None:
    with rows():
        for role in ("manager", "broker"):
            person(world, role).email_verified_at = None
        gone = world.centre.slug
    assert f'value="{gone}"' not in client.get("/contact").text
    assert send(client, gone).status_code == 422


def test_page_names_the_centre_it_comes_from(world: World, client: FlaskClient, rows: Rows) -> None:
    with rows():
        centre = world.centre.slug
    assert f'href="/contact?centre={centre}"' in client.get(f"/centres/{centre}").text
    assert f'<option selected value="{centre}"' in client.get(f"/contact?centre={centre}").text


def test_form_costs_few_queries(world: World, client: FlaskClient, rows: Rows, count_queries: Counted) -> None:
    with rows():
        for _ in range(3):
            make_member(db.session.get_one(Organisation, world.centre.id), "broker")
    client.get("/contact")
    with count_queries() as seen:
        client.get("/contact")
    assert len(seen) <= 3
