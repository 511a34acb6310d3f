"""Stuck work: a network keeps its own, the operators of the installation all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from marketplace.kernel import events, relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.policy import SYSTEM, Actor, can
from marketplace.notifications import backlog
from marketplace.notifications.models import Mail
from marketplace.people.models import User
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.forms import token_in
from tests.world import Rows, SignedIn, World


def fail(event: Event | None, key: str) -> tuple[Outbox | None, Mail]:
    """A reaction to an event and a message about it, both given up."""
    row = None
    if event is not None:
        row = Outbox(event=event, reaction=f"tests.{key}", attempts=relay.MAX_ATTEMPTS, last_error="ValueError")
        db.session.add(row)
    mail = Mail(
        key=key, to="a@people.example", subject="Private", body="Private.", locale="en", state="failed", event_id=None
    )
    mail.event_id = event.id if event is not None else None
    db.session.add(mail)
    db.session.flush()
    return row, mail


@pytest.fixture
def given_up(rows: Rows) -> dict[str, int]:
    """Ids of given up messages: of a call here, of a person, of nothing in particular."""
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call, centre=world.centre)
        about = {"call": call, "challenge": challenge, "centre": world.centre, "person": world.person}
        found = {}
        for name, subject in about.items():
            found[name] = fail(events.record("test.unheard", subject, SYSTEM), name)[1].id
        found["news"] = fail(None, "news")[1].id
    return found


def seen_by(actor: Actor, given_up: dict[str, int]) -> set[str]:
    ids = set(db.session.scalars(backlog.mails(actor).with_only_columns(Mail.id)))
    of_reactions = {row.reaction.removeprefix("tests.") for row in db.session.scalars(backlog.reactions(actor))}
    seen = {name for name, id in given_up.items() if id in ids}
    assert of_reactions == seen - {"news"}
    return seen


def test_network_sees_its_own_and_an_operator_all(app: Flask, rows: Rows, given_up: dict[str, int]) -> None:
    with rows():
        world = World.kept()
        network, foreign = world.actor("network_staff"), world.actor("foreign_network_staff")
        assert seen_by(network, given_up) == {"call", "challenge", "centre"}
        assert seen_by(foreign, given_up) == set()
        assert seen_by(replace(foreign, is_operator=True), given_up) == set(given_up)
        assert seen_by(world.actor("manager"), given_up) == set()
        assert [found.number for found in backlog.backlogs(foreign)] == [0, 0]


def test_network_retries_its_own_alone(app: Flask, rows: Rows, signed_in: SignedIn, given_up: dict[str, int]) -> None:
    with rows():
        world = World.kept()
        mail = db.session.get_one(Mail, given_up["call"])
        assert not can(world.actor("foreign_network_staff"), "operations.retry", mail)
    answers = {}
    for role in ("foreign_network_staff", "network_staff"):
        browser = signed_in(world.memberships[role])
        token = token_in(browser.get("/settings").text)
        for name in ("person", "news", "call"):
            reply = browser.post(f"/operations/mails/{given_up[name]}/attempts", data={"csrf_token": token})
            answers[role, name] = reply.status_code
    assert {key for key, status in answers.items() if status == 303} == {("network_staff", "call")}
    assert set(answers.values()) == {303, 404}


def test_operators_are_the_confirmed_accounts_that_the_settings_name(
    app: Flask, rows: Rows, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, given_up: dict[str, int]
) -> None:
    with rows():
        world = World.kept()
        email = world.person.email
    named = replace(app.config["SETTINGS"], operators=frozenset({email}))
    assert signed_in(world.person).get("/operations").status_code == 403
    monkeypatch.setitem(app.config, "SETTINGS", named)
    page = signed_in(world.person).get("/operations")
    assert page.status_code == 200 and "tests.person" in page.text
    with rows():
        db.session.get_one(User, world.person.id).email_verified_at = None
    assert signed_in(world.person).get("/operations").status_code == 403


def test_command_line_names_and_retries_what_was_given_up(app: Flask, given_up: dict[str, int]) -> None:
    run = app.test_cli_runner()
    said = run.invoke(args=["operations", "list"]).output
    assert "tests.call" in said and f"message {given_up['news']}" in said and "people.example" not in said
    assert "4 reactions and 5 messages are tried again." in run.invoke(args=["operations", "retry"]).output
    assert "message" not in run.invoke(args=["operations", "list"]).output.replace("messages", "")
