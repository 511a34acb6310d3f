"""What waits in challenges, for the centre and the company."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.models import Challenge
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.desks import Cases, asked, expected
from tests.roles import COMPANY, STAFF
from tests.world import World


def challenge_in(world: World, state: str, **values: Any) -> Challenge:
    return make_challenge(world.company, values.pop("call", None), centre=world.centre, state=state, **values)


CASES: Cases = [
    ("submitted", lambda w: challenge_in(w, "submitted"), {"challenge.take_up": STAFF}),
    ("in review", lambda w: challenge_in(w, "in_review"), {"challenge.review": STAFF}),
    ("candidate", lambda w: challenge_in(w, "candidate", call=make_call(w.programme)), {"challenge.place": STAFF}),
    ("draft", lambda w: challenge_in(w, "draft"), {"challenge.finish": COMPANY}),
    ("changes asked", lambda w: challenge_in(w, "revision"), {"challenge.change": COMPANY}),
    ("open", lambda w: challenge_in(w, "open", call=make_call(w.programme)), {}),
]


def test_challenge_waits_for_those_who_read_and_write_it(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)
