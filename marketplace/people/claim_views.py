"""Claiming an imported organisation, and deciding on claims side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from marketplace.kernel import events, policy, workflow
from marketplace.kernel.errors import Invalid
from marketplace.kernel.policy import Actor
from marketplace.people import claim_queries, claims
from marketplace.people.labels import KIND_LABELS
from marketplace.people.models import Claim, Organisation
from marketplace.people.organisation_forms import ClaimForm
from marketplace.people.organisation_views import find_visible
from marketplace.people.relationships import is_watched
from marketplace.people.states import CLAIM
from marketplace.people.views import blueprint
from marketplace.web.actor import current_actor, public
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.lookups import find


def _claim(claim_id: int) -> Claim:
    query = claim_queries.visible_to(current_actor()).where(Claim.id == claim_id)
    return find(query.options(joinedload(Claim.user), joinedload(Claim.organisation)))


@blueprint.get("/organisations/<int:organisation_id>/claims/new")
@public
def new_claim(organisation_id: int) -> Response:
    """What claiming means; with an account, its form."""
    organisation, actor = find_visible(organisation_id), current_actor()
    own = claim_queries.open_of(organisation.id, actor.user_id) if actor.signed_in else None
    if own is not None:
        return see_other(url_for("people.show_claim", claim_id=own.id))
    if not organisation.is_reference:
        return see_other(url_for("people.show_organisation", organisation_id=organisation.id))
    return _form_page(organisation, ClaimForm(formdata=None).offer(organisation) if actor.signed_in else None)


def _form_page(organisation: Organisation, form: ClaimForm | None, status: int = 200) -> Response:
    watched = organisation.kind != "centre" or is_watched(organisation)
    shown = render_template("people/claim_form.html", organisation=organisation, form=form, watched=watched)
    return make_response(shown, status)


@blueprint.post("/organisations/<int:organisation_id>/claims", endpoint="make_claim")
def make_claim(organisation_id: int) -> Response:
    """Send the claim to the centre."""
    organisation = find_visible(organisation_id)
    form = ClaimForm().offer(organisation)
    policy.require(current_actor(), "claim.make", organisation)
    if form.validate():
        if (led := form.first_press()) is not None:
            return see_other(led or url_for("people.show_organisation", organisation_id=organisation.id))
        given: dict[str, Any] = form.content("position", "reason", "centre_id")
        claim = form.take(lambda: claims.make_claim(organisation, current_actor(), **given))
        if claim is not None:
            flash(_("Your claim is sent. You will be told what becomes of it."), "done")
            return see_other(form.led_to(url_for("people.show_claim", claim_id=claim.id)))
    return _form_page(organisation, form, 422)


@blueprint.get("/claims/<int:claim_id>")
def show_claim(claim_id: int) -> Response:
    """Where a claim stands, for the claimant; staff go on to all claims on the organisation."""
    claim, actor = _claim(claim_id), current_actor()
    if claim.user_id != actor.user_id:
        return see_other(url_for("people.claims", organisation_id=claim.organisation_id))
    shown = render_template(
        "people/claim.html",
        claim=claim,
        choices={choice.step.name: choice for choice in workflow.available_steps(claim, actor)},
        refusal=events.last_reason("claim.refuse", claim) if claim.state == "refused" else "",
    )
    return make_response(shown)


@blueprint.get("/organisations/<int:organisation_id>/claims", endpoint="claims")
def list_claims(organisation_id: int) -> Response:
    """Every claim on an organisation side by side, for the staff who deal with it."""
    organisation = find_visible(organisation_id)
    policy.require(current_actor(), "claim.compare", organisation)
    return _claims_page(organisation)


def _claims_page(organisation: Organisation, status: int = 200, **failed: Any) -> Response:
    actor = current_actor()
    found = claim_queries.of_organisation(organisation.id, actor)
    shown = render_template(
        "people/claims.html",
        organisation=organisation,
        claims=found,
        fitting={claim.id: claim_queries.is_work_address(claim.user.email, organisation.website) for claim in found},
        steps=_steps(found, actor),
        kinds=KIND_LABELS,
        failed=failed.get("failed"),
        error=failed.get("error", ""),
        given=request.form.get("reason", ""),
    )
    return make_response(shown, status)


def _steps(found: Sequence[Claim], actor: Actor) -> dict[int, dict[str, workflow.Choice]]:
    """What the reader can decide on each open claim; whom the centre deals with is asked once for all of them."""
    foreign = [claim for claim in found if claim.state == "open" and claim.user_id != actor.user_id]
    if not foreign or not policy.can(actor, "claim.accept", foreign[0]):
        return {}
    steps = [step for step in CLAIM.steps if step.name in ("claim.accept", "claim.refuse")]
    return {
        claim.id: {step.name: workflow.Choice(step, workflow.obstacle(step, claim)) for step in steps}
        for claim in foreign
    }


@blueprint.post("/claims/<int:claim_id>/acceptance")
def accept_claim(claim_id: int) -> Response:
    """Hand the organisation to the claimant."""
    claim = _claim(claim_id)
    claims.accept_claim(claim, current_actor(), version=Form().version_seen)
    flash(_("The organisation is in the hands of its people now. The claimant is told."), "done")
    return see_other(url_for("people.show_organisation", organisation_id=claim.organisation_id))


@blueprint.post("/claims/<int:claim_id>/refusal")
def refuse_claim(claim_id: int) -> Response:
    """Refuse with a reason that the claimant reads."""
    claim = _claim(claim_id)
    try:
        claims.refuse_claim(claim, current_actor(), request.form.get("reason", ""), version=Form().version_seen)
    except Invalid as refused:
        return _claims_page(claim.organisation, 422, failed=claim.id, error=refused.message)
    flash(_("The claim is refused. The claimant reads your reason."), "done")
    return see_other(url_for("people.claims", organisation_id=claim.organisation_id))


@blueprint.post("/claims/<int:claim_id>/withdrawal")
def withdraw_claim(claim_id: int) -> Response:
    """Take one's own claim back."""
    claim = _claim(claim_id)
    claims.withdraw_claim(claim, current_actor())
    flash(_("Your claim is withdrawn."), "done")
    return see_other(url_for("people.show_claim", claim_id=claim.id))
