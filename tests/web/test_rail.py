"""The rail of every page: what waits in each place, asked at once."""

from __future__ import annotations

import math
import re
from typing import Any

import sqlalchemy as sa
from flask import Flask

from marketplace.kernel.db import db
from marketplace.kernel.events import Event, record
from marketplace.notifications.models import Notification
from tests.challenges.cast import make_challenge
from tests.factories import add
from tests.forms import token_in
from tests.people.cast import make_organisation
from tests.questions.cast import question_in
from tests.world import Rows, SignedIn, World


def waiting(page: str) -> dict[str, str]:
    """What the rail says waits, by address."""
    return dict(re.findall(r'<a href="(/[^"]*)"[^>]*>(?:(?!</a>).)*?class="count"[^>]*>(\d+)', page, re.DOTALL))


def test_rail_counts_everything_that_waits_in_one_statement(
    rows: Rows, signed_in: SignedIn, count_queries: Any
) -> None:
    with rows():
        world = World()
        for _ in range(2):
            make_challenge(world.company, centre=world.centre, state="submitted")
        make_organisation("startup", state="submitted", verifying_centre_id=world.centre.id)
    manager = signed_in(world.memberships["manager"])
    with count_queries() as seen:
        shown = waiting(manager.get("/settings").text)
    assert (shown["/challenges/review"], shown["/verifications"]) == ("2", "1")
    asked = [statement for statement in seen if "count(" in statement and "user_sessions" not in statement]
    assert len(asked) == 1


def current(page: str) -> set[str]:
    """Where the rail says the reader is."""
    return set(re.findall(r'<a href="([^"]*)" aria-current="page"><svg', page))


def test_rail_tells_ones_own_organisation_from_others(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World()
        other = make_organisation("startup", state="verified").id
    own = world.memberships["manager"].organisation_id
    manager = signed_in(world.memberships["manager"])
    assert current(manager.get(f"/organisations/{own}").text) == {"/organisation"}
    assert current(manager.get(f"/organisations/{other}").text) == {"/organisations"}
    assert current(manager.get("/organisations").text) == {"/organisations"}


def test_questions_lie_among_the_challenges(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        question = question_in(world, "answered")
    owner = signed_in(world.memberships["company_owner"])
    for path in (f"/questions/{question.id}", f"/challenges/{question.challenge_id}/questions"):
        assert current(owner.get(path).text) == {"/challenges"}, path


def test_counts_are_kept_until_something_happens(rows: Rows, signed_in: SignedIn, count_queries: Any) -> None:
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, centre=world.centre, state="submitted")
    manager = signed_in(world.memberships["manager"])
    assert waiting(manager.get("/settings").text)["/challenges/review"] == "1"
    with count_queries() as seen:
        manager.get("/settings")
    assert not any("challenges" in statement for statement in seen)
    with rows():
        another = make_challenge(world.company, centre=world.centre, state="submitted")
        record("challenge.submit", another, world.actor("company_owner"))
    assert waiting(manager.get("/settings").text)["/challenges/review"] == "2"
    with rows():
        about = {"step": "challenge.submit", "subject_type": "challenge", "subject_id": challenge.id}
        event_id = db.session.scalar(sa.select(sa.func.max(Event.id)))
        add(Notification(user_id=world.memberships["manager"].user_id, event_id=event_id, **about))
    assert waiting(manager.get("/settings").text)["/notifications"] == "1"


def test_counts_are_read_anew_after_a_while_and_ones_own_deed(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    manager, broker = (signed_in(world.memberships[role]) for role in ("manager", "broker"))
    page = "/settings"
    for browser in (manager, broker):
        assert "/challenges/review" not in waiting(browser.get(page).text)
    with rows():
        make_challenge(world.company, centre=world.centre, state="submitted")  # no event tells of it
    manager.post("/notifications/reading", data={"csrf_token": token_in(manager.get(page).text)})
    assert waiting(manager.get(page).text)["/challenges/review"] == "1"
    assert "/challenges/review" not in waiting(broker.get(page).text)
    app.config["RAIL_COUNT_SECONDS"] = 0
    try:
        assert waiting(broker.get(page).text)["/challenges/review"] == "1"
    finally:
        app.config["RAIL_COUNT_SECONDS"] = math.inf
