"""Verification: an organisation asks, a centre confirms or asks for corrections."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import false

from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import STAFF
from marketplace.people import claim_queries, organisation_actions, queries
from marketplace.people.labels import KIND_LABELS
from marketplace.people.organisation_views import find_visible, organisation_page
from marketplace.people.policy import VERIFIERS
from marketplace.people.relationships import is_staff
from marketplace.people.views import blueprint
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.lookups import page_number

MOST_CLAIMED = 50


@blueprint.get("/verifications")
def verifications() -> Response:
    """Organisations that wait for a centre's look, those of its region first; for a network, who claims its centres."""
    actor = current_actor()
    if not is_staff(actor):
        raise Forbidden(_l("Only %(who)s may do this.", who=VERIFIERS))
    verified_here = queries.to_verify(actor) if actor.role in STAFF else queries.to_verify(actor).where(false())
    page = paginate(verified_here, page_number(request.args.get("page")))
    links = {step: url_for("people.verifications", page=page.number + step) for step in (-1, 1)}
    unsent = queries.waiting_for_any(actor).limit(MOST_CLAIMED) if actor.role in STAFF else None
    claimed = db.session.scalars(claim_queries.to_decide(actor).limit(MOST_CLAIMED)).unique().all()
    return make_response(
        render_template(
            "people/verifications.html",
            page=page,
            kinds=KIND_LABELS,
            links=links,
            claimed=claimed,
            unsent=db.session.scalars(unsent).unique().all() if unsent is not None else [],
        )
    )


@blueprint.post("/organisations/<int:organisation_id>/submission")
def submit_organisation(organisation_id: int) -> Response:
    """Ask the centre to verify."""
    given = request.form.get("centre_id", "")
    chosen = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    organisation_actions.submit_organisation(find_visible(organisation_id), current_actor(), centre_id=chosen)
    flash(_("The centre is asked to verify your organisation. You will be told what it finds."), "done")
    return see_other(url_for("people.show_organisation", organisation_id=organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/verification")
def verify_organisation(organisation_id: int) -> Response:
    """Confirm what the profile says."""
    organisation = find_visible(organisation_id)
    try:
        organisation_actions.verify_organisation(organisation, current_actor(), version=Form().version_seen)
    except Stale:
        raise Blocked(
            _("The profile was changed after you opened it. Look at it again before you verify it.")
        ) from None
    flash(_("The organisation is verified. Its members are told."), "done")
    return see_other(url_for("people.verifications"))


@blueprint.post("/organisations/<int:organisation_id>/corrections")
def ask_corrections(organisation_id: int) -> Response:
    """Say what is to be corrected; the members read it."""
    organisation, reason = find_visible(organisation_id), request.form.get("reason", "")
    try:
        organisation_actions.ask_corrections(organisation, current_actor(), reason)
    except Invalid as refused:
        return organisation_page(organisation, 422, reason_error=refused.message)
    flash(_("The members are told what to correct."), "done")
    return see_other(url_for("people.verifications"))


rail.place(
    15,
    _l("Verification"),
    "people.verifications",
    "check",
    is_staff,
    claim_queries.count_waiting,
    within=("people.verifications",),
)
