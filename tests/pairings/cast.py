"""Pairings of a company and a startup, in every state."""

from __future__ import annotations

from typing import Any

from marketplace.applications.models import Application
from marketplace.calls.models import Call
from marketplace.pairings.models import Pairing
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import Case, add, days_from_now, makes, stored
from tests.world import World

READERS = {
    "centre_staff": "new",
    "centre_staff networks": "export",
    "company startup staff network_staff": "show",
    "parties centre_staff networks": "index",
}
DOERS = {
    "centre_staff": "create",
    "company startup": "answer",
    "staff": "lapse remind",
}


@makes
def make_pairing(application: Application | None = None, *, state: str = "requested", **values: Any) -> Pairing:
    application = stored(application or make_application(state="selected"))
    challenge = application.challenge
    assert challenge is not None
    answered = {"company_accepts": True, "startup_accepts": True} if state in ("accepted", "confirmed") else {}
    return add(
        Pairing(
            state=state,
            call=application.call,
            challenge=challenge,
            application=application,
            company_id=challenge.organisation_id,
            startup_id=application.organisation_id,
            **{
                "centre": application.call.programme.managing_centre,  # type: ignore[union-attr]
                "answer_by": days_from_now(7),
                **answered,
                **values,
            },
        )
    )


@makes
def pair(world: World, state: str = "requested", *, overdue: bool = False, **values: Any) -> Pairing:
    """A pairing of the World's company and startup, from a selected application."""
    call = values.pop("call", None) or close_call(make_call(world.programme))
    challenge = make_challenge(world.company, call, state="closed", **values.pop("challenge", {}))
    application = make_application(challenge, world.startup, state="selected")
    if overdue:
        values["answer_by"] = days_from_now(-1)
    return make_pairing(application, state=state, **values)


def _selected(case: Case, call: Call) -> Application:
    challenge = make_challenge(case.company, call, state="closed" if call.state == "closed" else "open")
    return make_application(challenge, case.startup, state="selected", author=case.author)


def _late(case: Case) -> dict[str, Any]:
    return {"pairings": make_pairing(_selected(case, case["calls"]), state="confirmed")}


def _early(case: Case) -> dict[str, Any]:
    return {"pairings": make_pairing(_selected(case, close_call(make_call(case.programme, state="decided"))))}


ESTATE = {"late": _late, "early": _early}
