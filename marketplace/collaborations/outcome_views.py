"""Outcomes: claiming, countersigning, verifying, publishing, disputing, correcting; published ones are public."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request
from flask_babel import gettext as _

from marketplace.challenges.secrets import company_of
from marketplace.collaborations import outcomes
from marketplace.collaborations.form_pages import form_page
from marketplace.collaborations.forms import KIND_WORDS, CorrectionForm, OutcomeForm, StepForm, currencies
from marketplace.collaborations.models import Collaboration, Outcome
from marketplace.collaborations.queries import published_of
from marketplace.collaborations.views import address_of, blueprint, find_collaboration, page_of
from marketplace.kernel import policy
from marketplace.kernel.errors import Invalid, Missing
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people.organisation_views import reads_private
from marketplace.web import form_recovery, panels
from marketplace.web.actor import current_actor
from marketplace.web.forms import options
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale

CONTENT = ("kind", "value", "currency", "happened_on", "evidence_url", "description", "may_publish")
STEPS = {
    "countersignature": "outcome.countersign",
    "verification": "outcome.verify",
    "publication": "outcome.publish",
    "dispute": "outcome.dispute",
}


def _find(collaboration_id: int, outcome_id: int) -> tuple[Collaboration, Outcome]:
    collaboration = find_collaboration(collaboration_id)
    found = next((o for o in collaboration.outcomes if o.id == outcome_id), None)
    if found is None:
        raise Missing
    return collaboration, found


def _content(form: OutcomeForm) -> dict[str, Any]:
    return {**form.content(*CONTENT), "description": form.description.data or ""}


@blueprint.route("/collaborations/<int:collaboration_id>/outcomes/new", methods=["GET", "POST"])
def claim_outcome(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    policy.require(actor, "outcome.claim", collaboration)
    form = OutcomeForm()
    if request.method == "POST" and form.validate():
        earlier = form.first_press()
        if earlier is not None:
            return see_other(earlier or address_of(collaboration, "outcomes"))
        if form.take(lambda: outcomes.claim_outcome(collaboration, actor, _content(form))):
            flash(_("The outcome is claimed. The company countersigns it next, then the centre verifies it."))
            return see_other(form.led_to(address_of(collaboration, "outcomes")))
    return form_page(
        collaboration,
        form,
        title=_("Claim an outcome"),
        lead=_("What the collaboration led to, with evidence. The company countersigns it, the centre verifies it."),
        button=_("Claim it"),
    )


@blueprint.route("/collaborations/<int:collaboration_id>/outcomes/<int:outcome_id>/correction", methods=["GET", "POST"])
def correct_outcome(collaboration_id: int, outcome_id: int) -> Response:
    collaboration, found = _find(collaboration_id, outcome_id)
    actor = current_actor()
    policy.require(actor, "outcome.supersede", found)

    def drawn() -> CorrectionForm:
        form = CorrectionForm(formdata=None, obj=found, version=found.version)
        form.currency.choices = options(currencies(found.currency))
        return form

    form = drawn() if request.method == "GET" else CorrectionForm()
    form.currency.choices = options(currencies(found.currency))
    form_recovery.compare(drawn)
    if request.method == "POST" and form.validate():
        fresh = form.take(
            lambda: outcomes.correct_outcome(
                found, actor, _content(form), reason=form.reason.data or "", version=form.version_seen
            )
        )
        if fresh:
            flash(_("The correction stands as a new claim; the earlier one stays readable and is marked."))
            return see_other(address_of(collaboration, "outcomes"))
    return form_page(
        collaboration,
        form,
        title=_("Correct an outcome"),
        lead=_("A verified outcome is never changed: the correction takes its place and is countersigned anew."),
        button=_("Replace it"),
    )


@blueprint.post("/collaborations/<int:collaboration_id>/outcomes/<int:outcome_id>/<noun>")
def take_outcome_step(collaboration_id: int, outcome_id: int, noun: str) -> Response:
    if noun not in STEPS:
        raise Missing
    collaboration, found = _find(collaboration_id, outcome_id)
    form = StepForm()
    try:
        outcomes.take_step(
            found,
            current_actor(),
            STEPS[noun],
            reason=form.reason.data or "",
            company_consents=bool(form.consents.data),
            version=form.version_seen,
        )
    except Invalid as refused:
        return page_of(collaboration, 422, failed={f"{noun}-{found.id}": refused.message})
    flash(_("Done. Everybody concerned is told."))
    return see_other(address_of(collaboration, "outcomes"))


@blueprint.post("/collaborations/<int:collaboration_id>/outcomes/<int:outcome_id>/consent")
def consent_to_publication(collaboration_id: int, outcome_id: int) -> Response:
    collaboration, found = _find(collaboration_id, outcome_id)
    consents = request.form.get("consents") == "1"
    outcomes.set_consent(found, current_actor(), consents=consents, version=StepForm().version_seen)
    flash(_("Your consent is recorded.") if consents else _("Your consent is taken back."))
    return see_other(address_of(collaboration, "outcomes"))


def _organisation_panel(organisation: Any, actor: Actor) -> str:
    """Published outcomes, for everybody: an anonymous company appears on no page but as its description."""
    shown, locale = [], current_locale()
    if not (organisation.shows("outcomes") or reads_private(organisation, actor)):
        return ""
    for outcome in published_of(organisation.id):
        collaboration = outcome.collaboration
        challenge = collaboration.pairing.challenge
        hidden = challenge is not None and challenge.visibility == "anonymous"
        if hidden and organisation.id == collaboration.company_id:
            continue
        company = company_of(challenge, ANONYMOUS, locale).name if challenge and hidden else ""
        other: str = collaboration.startup.name(locale)
        if organisation.id == collaboration.startup_id:
            other = company or collaboration.company.name(locale)
        shown.append((outcome, other))
    return render_template("collaborations/_published.html", outcomes=shown, kinds=KIND_WORDS) if shown else ""


panels.register("organisation", "main", _organisation_panel)
