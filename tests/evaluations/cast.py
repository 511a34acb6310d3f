"""A closed call with what the deciding side works on, for its tests."""

from __future__ import annotations

from typing import Any

from marketplace.applications.models import Application, Decision, EligibilityResult, FitOpinion
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import Case, add, makes
from tests.people.cast import make_organisation
from tests.roles import COMPANY, STAFF
from tests.world import World

DECIDED = "Ocelot comment on the decision"  # in a decision that is prepared, not released
VIEWED = "Marmot reason of the company"  # in the company's view

SECRETS = {
    DECIDED: STAFF | {"foreign_manager"},
    VIEWED: COMPANY | STAFF | {"network_staff", "other_company", "foreign_manager", "foreign_network_staff"},
}
READERS = {
    "company": "opinion",
    "manager": "release",
    "staff": "board decide judge screening_of_call",
    "staff cooperating_manager company network_staff": "comparison",
    "staff cooperating_manager network_staff": "of_call",
    "staff network_staff": "screening_of",
}
DOERS = {
    "company": "give_opinion",
    "manager": "call_release",
    "staff": """
        call_eligibility decision_rank decision_removal declines eligibility ineligibility override prepare
        results shortlisting shortlisting_removal
    """,
}


@makes
def closed_call(world: World, **values: Any) -> Call:
    """A call of the world's programme whose deadline has passed."""
    return close_call(make_call(world.programme, **{"state": "closed", **values}))


def challenge_in(world: World, call: Call, **values: Any) -> Challenge:
    """A challenge of the world's company in the call."""
    return make_challenge(world.company, call, **{"state": "closed", **values})


@makes
def application_to(world: World, challenge: Challenge, state: str = "shortlisted", **values: Any) -> Application:
    """An application of a startup of its own, or of the one given."""
    organisation = values.pop("organisation", None) or make_organisation("startup")
    return make_application(challenge, organisation, state=state, **values)


def prepared(world: World, application: Application, outcome: str = "selected", **values: Any) -> Decision:
    """A prepared decision, as the manager would leave it."""
    if outcome == "declined":
        values = {"reason_code": "places", "comments": "Others were closer to the need.", **values}
    if outcome == "reserve":
        values.setdefault("rank", 1)
    found: Decision = add(
        Decision(
            application_id=application.id,
            outcome=outcome,
            prepared_by_id=world.memberships["manager"].user_id,
            **values,
        )
    )
    db.session.refresh(application, ["decision"])
    return found


def viewed(world: World, application: Application, fit: str = "strong") -> FitOpinion:
    """The company's view on an application."""
    opinion = FitOpinion(
        organisation_id=world.company.id,
        fit=fit,
        reasons="Reason of the company.",
        author_id=world.memberships["company_owner"].user_id,
    )
    application.opinions.append(opinion)
    db.session.flush()
    return opinion


def _late(case: Case) -> dict[str, Any]:
    """The check by a rule, the company's view and the decision that is prepared, on the application of the case."""
    id = case["applications"].id
    result = EligibilityResult(application_id=id, rule_id=case["rules"].id, verdict="cannot_tell", facts={})
    view = FitOpinion(
        application_id=id, organisation_id=case.company.id, fit="strong", reasons=f"{VIEWED} {case.mark}",
        author_id=case.people["company_owner"].user_id,
    )  # fmt: skip
    decision = Decision(
        application_id=id, outcome="declined", reason_code="places", comments=f"{DECIDED} {case.mark}",
        prepared_by_id=case.people["manager"].user_id,
    )  # fmt: skip
    for row in (result, view, decision):
        add(row)
    return {"results": result}


ESTATE = {"late": _late}
