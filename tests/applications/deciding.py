"""A closed call with what the deciding side works on, for its tests."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from marketplace.applications.models import Application, Decision, FitOpinion
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.network.models import Call
from tests.conftest import carried
from tests.factories import (
    World,
    add,
    close_call,
    make_application,
    make_call,
    make_challenge,
    make_organisation,
    makes,
)

STAFF = ("manager", "broker")


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


def post(browser: FlaskClient, page: str, address: str, **data: Any) -> Any:
    """Post a form with the token of a page."""
    shown = browser.get(page).text
    return browser.post(address, data={**carried(shown, address), **data})
