"""What waits in pairings, for both sides and the centre."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.db import db
from marketplace.pairings.models import Pairing
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.desks import Cases, asked, expected, turns
from tests.factories import days_from_now
from tests.pairings.cast import pair
from tests.roles import SIDES, STAFF, STARTUP
from tests.world import World


def in_decided_call(world: World, state: str = "requested", **values: Any) -> Pairing:
    return pair(world, state, call=close_call(make_call(world.programme, state="decided")), **values)


def selected(world: World) -> None:
    challenge = make_challenge(world.company, close_call(make_call(world.programme)), centre=world.centre)
    challenge.call.state = "decided"
    make_application(challenge, world.startup, state="selected")
    db.session.flush()


CASES: Cases = [
    ("place without a pair", selected, {"pairing.request": STAFF}),
    ("requested", in_decided_call, {"pairing.answer": SIDES}),
    ("company answered", lambda w: in_decided_call(w, company_accepts=True), {"pairing.answer": STARTUP}),
    (
        "about to expire",
        lambda w: in_decided_call(w, answer_by=days_from_now(1)),
        {"pairing.answer": SIDES, "pairing.remind": STAFF},
    ),
    ("expired", lambda w: in_decided_call(w, overdue=True), {}),
    ("both accepted", lambda w: in_decided_call(w, "accepted"), {"pairing.confirm": STAFF}),
]


def test_pairing_waits_for_who_answers_and_confirms(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)
    assert turns(world, "company_owner").count("pairing.requested") == 1  # theirs is given, the startup's is not
