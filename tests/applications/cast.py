"""Applications, among them a sealed one and a draft."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from marketplace.applications.models import Application, ApplicationParty, ApplicationRevision
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.people.models import Organisation
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import Case, add, makes, now, number, stored
from tests.people.cast import make_member, make_organisation
from tests.roles import STARTUP

SEALED = "Zirconium whisker membrane"  # in a submitted application whose call is open
DRAFTED = "Quokka lattice draft"  # in an application that is being written

SECRETS = {SEALED: STARTUP, DRAFTED: STARTUP}
READERS = {
    "company startup staff network_staff": "preview revision show",
    "parties": "new_in_call new_in_challenge",
    "people": "index",
    "startup": "draft own_check receipt",
}
DOERS = {
    "": "sign_off",
    "parties": "create declare",
    "startup": "confirm discard keep refuse_place reopen save step_back submit take_place withdraw",
}

CONTENT: dict[str, Any] = {
    "title": "Listening pipes",
    "solution": "Sensors that hear leaks.",
    "fit": "Made for iron pipes.",
    "evidence": "Two trials.",
    "team": "Five engineers.",
    "timeline": "Six months.",
    "trl_now": 5,
    "amount": Decimal(90_000_000),
    "currency": "KRW",
}


@makes
def make_application(
    challenge: Challenge | None = None,
    organisation: Organisation | None = None,
    *,
    state: str = "draft",
    **values: Any,
) -> Application:
    """An application with complete content; submitted ones have a number and a frozen revision."""
    if challenge is None and "call" not in values:
        challenge = make_challenge()
    call = values.pop("call", None) or challenge.call  # type: ignore[union-attr]
    startup = organisation or make_organisation("startup")
    author = stored(values.pop("author", None) or make_member(startup).user)
    submitted = state not in ("draft", "withdrawn")
    at = (call.closes_at or now()) - timedelta(hours=1) if submitted else None
    revision = ApplicationRevision(number=1, submitted_at=at, submitted_by_id=author.id if at else None, **CONTENT)
    return add(
        Application(
            call=call,
            challenge=challenge,
            organisation=startup,
            created_by_id=author.id,
            state=state,
            number=f"T-{number():06}" if submitted else None,
            submitted_at=at,
            parties=[ApplicationParty(organisation=startup, role="lead")],
            revisions=[revision],
            **values,
        )
    )


def _saying(words: str, application: Application) -> Application:
    for name in ("title", "solution", "fit", "evidence", "team", "timeline", "needs"):
        setattr(application.revisions[0], name, f"{words} {name}")
    return application


def _late(case: Case) -> dict[str, Any]:
    application = make_application(case["challenges"], case.startup, state="shortlisted", author=case.author)
    return {"applications": application, "revisions": 1}


def _sealed(case: Case) -> dict[str, Any]:
    application = _saying(SEALED, make_application(case["challenges"], case.startup, author=case.author))
    application.state, application.number = "submitted", "T-SEALED"
    application.submitted_at = application.revisions[0].submitted_at = clock.now()
    application.revisions[0].submitted_by_id = case.author.id
    return {"applications": application}


def _early(case: Case) -> dict[str, Any]:
    challenge = make_challenge(case.company, make_call(case.programme))
    return {"applications": _saying(DRAFTED, make_application(challenge, case.startup, author=case.author))}


def _anonymous(case: Case) -> dict[str, Any]:
    make_application(case["challenges"], case.people["other_startup"].organisation, state="submitted")
    return {}


ESTATE = {"late": _late, "sealed": _sealed, "early": _early, "anonymous": _anonymous}
