"""Kept pages are true, and never another reader's."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Outcome
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people.models import Membership
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import outcome_of
from tests.people.cast import make_member
from tests.world import Rows, SignedIn, World


def test_repeated_page_costs_two_queries(client: FlaskClient, rows: Rows, count_queries) -> None:  # type: ignore[no-untyped-def]
    with rows():
        make_challenge()
    first = client.get("/challenges")
    with count_queries() as seen:
        again = client.get("/challenges")
    assert (again.data, len(seen)) == (first.data, 1)


def test_change_is_seen_at_once(client: FlaskClient, rows: Rows) -> None:
    with rows():
        challenge = make_challenge()
    client.get("/challenges")
    with rows():
        db.session.get_one(Challenge, challenge.id).texts["en"].title = "Quite another title"
    assert "Quite another title" in client.get("/challenges").text


def test_disputed_outcome_leaves_the_page_of_its_startup_at_once(client: FlaskClient, rows: Rows) -> None:
    with rows():
        world = World.kept()
        outcome = outcome_of(world, "published", evidence_url="https://news.example/forty-leaks")
        world.startup.shown = ["outcomes"]
        ids = outcome.id, world.startup.id
    shown = [client.get(f"/organisations/{ids[1]}").text for _ in range(2)]
    with rows():
        db.session.get_one(Outcome, ids[0]).state = "disputed"
    shown.append(client.get(f"/organisations/{ids[1]}").text)
    assert ["forty-leaks" in page for page in shown] == [True, True, False]


def test_deadline_ends_a_kept_page(client: FlaskClient, rows: Rows) -> None:
    client.get("/challenges")  # so that the next one is quick
    with rows():
        call = make_call()
        title = make_challenge(call=call).title("en")
        call.closes_at = end = clock.now() + timedelta(seconds=0.5)
    assert title in client.get("/challenges").text
    time.sleep((end - datetime.now(UTC)).total_seconds() + 0.02)
    assert title not in client.get("/challenges").text


def test_signed_in_reader_neither_gets_nor_leaves_a_kept_page(
    client: FlaskClient, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        challenge = make_challenge(visibility="anonymous")
        owner: Membership = make_member(challenge.organisation)
        name = challenge.organisation.name("en")
    own = signed_in(owner)
    address = f"/challenges/{challenge.id}"
    assert name in own.get(address).text
    assert name not in client.get(address).text
    assert name in own.get(address).text
    assert name not in client.get(address).text


def test_language_and_fragment_are_kept_apart(client: FlaskClient, rows: Rows) -> None:
    with rows():
        make_challenge()
    pages = {
        client.get("/challenges?lang=en").data,
        client.get("/challenges?lang=fr").data,
        client.get("/challenges?lang=en", headers={"HX-Request": "true"}).data,
    }
    assert len(pages) == 3
    korean = client.get("/challenges", headers={"Accept-Language": "ko", "Cookie": ""})
    assert korean.headers["Content-Language"] in ("ko", "fr", "en")
