"""The rows of a profile: representatives, yearly figures, connections with others."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from marketplace.people import directory, organisation_actions
from marketplace.people.models import Organisation
from marketplace.people.organisation_forms import ProfileForm, RepresentativeForm, YearForm
from marketplace.people.organisation_views import edit_page, editable
from marketplace.people.views import blueprint
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find


def _back(organisation_id: int, part: str) -> Response:
    return see_other(url_for("people.edit_organisation", organisation_id=organisation_id) + f"#{part}")


@blueprint.post("/organisations/<int:organisation_id>/representatives")
def add_representative(organisation_id: int) -> Response:
    """Name a representative."""
    organisation, form = editable(organisation_id), RepresentativeForm()
    if not form.validate():
        profile = ProfileForm.of(organisation, current_locale(), formdata=None)
        return edit_page(organisation, profile, 422, representative=form)
    if form.first_press() is None:
        name = str(form.name.data)
        organisation_actions.add_representative(organisation, current_actor(), name, form.answer)
        flash(_("The representative is added."), "done")
    return _back(organisation_id, "representatives")


@blueprint.post("/organisations/<int:organisation_id>/representatives/<int:row_id>/removal")
def remove_representative(organisation_id: int, row_id: int) -> Response:
    """Take a representative off."""
    organisation_actions.remove_representative(editable(organisation_id), current_actor(), row_id)
    flash(_("The representative is removed."), "done")
    return _back(organisation_id, "representatives")


@blueprint.post("/organisations/<int:organisation_id>/years")
def set_year(organisation_id: int) -> Response:
    """Write a year's figures."""
    organisation, form = editable(organisation_id), YearForm()
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
    if form.errors:
        profile = ProfileForm.of(organisation, current_locale(), formdata=None)
        return edit_page(organisation, profile, 422, year=form)
    flash(_("The figures are saved."), "done")
    return _back(organisation_id, "years")


@blueprint.post("/organisations/<int:organisation_id>/years/<int:year>/removal")
def remove_year(organisation_id: int, year: int) -> Response:
    """Take a year's figures off."""
    organisation_actions.remove_year(editable(organisation_id), current_actor(), year)
    flash(_("The figures are removed."), "done")
    return _back(organisation_id, "years")


@blueprint.post("/organisations/<int:organisation_id>/affiliations")
def add_affiliation(organisation_id: int) -> Response:
    """Declare a connection with an organisation that was found by name."""
    organisation = editable(organisation_id)
    other = find(directory.listed(current_actor()).where(Organisation.id == request.form.get("other_id", 0, int)))
    organisation_actions.add_affiliation(organisation, current_actor(), other, request.form.get("kind", ""))
    flash(_("The connection is declared."), "done")
    return _back(organisation_id, "affiliations")


@blueprint.post("/organisations/<int:organisation_id>/affiliations/<int:row_id>/removal")
def remove_affiliation(organisation_id: int, row_id: int) -> Response:
    """Take a connection off."""
    organisation_actions.remove_affiliation(editable(organisation_id), current_actor(), row_id)
    flash(_("The connection is removed."), "done")
    return _back(organisation_id, "affiliations")
