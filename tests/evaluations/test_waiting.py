"""What waits in a closed call, for its centre and for the companies whose challenges are in it."""

from __future__ import annotations

from marketplace.applications.models import Decision
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.desks import Cases, asked, expected
from tests.factories import add
from tests.people.cast import make_organisation
from tests.roles import COMPANY, STAFF
from tests.world import World


def closed_call(world: World, *states: str, decided: bool = False) -> None:
    challenge = make_challenge(world.company, make_call(world.programme), centre=world.centre)
    for state in states:
        application = make_application(challenge, make_organisation("startup"), state=state)
        if decided:
            add(
                Decision(application_id=application.id, call_id=challenge.call_id, outcome="reserve", rank=1,
                         prepared_by_id=world.memberships["manager"].user.id)
            )  # fmt: skip
    close_call(challenge.call)


MANAGER = {"manager"}
CASES: Cases = [
    ("to screen", lambda w: closed_call(w, "submitted", "submitted"), {"call.screen": STAFF}),
    (
        "to prepare",
        lambda w: closed_call(w, "eligible", "shortlisted"),
        {"call.prepare": STAFF, "challenge.compare": COMPANY},
    ),
    (
        "to release",
        lambda w: closed_call(w, "shortlisted", decided=True),
        {"call.release": MANAGER, "challenge.compare": COMPANY},
    ),
    ("nobody applied", closed_call, {"call.release": MANAGER}),
]


def test_closed_call_is_one_task_of_those_who_decide_it(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)
