"""The agreement: reading, printing, comparing, writing, naming signers, signing, amending."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.collaborations import agreements
from marketplace.collaborations.differences import differences
from marketplace.collaborations.forms import IP_WORDS, SignerForm, SignForm, StepForm, TermsForm, currencies
from marketplace.collaborations.models import Agreement, AgreementVersion, Collaboration
from marketplace.collaborations.queries import last_return, people_of
from marketplace.collaborations.views import blueprint, find_collaboration, names_of, steps_of
from marketplace.kernel import policy
from marketplace.kernel.errors import Invalid, Missing, Stale
from marketplace.kernel.locales import NAMES
from marketplace.pairings.forms import number
from marketplace.pairings.secrets import is_known
from marketplace.people.views import zone_here
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import options
from marketplace.web.htmx import see_other

STEPS = {
    "review": "agreement.send",
    "return": "agreement.return",
    "signing": "agreement.open_signing",
    "redraft": "agreement.redraft",
    "refusal": "agreement.refuse",
    "amendment-refusal": "agreement.refuse_amendment",
    "amendment": "agreement.amend",
    "amendment-withdrawal": "agreement.drop_amendment",
}


def _find(collaboration_id: int) -> tuple[Collaboration, Agreement]:
    collaboration = find_collaboration(collaboration_id)
    if collaboration.agreement is None:
        raise Missing
    return collaboration, collaboration.agreement


def _shown(agreement: Agreement, wanted: int | None) -> AgreementVersion:
    """The version asked for, else the one being worked on for those who may read it, else the one that binds."""
    if wanted is None:
        return agreement.proposed or agreement.binding or agreement.versions[-1]
    found = next((version for version in agreement.versions if version.number == wanted), None)
    if found is None:
        raise Missing
    return found


def _here(collaboration: Collaboration, **values: Any) -> str:
    return url_for("collaborations.agreement", collaboration_id=collaboration.id, **values)


@blueprint.get("/collaborations/<int:collaboration_id>/agreement")
def agreement(collaboration_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    return _page(collaboration, _shown(found, number(request.args.get("version"))))


def _page(collaboration: Collaboration, version: AgreementVersion, status: int = 200, **context: Any) -> Response:
    actor, found = current_actor(), version.agreement
    party = version.party_of(actor.organisation_id)
    is_proposed = version is found.proposed
    signs = (
        is_proposed
        and agreements.may_be_signed(found)
        and policy.can(actor, "agreement.sign", found)
        and party is not None
        and party.signature is None
    )
    context.setdefault("sign_form", SignForm(text_hash=version.text_hash()))
    return make_response(
        render_template(
            "collaborations/agreement.html",
            collaboration=collaboration,
            agreement=found,
            version=version,
            text_hash=version.text_hash(),
            is_proposed=is_proposed,
            names=names_of(collaboration, actor),
            hides_company=not is_known(collaboration.pairing, actor),
            zone=zone_here(),
            signs=signs,
            returned=last_return(found),
            steps=steps_of(found, actor),
            may=lambda name: policy.can(actor, name, found),
            words=IP_WORDS,
            languages_by_code=NAMES,
            **{"failed": {}, **context},
        ),
        status,
    )


@blueprint.get("/collaborations/<int:collaboration_id>/agreement/differences")
def agreement_differences(collaboration_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    newest = found.versions[-1].number
    after = _shown(found, number(request.args.get("to")) or newest)
    before = _shown(found, number(request.args.get("from")) or max(1, after.number - 1))
    return _compared(collaboration, before, after)


def _compared(
    collaboration: Collaboration, before: AgreementVersion, after: AgreementVersion, status: int = 200
) -> Response:
    return make_response(
        render_template(
            "collaborations/differences.html",
            collaboration=collaboration,
            before=before,
            after=after,
            changed=status == 409,
            differences=differences(before, after, names_of(collaboration, current_actor())),
        ),
        status,
    )


@blueprint.post("/collaborations/<int:collaboration_id>/agreement/signatures")
def sign(collaboration_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    form = SignForm()
    seen = form.text_hash.data or ""
    try:
        agreements.sign_agreement(
            found,
            current_actor(),
            text_hash=seen,
            has_authority=bool(form.authority.data),
            address=request.remote_addr,
        )
    except Stale:
        now = found.proposed or found.versions[-1]
        read = next((v for v in reversed(found.versions) if v.text_hash() == seen), None)
        return _compared(collaboration, read or _before(found, now), now, 409)
    except Invalid as refused:
        form.authority.errors = [refused.message]
        return _page(collaboration, found.proposed or found.versions[-1], 422, sign_form=form)
    started = collaboration.state == "active" and found.state == "active"
    flash(_("Signed. It is now in force.") if started else _("Signed. The other parties sign next."))
    return see_other(_here(collaboration))


def _before(found: Agreement, version: AgreementVersion) -> AgreementVersion:
    return next((v for v in reversed(found.versions) if v.number < version.number), version)


@blueprint.post("/collaborations/<int:collaboration_id>/agreement/<noun>")
def take_agreement_step(collaboration_id: int, noun: str) -> Response:
    if noun not in STEPS:
        raise Missing
    collaboration, found = _find(collaboration_id)
    form = StepForm()
    try:
        agreements.take_step(
            found, current_actor(), STEPS[noun], reason=form.reason.data or "", version=form.version_seen
        )
    except Invalid as refused:
        return _page(collaboration, _shown(found, None), 422, failed={noun: refused.message})
    flash(_("Done. Everybody concerned is told."))
    return see_other(_here(collaboration))


@blueprint.post("/collaborations/<int:collaboration_id>/agreement/offer")
def offer_amendment(collaboration_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    agreements.offer_amendment(found, current_actor(), version=StepForm().version_seen)
    flash(_("The parties can sign the amendment now. Until all have, the version in force binds them."))
    return see_other(_here(collaboration))


@blueprint.post("/collaborations/<int:collaboration_id>/agreement/centre")
def join_centre(collaboration_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    joins = request.form.get("joins") == "1"
    agreements.set_centre_as_party(found, current_actor(), joins=joins, version=StepForm().version_seen)
    flash(_("The centre is a party now.") if joins else _("The centre is no longer a party."))
    return see_other(_here(collaboration))


def _terms(version: AgreementVersion, agreement_version: int) -> TermsForm:
    form = TermsForm(formdata=None, obj=version, version=agreement_version)
    form.currency.choices = options(currencies(version.currency))
    return form


@blueprint.route("/collaborations/<int:collaboration_id>/agreement/text", methods=["GET", "POST"])
def edit_agreement(collaboration_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    actor = current_actor()
    policy.require(actor, "agreement.edit", found)
    draft = _shown(found, None)
    form = _terms(draft, found.version) if request.method == "GET" else TermsForm()
    form.currency.choices = options(currencies(draft.currency))
    form_recovery.compare(lambda: _terms(_shown(found, None), found.version))
    if request.method == "POST" and form.validate():
        terms = form.content(*AgreementVersion.TERMS)
        if form.take(lambda: agreements.edit_agreement(found, actor, terms, version=form.version_seen)):
            flash(_("The text is kept."))
            return see_other(_here(collaboration))
    return make_response(
        render_template(
            "collaborations/agreement_text.html",
            collaboration=collaboration,
            agreement=found,
            draft=draft,
            returned=last_return(found),
            form=form,
            names=names_of(collaboration, actor),
        ),
        200 if request.method == "GET" else 422,
    )


@blueprint.route(
    "/collaborations/<int:collaboration_id>/agreement/signers/<int:organisation_id>", methods=["GET", "POST"]
)
def name_signer(collaboration_id: int, organisation_id: int) -> Response:
    collaboration, found = _find(collaboration_id)
    actor = current_actor()
    policy.require(actor, "agreement.name_signer", found)
    party = _shown(found, None).party_of(organisation_id)
    if party is None or (actor.party_id is not None and actor.party_id != organisation_id):
        raise Missing
    stored = {"signer_id": party.signer_id, "capacity": party.capacity, "version": found.version}
    form = SignerForm(**stored) if request.method == "GET" else SignerForm()
    roles = ("manager", "broker") if organisation_id == collaboration.centre_id else ("owner", "member")
    people = people_of(organisation_id, roles)
    form.signer_id.choices = options([("", "–"), *((person.id, person.name) for person in people)])
    if request.method == "POST" and form.validate():
        named = form.take(
            lambda: agreements.name_signer(
                found,
                actor,
                organisation_id=organisation_id,
                signer_id=form.signer_id.data,
                capacity=form.capacity.data or "",
                version=form.version_seen,
            )
        )
        if named:
            flash(_("Who signs is recorded."))
            return see_other(_here(collaboration))
    return make_response(
        render_template(
            "collaborations/signer.html",
            collaboration=collaboration,
            form=form,
            people=people,
            name=names_of(collaboration, actor).get(organisation_id, ""),
        ),
        200 if request.method == "GET" else 422,
    )
