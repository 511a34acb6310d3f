"""The pages of an application that exists: the list, and the application as its reader may see it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from marketplace.applications import policy, queries
from marketplace.applications.models import Application
from marketplace.applications.opening import note_opening
from marketplace.applications.timeline import timeline_of
from marketplace.kernel.locales import _l
from marketplace.people.models import DEMAND_KINDS
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("applications", __name__)


@blueprint.get("/applications")
def index() -> ResponseReturnValue:
    """Applications by role: a party's own, or what the deciding side has to examine."""
    actor = current_actor()
    if actor.centre_id is not None or actor.network_operator_id is not None:
        found = find_spec("marketplace.applications.decision_views")
        if found is not None:
            answer: ResponseReturnValue = import_module("marketplace.applications.decision_views").staff_index()
            return answer
    if actor.party_id is not None and actor.organisation_kind in DEMAND_KINDS:
        theirs: ResponseReturnValue = import_module("marketplace.applications.compare_views").company_index()
        return theirs
    applications = queries.of_party(actor)
    return render_template("applications/index.html", applications=applications)


@blueprint.get("/applications/<int:application_id>")
def show(application_id: int) -> Response:
    """One application: to its team what it writes, to others the last submitted version."""
    actor = current_actor()
    application = find(queries.with_parts(queries.visible_to(actor)).where(Application.id == application_id))
    note_opening([application], actor)
    return make_response(render_template("applications/show.html", **shown(application)))


def shown(application: Application) -> dict[str, Any]:
    """What the page of an application needs; panels of the deciding side stand in its slots."""
    actor = current_actor()
    is_team = policy.is_party(actor, application)
    return {
        "application": application,
        "call": application.call,
        "challenge": application.challenge,
        "revision": (application.draft if is_team else None) or application.current,
        "is_team": is_team,
        "reads_as": "owner" if is_team else "staff",
        "timeline": timeline_of(application, actor, current_locale()),
    }


rail.place(
    30,
    _l("Applications"),
    "applications.index",
    "file-text",
    lambda actor: actor.party_id is not None or actor.centre_id is not None or actor.network_operator_id is not None,
)
