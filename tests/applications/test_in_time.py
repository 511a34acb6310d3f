"""In time is who arrived in time, whatever was waited for afterwards: every deed that a date ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from marketplace.applications import actions, offers, submission
from marketplace.applications.models import Application
from marketplace.calls.models import Call, Stage
from marketplace.challenges import actions as challenges
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock, unit_of_work
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.workflow import fire
from marketplace.pairings import actions as pairings
from marketplace.questions import actions as questions
from marketplace.web.arrival import WORKER
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import prepared
from tests.forms import token_in
from tests.pairings.cast import make_pairing, pair
from tests.questions.cast import make_question
from tests.world import Rows, SignedIn, World

Deed = Callable[[], object]
CLOSED = timedelta(seconds=20)
JUST_BEFORE, JUST_AFTER = 20.5, 19.5  # seconds ago
LINKED: dict[str, Any] = {"track": "bottom_up", "bottom_up_kind": "private_linked"}


def arrive(ago: float) -> None:
    """Let the request of this unit of work have come so many seconds before its first statement."""
    clock.now()
    held = unit_of_work.current_unit()
    assert held is not None
    held.arrival = lambda: held.told_at - ago


def closed(world: World, **values: Any) -> tuple[Call, Challenge]:
    call = make_call(world.programme, **values)
    challenge = make_challenge(world.company, call)
    return close_call(call, CLOSED), challenge


def start(world: World) -> Deed:
    call, challenge = closed(world)
    return lambda: actions.start_application(call, challenge, world.actor("startup_owner"), world.startup)


def confirm(world: World) -> Deed:
    call = make_call(world.programme, **LINKED)
    found = actions.start_application(call, None, world.actor("company_owner"), world.startup, world.company)
    close_call(call, CLOSED)
    return lambda: actions.confirm_application(found, world.actor("startup_owner"))


def submit(world: World) -> Deed:
    found = make_application(closed(world)[1], world.startup)
    return lambda: submission.submit_application(found, world.actor("startup_owner"))


def resubmit(world: World) -> Deed:
    found = make_application(make_challenge(world.company, make_call(world.programme)), world.startup)
    submission.submit_application(found, world.actor("startup_owner"))
    submission.reopen_application(found, world.actor("startup_owner"))
    close_call(found.call, CLOSED)
    return lambda: submission.submit_application(found, world.actor("startup_owner"))


def reopen(world: World) -> Deed:
    found = make_application(closed(world)[1], world.startup, state="submitted")
    return lambda: submission.reopen_application(found, world.actor("startup_owner"))


def offered(world: World) -> Application:
    """A reserve that was offered a place until a moment ago; the job that ends such offers has run."""
    call, challenge = closed(world)
    found = make_application(challenge, world.startup, state="reserve")
    prepared(world, found, "reserve", rank=1, released_at=clock.now())
    call.state = "decided"
    db.session.flush()
    offer = offers.offer_next_reserve(call, challenge, SYSTEM)
    assert offer is not None
    offer.answer_by = clock.now() - CLOSED
    db.session.flush()
    assert offers.lapse_offers(SYSTEM) == 0
    return found


def take_place(world: World) -> Deed:
    found = offered(world)
    return lambda: offers.take_place(found, world.actor("startup_owner"))


def refuse_place(world: World) -> Deed:
    found = offered(world)
    return lambda: offers.refuse_place(found, world.actor("startup_owner"), reason="No time.")


def answer_pairing(world: World) -> Deed:
    found = pair(world, answer_by=clock.now() - CLOSED)
    assert pairings.expire_due(SYSTEM) == 0
    return lambda: pairings.answer_pairing(found, world.actor("startup_owner"), accepts=False, reason="No.")


def ask(world: World) -> Deed:
    challenge = closed(world, questions_close_days=0)[1]
    challenge.pairs_confirmed = challenge.startups_sought
    assert challenges.close_due() == 0
    asked = {"words": "How deep do the pipes lie?", "locale": "en"}
    return lambda: questions.ask_question(challenge, world.actor("startup_owner"), **asked)


def publish_question(world: World) -> Deed:
    found = make_question(closed(world)[1], world.startup)
    return lambda: questions.publish_question(found, world.actor("manager"), wording=found.original)


def submit_challenge(world: World) -> Deed:
    call, now = make_call(world.programme), clock.now()
    window = {"opens_at": now - timedelta(days=1), "closes_at": now - CLOSED}
    call.stages.append(Stage(position=9, kind="companies_apply", actor="companies", **window))
    found = make_challenge(world.company, call, centre=world.centre, state="draft")
    return lambda: fire("challenge.submit", found, world.actor("company_owner"))


DEEDS = (
    start, confirm, submit, resubmit, reopen, take_place, refuse_place, answer_pairing, ask, publish_question,
    submit_challenge,
)  # fmt: skip


@pytest.mark.parametrize("made", DEEDS, ids=lambda made: made.__name__)
def test_deed_is_in_time_by_when_it_arrived(world: World, made: Callable[[World], Deed]) -> None:
    deed = made(world)
    with pytest.raises(Blocked):
        deed()
    arrive(JUST_AFTER)
    with pytest.raises(Blocked):
        deed()
    arrive(JUST_BEFORE)
    deed()


def test_wait_of_jobs_ends(world: World) -> None:
    """What nobody answered ends soon after all the same."""
    offer = offered(world).offers[0]
    pairing = make_pairing(state="requested", answer_by=clock.now() - timedelta(minutes=1))
    offer.answer_by = clock.now() - timedelta(minutes=1)
    db.session.flush()
    assert (offers.lapse_offers(SYSTEM), pairings.expire_due(SYSTEM)) == (1, 1)
    assert (offer.answer, pairing.state) == ("lapsed", "expired")


Team = tuple[FlaskClient, int, float]


@pytest.fixture
def team(rows: Rows, signed_in: SignedIn) -> Team:
    """A startup before its preview, and the instant in this machine's seconds at which its call closed."""
    with rows():
        world = World.kept()
        found = make_application(closed(world)[1], world.startup)
        closing = time.monotonic() - CLOSED.total_seconds()
    return signed_in(world.memberships["startup_owner"]), found.id, closing


def press(team: Team, came: float | None = None, **sent: Any) -> tuple[int, str]:
    browser, id, _ = team
    data = {"csrf_token": token_in(browser.get(f"/applications/{id}").text), "version": "1"}
    told = {WORKER: lambda noted=None: came} if came is not None else {}
    reply = browser.post(f"/applications/{id}/submission", data=data, environ_overrides=told, **sent)
    return reply.status_code, reply.text


def test_press_that_waited_past_the_deadline_is_taken_as_it_came(team: Team, rows: Rows) -> None:
    assert press(team, team[2] - 0.5)[0] == 303
    with rows():
        taken = db.session.get_one(Application, team[1])
        assert taken.submitted_at is not None and taken.call.closes_at is not None and taken.current is not None
        assert taken.call.closes_at - timedelta(seconds=1) < taken.submitted_at < taken.call.closes_at
        assert (taken.late_seconds, taken.current.submitted_at) == (0, taken.submitted_at)


def test_press_that_came_late_is_refused_whatever_it_says(team: Team) -> None:
    forged = {"X-Request-Start": f"t={time.time() - 60:.3f}", "tangent.arrival": "0", "X-Tangent-Arrival": "0"}
    status, page = press(team, headers=forged)
    assert status == 409 and "Applications closed on" in page
    assert press(team, team[2] + 0.5)[0] == 409


def test_page_shows_what_holds_now(team: Team) -> None:
    """A page that waited offers no press that would be late."""
    browser, id, closing = team
    told = {WORKER: lambda noted=None: closing - 40}
    assert "Applications closed on" in browser.get(f"/applications/{id}/preview", environ_overrides=told).text
