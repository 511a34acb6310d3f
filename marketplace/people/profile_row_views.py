"""Saving a profile with its rows: representatives, yearly figures, connections. One save keeps all that was typed."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from marketplace.kernel.db import db
from marketplace.people import directory, organisation_actions
from marketplace.people.models import Organisation
from marketplace.people.organisation_forms import ProfileForm, RepresentativeForm, YearForm
from marketplace.people.organisation_views import edit_page, find_editable, find_visible, save_along
from marketplace.people.views import blueprint
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find


def _back(organisation_id: int, part: str, affiliate: str | None = None) -> Response:
    here = url_for("people.edit_organisation", organisation_id=organisation_id, affiliate=affiliate)
    return see_other(f"{here}#{part}")


def _typed(organisation_id: int, *wanted: str) -> tuple[Organisation, Response | None]:
    """Save the profile as typed with the rows begun beside it, or ``wanted``: all of them, or none and its page."""
    organisation = find_editable(organisation_id)
    representative, year = RepresentativeForm(), YearForm()
    is_typed = "profile" in wanted or "version" in request.form
    profile, words = save_along(organisation) if is_typed else None, []
    if "representative" in wanted or _begun("name"):
        words.append(_take_representative(organisation, representative))
    if "year" in wanted or _begun("year", "revenue", "investment", "staff"):
        words.append(_take_year(organisation, year))
    if profile is None and None not in words:
        for said in filter(None, words):
            flash(said, "done")
        return organisation, None
    db.session.rollback()
    organisation = find_visible(organisation_id)
    if profile is None:
        drawn = {} if "version" in request.form else {"formdata": None}
        profile = ProfileForm.of(organisation, current_locale(), **drawn)
    return organisation, edit_page(organisation, profile, 422, representative=representative, year=year)


def _begun(*names: str) -> bool:
    return any(request.form.get(name, "").strip() for name in names)


def _take_representative(organisation: Organisation, form: RepresentativeForm) -> str | None:
    """What was done, in words; None where the form is wrong."""
    if not form.validate():
        return None
    if form.first_press() is not None:
        return ""
    organisation_actions.add_representative(organisation, current_actor(), str(form.name.data), form.answer)
    return str(_("The representative is added."))


def _take_year(organisation: Organisation, form: YearForm) -> str | None:
    """What was done, in words; None where the form is wrong."""
    if form.validate():
        form.take(
            lambda: organisation_actions.set_year(
                organisation,
                current_actor(),
                int(form.year.data or 0),
                revenue=form.revenue.data,
                investment=form.investment.data,
                currency=form.currency.data or None,
                staff=form.staff.data,
            )
        )
    return None if form.errors else str(_("The figures are saved."))


@blueprint.post("/organisations/<int:organisation_id>/edit", endpoint="save_organisation")
def save_organisation(organisation_id: int) -> Response:
    """Save the profile with all rows begun; a verified one that changes in substance goes to the centre again."""
    if refused := _typed(organisation_id, "profile")[1]:
        return refused
    flash(_("The profile is saved."), "done")
    if sought := request.form.get("affiliate", "").strip():
        return _back(organisation_id, "affiliations", affiliate=sought[:200])
    return see_other(url_for("people.show_organisation", organisation_id=organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/representatives")
def add_representative(organisation_id: int) -> Response:
    """Name a representative."""
    return _typed(organisation_id, "representative")[1] or _back(organisation_id, "representatives")


@blueprint.post("/organisations/<int:organisation_id>/representatives/<int:row_id>/removal")
def remove_representative(organisation_id: int, row_id: int) -> Response:
    """Take a representative off."""
    organisation, refused = _typed(organisation_id)
    if refused is not None:
        return refused
    organisation_actions.remove_representative(organisation, current_actor(), row_id)
    flash(_("The representative is removed."), "done")
    return _back(organisation_id, "representatives")


@blueprint.post("/organisations/<int:organisation_id>/years")
def set_year(organisation_id: int) -> Response:
    """Write a year's figures."""
    return _typed(organisation_id, "year")[1] or _back(organisation_id, "years")


@blueprint.post("/organisations/<int:organisation_id>/years/<int:year>/removal")
def remove_year(organisation_id: int, year: int) -> Response:
    """Take a year's figures off."""
    organisation, refused = _typed(organisation_id)
    if refused is not None:
        return refused
    organisation_actions.remove_year(organisation, current_actor(), year)
    flash(_("The figures are removed."), "done")
    return _back(organisation_id, "years")


@blueprint.post("/organisations/<int:organisation_id>/affiliations")
def add_affiliation(organisation_id: int) -> Response:
    """Declare a connection with an organisation that was found by name."""
    organisation, refused = _typed(organisation_id)
    if refused is not None:
        return refused
    other = find(directory.entries(current_actor()).where(Organisation.id == request.form.get("other_id", 0, int)))
    connection = request.form.get("connection", "")
    organisation_actions.add_affiliation(organisation, current_actor(), other, connection)
    flash(_("The connection is declared."), "done")
    return _back(organisation_id, "affiliations")


@blueprint.post("/organisations/<int:organisation_id>/affiliations/<int:row_id>/removal")
def remove_affiliation(organisation_id: int, row_id: int) -> Response:
    """Take a connection off."""
    organisation, refused = _typed(organisation_id)
    if refused is not None:
        return refused
    organisation_actions.remove_affiliation(organisation, current_actor(), row_id)
    flash(_("The connection is removed."), "done")
    return _back(organisation_id, "affiliations")
