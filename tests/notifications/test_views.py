"""One's own notifications, the kept mail of a development, and the page of stuck work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.challenges import actions
from marketplace.kernel import clock, events, relay
from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.notifications import delivery, reactions
from marketplace.notifications.models import Mail, Notification
from marketplace.people.models import User
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import make_collaboration
from tests.factories import add
from tests.forms import token_in
from tests.pairings.cast import make_pairing
from tests.world import Rows, SignedIn, World

Counted = Callable[[], AbstractContextManager[list[str]]]


def tell_much(world: World, times: int = 1) -> None:
    """Notifications about every kind of subject, ``times`` over."""
    manager = world.actor("manager")
    for _ in range(times):
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call, visibility="anonymous", centre=world.centre)
        application = make_application(challenge, world.startup, state="selected", author=world.user("startup_owner"))
        pairing = make_pairing(application, state="confirmed")
        collaboration = make_collaboration(pairing, state="active")
        for step, subject in (
            ("call.amend", call),
            ("application.offer_place", application),
            ("pairing.request", pairing),
            ("collaboration.note", collaboration),
            ("agreement.send", collaboration.agreement),
        ):
            reactions.notify_people(events.record(step, subject, manager), [world.user("startup_owner").id])


def test_list_says_what_happened_without_naming_anybody(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        tell_much(world)
        user = world.user("startup_owner")
        assert user is not None
    page = signed_in(world.memberships["startup_owner"]).get("/notifications").get_data(as_text=True)
    assert page.count("<article") == page.count("New notification:") == 5
    assert "Haneul" not in page
    assert "the centre" in page


@pytest.mark.parametrize("locale", ["fr", "ko"])
def test_list_opens_in_every_language(app: Flask, rows: Rows, signed_in: SignedIn, locale: str) -> None:
    with rows():
        world = World.kept()
        tell_much(world)
    assert signed_in(world.memberships["startup_owner"]).get(f"/notifications?lang={locale}").status_code == 200


def test_applicants_read_that_the_company_withdrew_its_challenge_and_why(
    app: Flask, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
        author = world.user("startup_owner")
        application = make_application(challenge, world.startup, state="submitted", author=author)
        actions.withdraw_challenge(challenge, world.actor("company_owner"), "The site burned down.")
    with rows():
        relay.run_due()
        relay.run_due()
        mail = db.session.scalars(sa.select(Mail).where(Mail.user_id == author.id)).one()
        assert "withdrew the challenge" in mail.subject
        assert "withdrew the challenge (the company)" in mail.body and "The site burned down." in mail.body
    browser = signed_in(world.memberships["startup_owner"])
    listed = browser.get("/notifications").text
    assert "withdrew the challenge" in listed and "the company" in listed and "withdrew the application" not in listed
    page = browser.get(f"/applications/{application.id}").text
    assert "The company withdrew this challenge" in page and "The site burned down." in page
    assert "The application was withdrawn" not in page


def test_list_costs_the_same_for_few_and_many(
    app: Flask, rows: Rows, signed_in: SignedIn, count_queries: Counted
) -> None:
    with rows():
        world = World.kept()
        tell_much(world)
    browser = signed_in(world.memberships["startup_owner"])
    with count_queries() as few:
        browser.get("/notifications")
    with rows():
        other = World()
        tell_much(other, 3)
    browser = signed_in(other.memberships["startup_owner"])
    with count_queries() as many:
        browser.get("/notifications")
    assert len(few) == len(many) <= 15


def test_what_can_no_longer_be_seen_has_neither_title_nor_link(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
        event = events.record("challenge.publish", challenge, world.actor("manager"))
        reactions.notify_people(event, [world.user("other_startup").id])
        challenge.visibility = "invited"
    page = signed_in(world.memberships["other_startup"]).get("/notifications").get_data(as_text=True)
    assert "Find leaks" not in page
    assert f'href="/challenges/{challenge.id}"' not in page
    assert "Something you can no longer see" in page


def test_reading_marks_only_what_was_shown(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        tell_much(world)
        mine = world.user("startup_owner").id
        newest = db.session.scalar(sa.select(sa.func.max(Notification.id)))
        about = {"step": "call.amend", "subject_type": "call", "subject_id": 1}
        foreign = add(Notification(user_id=world.user("manager").id, **about))
        later = add(Notification(user_id=mine, **about))
    browser = signed_in(world.memberships["startup_owner"])
    token = token_in(browser.get("/notifications").get_data(as_text=True))
    reply = browser.post("/notifications/reading", data={"csrf_token": token, "up_to": newest})
    assert reply.status_code == 303
    with rows():
        left = set(db.session.scalars(sa.select(Notification.id).where(Notification.read_at.is_(None))))
    assert left == {foreign.id, later.id}


def test_language_of_the_page_is_kept_for_mail(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    signed_in(world.memberships["startup_owner"]).get("/notifications?lang=ko")
    from marketplace.notifications.rendering import locale_of

    with rows():
        user = db.session.get_one(User, world.memberships["startup_owner"].user_id)
        assert locale_of(user) == "ko"


def test_kept_mail_is_readable_in_development_where_nothing_is_sent(
    app: Flask, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rows():
        body = "Voir http://x.example/a\n"
        mail = add(Mail(key="k", to="a@b.example", locale="fr", subject="Été & co", body=body, headers={}))
    monkeypatch.setitem(app.config, "ENVIRONMENT", "development")
    page = app.test_client().get("/dev/mail").get_data(as_text=True)
    assert "Été &amp; co" in page
    shown = app.test_client().get(f"/dev/mail/{mail.id}").get_data(as_text=True)
    assert '<a href="http://x.example/a"' in shown
    assert app.test_client().get("/dev/mail?to=nobody@b.example").get_data(as_text=True).count("Été") == 0


@pytest.mark.parametrize("place", ["production", "testing", "smtp"])
def test_kept_mail_is_not_found_where_mail_is_sent(
    app: Flask, rows: Rows, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "development" if place == "smtp" else place)
    if place == "smtp":
        settings = replace(app.config["SETTINGS"], smtp_url="smtp://mail.example")
        monkeypatch.setitem(app.config, "SETTINGS", settings)
    assert app.test_client().get("/dev/mail").status_code == 404
    assert app.test_client().get("/dev/mail/1").status_code == 404


def make_stuck(world: World) -> tuple[Outbox, Mail]:
    event = events.record("call.amend", make_call(world.programme), world.actor("manager"))
    told = Outbox.reaction == "notifications.reactions.tell"
    row = db.session.scalars(sa.select(Outbox).where(Outbox.event_id == event.id, told)).one()
    row.attempts, row.last_error = relay.MAX_ATTEMPTS, "ValueError: no such thing as person@people.example"
    mail = add(
        Mail(
            key="stuck", to="secret@people.example", locale="en", subject="A private subject", body="Private.\n",
            event_id=event.id, headers={},
            state="failed", attempts=delivery.MAX_ATTEMPTS, last_error="451 <secret@people.example> later",
        )
    )  # fmt: skip
    return row, mail


def test_operations_are_for_network_staff_alone(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    people = {**world.memberships, "person": world.person}
    got = {role: signed_in(who).get("/operations").status_code for role, who in people.items()}
    assert got == {role: 200 if role in ("network_staff", "foreign_network_staff") else 403 for role in people}


def test_operations_show_what_is_stuck_without_personal_content(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        make_stuck(world)
    page = signed_in(world.memberships["network_staff"]).get("/operations").get_data(as_text=True)
    assert "notifications.reactions.tell" in page
    assert "people.example" not in page
    assert "A private subject" not in page


def test_stuck_work_is_tried_again(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        row, mail = make_stuck(world)
    browser = signed_in(world.memberships["network_staff"])
    token = token_in(browser.get("/operations").get_data(as_text=True))
    for address in (f"/operations/reactions/{row.id}/attempts", f"/operations/mails/{mail.id}/attempts"):
        assert browser.post(address, data={"csrf_token": token}).status_code == 303
    with rows():
        assert db.session.get_one(Outbox, row.id).attempts == 0
        again = db.session.get_one(Mail, mail.id)
        assert (again.state, again.attempts) == ("queued", 0)
        assert again.due_at <= clock.now()
    assert browser.post(f"/operations/mails/{mail.id}/attempts", data={"csrf_token": token}).status_code == 404
