"""The pages of an application that exists: the list, and the application as its reader may see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.applications import guards, policy, queries
from marketplace.applications.access_log import note_opening
from marketplace.applications.models import Application
from marketplace.applications.next_steps import may_begin_anew, next_of, open_offer, stage_end, unclear_rules
from marketplace.applications.timeline import events_of, timeline_of
from marketplace.challenges.labels import IP_LABELS
from marketplace.challenges.secrets import Company, company_of
from marketplace.kernel import clock, workflow
from marketplace.kernel.locales import _l, pick_text
from marketplace.kernel.policy import Actor, can
from marketplace.people.views import zone_here
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.filters import instant
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("applications", __name__)


List = Callable[[], ResponseReturnValue]
_lists: list[tuple[Callable[[Actor], bool], List]] = []


def lists_for(reads: Callable[[Actor], bool]) -> Callable[[List], List]:
    """Show these readers a list of a package above under ``/applications``, in place of an applicant's own."""

    def add(draw: List) -> List:
        _lists.append((reads, draw))
        return draw

    return add


@blueprint.get("/applications")
def index() -> ResponseReturnValue:
    """Applications by role: a party's own, or what the deciding side has to examine."""
    actor = current_actor()
    for reads, draw in _lists:
        if reads(actor):
            return draw()
    now = clock.now()
    lines = [{"application": found, "next": next_of(found, actor, now)} for found in queries.applications_of(actor)]
    return render_template("applications/index.html", lines=lines)


@blueprint.get("/applications/<int:application_id>")
def show(application_id: int) -> Response:
    """One application: to its team what it writes, to others the last submitted version."""
    actor = current_actor()
    application = find(queries.with_parts(queries.visible_to(actor)).where(Application.id == application_id))
    note_opening([application], actor)
    return make_response(render_template("applications/show.html", **page_of(application)))


def _company_of(application: Application, actor: Actor) -> Company | None:
    """The demand company as this reader may see it: the challenge's, or the one the application is written with."""
    if application.challenge is not None:
        return company_of(application.challenge, actor, current_locale())
    party = application.company_party
    text = pick_text(party.organisation.texts, current_locale()) if party is not None else None
    return Company(text.name, text.locale, party.organisation_id, False) if party is not None and text else None


def page_of(application: Application) -> dict[str, Any]:
    """What every page of an application needs; panels of the deciding side stand in its slots."""
    actor, now = current_actor(), clock.now()
    is_team = policy.is_party(actor, application)
    events = events_of(application)
    named = queries.with_names(application, *(event.acting_id for event, _name in events))
    submitted = [revision for revision in application.revisions if revision.submitted_at is not None]
    follows = is_team or actor.centre_id is not None or actor.network_operator_id is not None
    return {
        "application": application,
        "call": application.call,
        "challenge": application.challenge,
        "company": _company_of(application, actor),
        "revision": application.current or (application.unsent if is_team else None),
        "versions": submitted if follows else submitted[-1:],
        "is_team": is_team,
        "is_lead": policy.leads(actor, application),
        "reads_as": "owner" if is_team else "staff",
        "next": next_of(application, actor, now),
        "begins_anew": may_begin_anew(application, now),
        "offer": open_offer(application, now),
        "choices": {choice.step.name: choice.blocked for choice in workflow.available_steps(application, actor)},
        "can_edit": can(actor, "application.edit", application) and application.draft is not None,
        "unclear": application.state == "submitted" and unclear_rules(application),
        "unchangeable": guards.why_closed(application.call, application.challenge, now),
        "named": named,
        "own_zone": zone_here(),
        "timeline": timeline_of(application, events, named, actor, current_locale(), zone_here()),
        "refused": {},
    }


def screening_by(application: Application) -> str:
    by = stage_end(application, "screening")
    return instant(by, application.call.time_zone) if by else _("Before the decisions; a refusal says why.")


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    """Words that templates of applications look up by code."""
    return {"ip_labels": IP_LABELS}


rail.place(
    30,
    _l("Applications"),
    "applications.index",
    "file-text",
    lambda actor: actor.party_id is not None or actor.centre_id is not None or actor.network_operator_id is not None,
)
