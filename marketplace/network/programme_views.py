"""Programmes: years of funding under one managing centre."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select

from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Forbidden
from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.kernel.paging import paginate
from marketplace.network import actions, listing
from marketplace.network.forms import ProgrammeForm
from marketplace.network.models import Centre, Programme
from marketplace.network.queries import programmes_seen_by, programmes_visible_to
from marketplace.network.views import blueprint
from marketplace.people import directory
from marketplace.people.models import Organisation, OrganisationText
from marketplace.people.relationships import is_staff
from marketplace.web import cache, form_recovery, rail
from marketplace.web.actor import current_actor, public
from marketplace.web.forms import options
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

PAGES_OF_PROGRAMMES = ("network.programmes", "network.programme", "network.new_programme", "network.edit_programme")
rail.place(35, _l("Programmes"), "network.programmes", "calendar", is_staff, within=PAGES_OF_PROGRAMMES)


@blueprint.get("/programmes", endpoint="programmes")
@public
@cache.shared
def list_programmes() -> Response:
    """Programmes: for staff those they work in, for others those with a published call."""
    actor = current_actor()
    query = programmes_visible_to(actor)
    if is_staff(actor):
        query = query.where(programmes_seen_by(actor))
    query = listing.with_centres(query).order_by(Programme.last_year.desc(), Programme.id.desc())
    page = paginate(query, page_number(request.args.get("page")))
    return make_response(
        render_template("network/programmes.html", page=page, creates=policy.can(actor, "programme.create", None))
    )


@blueprint.get("/programmes/<int:id>", endpoint="programme")
@public
@cache.shared
def show_programme(id: int) -> Response:
    """A programme with its calls."""
    actor = current_actor()
    programme = find(listing.with_centres(programmes_visible_to(actor).where(Programme.id == id)))
    edits = policy.can(actor, "programme.edit", programme)
    return make_response(render_template("network/programme.html", programme=programme, edits=edits))


def _own_centre() -> Centre:
    """The centre this person manages."""
    actor = current_actor()
    policy.require(actor, "programme.create", None)
    centre = db.session.get(Centre, actor.centre_id) if actor.centre_id else None
    if centre is None:
        raise Forbidden(_l("Your centre is not set up yet: its network adds it first."))
    return centre


def _offer(form: ProgrammeForm, centre: Centre, funder_id: int | None = None) -> ProgrammeForm:
    """Fill the choices: the network's other centres, and the funders that may be found, with the one of now."""
    others = db.session.scalars(
        select(Centre).where(Centre.network_id == centre.network_id, Centre.id != centre.id).order_by(Centre.slug)
    ).unique()
    form.centre_ids.choices = options((other.id, other.organisation.name(current_locale())) for other in others)
    name = select(OrganisationText.plain_name).where(OrganisationText.organisation_id == Organisation.id)
    funders = db.session.scalars(
        select(Organisation)
        .where(
            Organisation.kind.in_(("funder", "public", "municipality")),
            Organisation.source.is_(None),
            or_(
                Organisation.id == funder_id,
                Organisation.id.in_(directory.entries(current_actor()).with_only_columns(Organisation.id)),
            ),
        )
        .order_by(name.limit(1).scalar_subquery())
    )
    form.funder_id.choices = options([("", _("None")), *((f.id, f.name(current_locale())) for f in funders)])
    return form


def _values(form: ProgrammeForm) -> dict[str, Any]:
    chosen = form.centre_ids.data or []
    return {
        "first_year": form.first_year.data,
        "last_year": form.last_year.data,
        "budget": form.budget.data,
        "currency": form.currency.data,
        "funder": db.session.get(Organisation, form.funder_id.data) if form.funder_id.data else None,
        "cooperating_centres": list(db.session.scalars(select(Centre).where(Centre.id.in_(chosen))).unique()),
    }


def _drawn(programme: Programme) -> ProgrammeForm:
    words = {
        f"{name}_{code}": getattr(text, name) for code, text in programme.texts.items() for name in ("name", "summary")
    }
    return ProgrammeForm(
        formdata=None,
        obj=programme,
        version=programme.version,
        centre_ids=[centre.id for centre in programme.cooperating_centres],
        **words,
    )


def _sets(form: ProgrammeForm) -> list[tuple[str, str, bool, bool]]:
    names = ("name", "summary")
    return [
        (c, NAMES[c], any(form[f"{n}_{c}"].data for n in names), any(form[f"{n}_{c}"].errors for n in names))
        for c in sorted(LOCALES, key=lambda code: code != current_locale())
    ]


def _page(form: ProgrammeForm, status: int, programme: Programme | None = None) -> Response:
    page = render_template("network/programme_form.html", form=form, programme=programme, sets=_sets(form))
    return make_response(page, status)


@blueprint.route("/programmes/new", methods=["GET", "POST"], endpoint="new_programme")
def new_programme() -> Response:
    """Set up a programme."""
    centre = _own_centre()
    if request.method == "GET":
        year = clock.today(centre.time_zone).year
        return _page(_offer(ProgrammeForm(formdata=None, first_year=year, last_year=year), centre), 200)
    form = _offer(ProgrammeForm(), centre)
    if (led_to := form.first_press()) is not None:
        return see_other(led_to or url_for("network.programmes"))
    if form.validate():
        made = form.take(lambda: actions.create_programme(centre, current_actor(), _values(form), form.texts()))
        if made is not None:
            flash(_("The programme is set up. Now begin its first call."), "done")
            return see_other(form.led_to(url_for("network.programme", id=made.id)))
    return _page(form, 422)


@blueprint.route("/programmes/<int:id>/edit", methods=["GET", "POST"], endpoint="edit_programme")
def edit_programme(id: int) -> Response:
    """Change a programme."""
    actor = current_actor()
    programme = find(listing.with_centres(programmes_visible_to(actor).where(Programme.id == id)))
    policy.require(actor, "programme.edit", programme)
    posted = request.method == "POST"
    form = _offer(ProgrammeForm() if posted else _drawn(programme), programme.managing_centre, programme.funder_id)
    if posted and form.validate():
        form_recovery.compare(lambda: _drawn(programme))
        if form.take(lambda: _change(programme, form)):
            flash(_("Saved."), "done")
            return see_other(url_for("network.programme", id=programme.id))
    return _page(form, 422 if posted else 200, programme)


def _change(programme: Programme, form: ProgrammeForm) -> bool:
    actions.change_programme(programme, current_actor(), _values(form), form.texts(), version=form.version_seen)
    return True
