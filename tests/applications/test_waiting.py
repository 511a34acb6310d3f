"""What waits in applications, for those who write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.applications import actions, submission
from marketplace.applications.models import Application, EligibilityResult, PlaceOffer
from marketplace.challenges.models import Challenge, ChallengeInvitation
from marketplace.kernel import clock
from tests.applications.cast import CONTENT, make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.desks import Cases, asked, expected, kinds, turns
from tests.factories import add
from tests.roles import COMPANY, STAFF, STARTUP
from tests.world import World


def challenge_of(world: World, **values: Any) -> Challenge:
    return make_challenge(world.company, make_call(world.programme), centre=world.centre, **values)


def application_of(world: World, state: str, challenge: Challenge | None = None) -> Application:
    author = world.memberships["startup_owner"].user
    return make_application(challenge or challenge_of(world), world.startup, state=state, author=author)


def in_closed_call(world: World, state: str, challenge: Challenge | None = None) -> Application:
    application = application_of(world, state, challenge)
    close_call(application.call)
    return application


def invited(world: World) -> Challenge:
    return challenge_of(world, visibility="invited", invited=[ChallengeInvitation(organisation=world.startup)])


def unclear(world: World) -> None:
    application = in_closed_call(world, "submitted")
    add(EligibilityResult(application_id=application.id, rule=application.call.rules[0], verdict="cannot_tell"))


def place(world: World, days: int) -> None:
    application = in_closed_call(world, "reserve")
    add(PlaceOffer(application_id=application.id, answer_by=clock.now() + timedelta(days=days)))


def together(world: World, begins: str, **call: Any) -> Application:
    """An application of the startup and the company, begun by one of them."""
    chosen = make_call(world.programme, **call)
    return actions.start_application(chosen, None, world.actor(begins), world.startup, world.company)


def joint(world: World, **content: Any) -> None:
    application = together(world, "startup_owner", track="on_demand")
    actions.save_draft(application, content, world.actor("startup_owner"))


def reopened(world: World) -> Application:
    """An application opened again after it was submitted."""
    application = application_of(world, "submitted")
    submission.reopen_application(application, world.actor("startup_owner"))
    return application


CASES: Cases = [
    ("invitation", invited, {"challenge.apply": STARTUP}),
    ("followed invitation", lambda w: application_of(w, "draft", invited(w)), {"application.finish": STARTUP}),
    ("draft", lambda w: application_of(w, "draft"), {"application.finish": STARTUP}),
    (
        "startup named by a company",
        lambda w: together(w, "company_owner", track="bottom_up", bottom_up_kind="private_linked"),
        {"application.confirm": STARTUP},
    ),
    ("joint draft half written", lambda w: joint(w, title="Listening"), {"application.finish": STARTUP}),
    (
        "joint draft all written",
        lambda w: joint(w, **CONTENT),
        {"application.finish": STARTUP, "application.sign_off": COMPANY},
    ),
    ("opened again", reopened, {"application.change": STARTUP}),
    ("sealed", lambda w: application_of(w, "submitted"), {}),
    ("unclear eligibility", unclear, {"call.screen": STAFF, "application.unclear": STARTUP}),
    ("place offered", lambda w: place(w, 3), {"application.take_place": STARTUP, "call.release": {"manager"}}),
    ("place no longer offered", lambda w: place(w, -3), {"call.release": {"manager"}}),
]


def test_application_waits_for_those_who_write_it(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)


def test_application_opened_again_is_its_teams_turn_until_the_call_closes(world: World) -> None:
    application = reopened(world)
    assert (kinds(world, "startup_owner"), turns(world, "startup_owner")) == (["application.change"], [])
    close_call(application.call)
    assert (kinds(world, "startup_owner"), turns(world, "startup_owner")) == ([], ["application.submitted"])
