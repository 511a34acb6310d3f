"""Organisations: the list, the page of one, and its profile."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from marketplace.kernel import policy, workflow
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people import directory, organisation_actions, queries, registrations
from marketplace.people.chosen_centre import centres_for
from marketplace.people.labels import AFFILIATION_LABELS, KIND_LABELS, LEGAL_FORM_LABELS, ORIGIN_LABELS, SCHEME_LABELS
from marketplace.people.models import KINDS, Organisation
from marketplace.people.organisation_forms import (
    NewOrganisationForm,
    ProfileForm,
    RepresentativeForm,
    YearForm,
    region_options,
)
from marketplace.people.relationships import is_staff
from marketplace.people.sectors import SECTORS
from marketplace.people.states import ORGANISATION
from marketplace.people.views import blueprint
from marketplace.web import cache, form_recovery, rail
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

WORDS = {
    "kinds": KIND_LABELS,
    "legal_forms": LEGAL_FORM_LABELS,
    "origins": ORIGIN_LABELS,
    "sectors": SECTORS,
    "schemes": SCHEME_LABELS,
    "affiliation_kinds": AFFILIATION_LABELS,
}


def find_visible(organisation_id: int) -> Organisation:
    """The organisation with what its page shows everybody, where this reader may know of it."""
    actor = current_actor()
    query = queries.visible_to(actor).where(Organisation.id == organisation_id)
    few = ("region", "texts", "zones", "contacts", *(["representatives"] if actor.signed_in else []))
    return find(query.options(*(joinedload(getattr(Organisation, name)) for name in few)))


def find_editable(organisation_id: int) -> Organisation:
    """The organisation, where this reader may change it."""
    found = find_visible(organisation_id)
    policy.require(current_actor(), "organisation.edit", found)
    return found


@blueprint.get("/organisations")
@public
@cache.shared
def organisations() -> Response:
    """The directory: what this reader may find."""
    actor, locale = current_actor(), current_locale()
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "kind", "region", "standing")}
    query = directory.entries(
        actor,
        asked["q"],
        kinds=[asked["kind"]] if asked["kind"] in KINDS else [],
        regions=[asked["region"]] if asked["region"] else [],
        standing=asked["standing"],
    )
    page = paginate(directory.order_by_name(query, locale), page_number(request.args.get("page")))
    shown = render_template(
        "people/organisations.html",
        page=page,
        asked=asked,
        open_regions=directory.open_regions(actor, page.items),
        sees_unverified=is_staff(actor),
        regions=region_options(locale),
        links={step: _page_link(asked, page.number + step) for step in (-1, 1)},
        may_add=policy.can(actor, "organisation.create"),
        **WORDS,
    )
    return make_response(shown)


def _page_link(asked: dict[str, str], number: int) -> str:
    given: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return url_for("people.organisations", page=number, **given)


@blueprint.get("/organisations/<int:organisation_id>")
@public
@cache.shared
def show_organisation(organisation_id: int) -> Response:
    """What everybody may know of it; its members and staff see the rest."""
    return organisation_page(find_visible(organisation_id))


def reads_private(organisation: Organisation, actor: Actor) -> bool:
    """Whether the page shows this reader what is private; asked once for the page and all its panels."""
    kept: dict[tuple[int, Actor], bool] = g.setdefault("reads_private", {})
    key = organisation.id, actor
    if key not in kept:
        kept[key] = policy.can(actor, "organisation.view_private", organisation)
    return kept[key]


def organisation_page(organisation: Organisation, status: int = 200, *, preview: bool = False, **more: Any) -> Response:
    """Its page as this reader sees it; a preview shows what strangers see."""
    actor = ANONYMOUS if preview else current_actor()
    inside = reads_private(organisation, actor)
    event = queries.corrections_asked(organisation) if inside and organisation.state == "corrections" else None
    shown = render_template(
        "people/organisation.html",
        organisation=organisation,
        reader=actor,
        preview=preview,
        inside=inside,
        own=actor.organisation_id == organisation.id,
        may_edit=policy.can(actor, "organisation.edit", organisation),
        may_compare=organisation.is_reference and policy.can(actor, "claim.compare", organisation),
        may_hand_over=not preview
        and actor.organisation_id != organisation.id
        and policy.can(actor, "organisation.invite", organisation),
        may_choose=policy.can(actor, "organisation.choose_shown", organisation),
        is_staff=is_staff(actor),
        choices=_steps(organisation, actor),
        centres=_centres(organisation, actor),
        corrections=event,
        contacts=organisation.contacts if inside or organisation.shows("people") else [],
        registration=registrations.format_number(organisation.registration_scheme, organisation.registration_number),
        **WORDS,
        **more,
    )
    return make_response(shown, status)


def _centres(organisation: Organisation, actor: Actor) -> list[Organisation]:
    """The centres an owner may ask for verification, the one asked before first."""
    if organisation.is_verified or not policy.can(actor, "organisation.submit", organisation):
        return []
    return sorted(centres_for(organisation), key=lambda centre: centre.id != organisation.verifying_centre_id)


def _steps(organisation: Organisation, actor: Actor) -> dict[str, workflow.Choice]:
    """What the reader can do next; whether staff deal with it is asked once for all of their steps."""
    if not is_staff(actor) or actor.organisation_id == organisation.id:
        return {choice.step.name: choice for choice in workflow.available_steps(organisation, actor)}
    if not policy.can(actor, "organisation.verify", organisation):
        return {}
    steps = [
        step for step in ORGANISATION.steps if step.name in ("organisation.verify", "organisation.ask_corrections")
    ]
    return {
        step.name: workflow.Choice(step, workflow.obstacle(step, organisation))
        for step in steps
        if organisation.state in step.sources
    }


@blueprint.get("/organisation")
def own_organisation() -> Response:
    """The page of the organisation one acts for; without one, the way to add it."""
    own = current_actor().organisation_id
    if own is None:
        return see_other(url_for("people.new_organisation"))
    return see_other(url_for("people.show_organisation", organisation_id=own))


@blueprint.get("/organisations/new")
def new_organisation() -> Response:
    """Begin a profile."""
    policy.require(current_actor(), "organisation.create")
    form = NewOrganisationForm(formdata=None).offer(current_locale())
    return make_response(render_template("people/new_organisation.html", form=form))


@blueprint.post("/organisations", endpoint="create_organisation")
def create_organisation() -> Response:
    """Add the organisation; the person who adds it owns it and acts for it."""
    form = NewOrganisationForm().offer(current_locale())
    if form.validate():
        if (led := form.first_press()) is not None:
            return see_other(led or url_for("people.own_organisation"))
        membership = form.take(
            lambda: organisation_actions.create_organisation(
                current_actor(),
                kind=str(form.kind.data),
                name=str(form.name.data),
                locale=current_locale(),
                region_code=form.region_code.data or None,
            )
        )
        if membership:
            current_user.session.membership = membership
            flash(_("Your organisation is added. Fill in its profile: every form uses it."), "done")
            here = url_for("people.edit_organisation", organisation_id=membership.organisation_id)
            return see_other(form.led_to(here))
    return make_response(render_template("people/new_organisation.html", form=form), 422)


@blueprint.get("/organisations/<int:organisation_id>/edit")
def edit_organisation(organisation_id: int) -> Response:
    """The profile in sections."""
    organisation = find_editable(organisation_id)
    return edit_page(organisation, ProfileForm.of(organisation, current_locale(), formdata=None))


def edit_page(organisation: Organisation, form: ProfileForm, status: int = 200, **forms: Any) -> Response:
    actor, locale = current_actor(), current_locale()
    sought = request.values.get("affiliate", "").strip()[:200]
    rows = directory.order_by_name(directory.entries(actor, sought), locale).limit(10)
    found = db.session.scalars(rows).unique().all() if sought else []
    shown = render_template(
        "people/edit_organisation.html",
        organisation=organisation,
        form=form,
        representative_form=forms.get("representative") or RepresentativeForm(formdata=None),
        year_form=forms.get("year") or YearForm(formdata=None),
        sought=sought,
        found=[other for other in found if other.id != organisation.id],
        affiliations=queries.affiliations_of(organisation.id),
        **WORDS,
    )
    return make_response(shown, status)


def save_along(organisation: Organisation) -> ProfileForm | None:
    """Save the profile as it was typed, also beside a row of it; the form where it cannot be, None where it was."""
    locale, was_verified = current_locale(), organisation.is_verified
    form = ProfileForm.of(organisation, locale)
    form_recovery.compare(lambda: ProfileForm.of(organisation, locale, formdata=None))
    if not form.validate() or not form.take(lambda: _save(organisation, form)):
        db.session.rollback()
        return form
    if was_verified and not organisation.is_verified:
        flash(_("The profile is saved. You changed verified facts, so the centre is asked to look again."), "waiting")
    return None


def _save(organisation: Organisation, form: ProfileForm) -> bool:
    organisation_actions.edit_organisation(organisation, current_actor(), form.values(), version=form.version_seen)
    return True


ABOUT_ONE = (
    "people.show_organisation",
    "people.edit_organisation",
    "people.members",
    "people.visibility",
    "people.preview_organisation",
    "people.contacts",
)
rail.place(
    80,
    _l("My organisation"),
    "people.own_organisation",
    "building-2",
    lambda actor: actor.role in ("owner", "member", "manager", "network_staff"),
    within=ABOUT_ONE,
    holds=lambda actor, about: about.get("organisation_id") == actor.organisation_id,
)
rail.place(
    85,
    _l("Organisations"),
    "people.organisations",
    "users",
    is_staff,
    within=("people.organisations", *ABOUT_ONE),
    holds=lambda actor, about: "organisation_id" not in about or about["organisation_id"] != actor.organisation_id,
)
