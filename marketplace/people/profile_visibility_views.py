"""What others see of an organisation: its choice, a preview, and the people to talk to."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _

from marketplace.kernel import policy
from marketplace.people import profile_visibility, queries
from marketplace.people.labels import SECTION_NOTES
from marketplace.people.models import Organisation
from marketplace.people.organisation_forms import ContactForm, ShownForm
from marketplace.people.organisation_views import find_editable, find_visible, organisation_page
from marketplace.people.views import blueprint
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale


def _choosing(organisation_id: int) -> Organisation:
    found = find_visible(organisation_id)
    policy.require(current_actor(), "organisation.choose_shown", found)
    return found


def _page(organisation: Organisation, form: ShownForm, status: int = 200) -> Response:
    shown = render_template("people/visibility.html", organisation=organisation, form=form, notes=SECTION_NOTES)
    return make_response(shown, status)


@blueprint.get("/organisations/<int:organisation_id>/visibility")
def visibility(organisation_id: int) -> Response:
    """Which parts of the profile strangers see."""
    organisation = _choosing(organisation_id)
    return _page(organisation, ShownForm(formdata=None, obj=organisation, version=organisation.version))


@blueprint.post("/organisations/<int:organisation_id>/visibility", endpoint="choose_shown")
def choose_shown(organisation_id: int) -> Response:
    """Save the choice; it holds at once."""
    organisation, form = _choosing(organisation_id), ShownForm()
    if not form.validate():
        return _page(organisation, form, 422)
    form_recovery.compare(lambda: ShownForm.drawn_from(organisation))
    profile_visibility.choose_shown(
        organisation,
        current_actor(),
        is_listed=bool(form.is_listed.data),
        sections=form.shown.data or [],
        version=form.version_seen,
    )
    flash(_("Saved. This is what others see from now on."), "done")
    return see_other(url_for("people.preview_organisation", organisation_id=organisation.id))


@blueprint.get("/organisations/<int:organisation_id>/preview")
def preview_organisation(organisation_id: int) -> Response:
    """The page as a stranger sees it."""
    return organisation_page(_choosing(organisation_id), preview=True)


def _contacts(organisation: Organisation, form: ContactForm, status: int = 200) -> Response:
    rows = queries.contacts_of(organisation.id)
    return make_response(
        render_template("people/contacts.html", organisation=organisation, form=form, contacts=rows), status
    )


@blueprint.get("/organisations/<int:organisation_id>/contacts")
def contacts(organisation_id: int) -> Response:
    """The people to talk to, as everybody is to see them."""
    return _contacts(find_editable(organisation_id), ContactForm(formdata=None))


@blueprint.post("/organisations/<int:organisation_id>/contacts")
def add_contact(organisation_id: int) -> Response:
    """Name a person to talk to."""
    organisation, form = find_editable(organisation_id), ContactForm()
    if form.validate() and form.first_press() is None:
        form.take(
            lambda: profile_visibility.add_contact(
                organisation,
                current_actor(),
                name=str(form.name.data),
                role=str(form.role.data),
                locale=current_locale(),
                email=form.email.data or None,
                phone=form.phone.data or None,
            )
        )
    if form.errors:
        return _contacts(organisation, form, 422)
    flash(_("The person is listed."), "done")
    return see_other(url_for("people.contacts", organisation_id=organisation_id))


@blueprint.post("/organisations/<int:organisation_id>/contacts/<int:row_id>/removal")
def remove_contact(organisation_id: int, row_id: int) -> Response:
    """Take a person off the list."""
    profile_visibility.remove_contact(find_editable(organisation_id), current_actor(), row_id)
    flash(_("The person is no longer listed."), "done")
    return see_other(url_for("people.contacts", organisation_id=organisation_id))
