"""Earlier awards and exclusions of an organisation: on its page, and forms for managers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Select, case, or_, select

from marketplace.calls import awards
from marketplace.calls.eligibility_facts import network_of_award
from marketplace.calls.forms import AwardForm, SanctionForm
from marketplace.calls.models import Award, Sanction, SetAside
from marketplace.calls.views import blueprint
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Forbidden, Missing
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Network, Programme
from marketplace.network.queries import programmes_managed_by
from marketplace.people.labels import AFFILIATION_LABELS
from marketplace.people.models import Affiliation, Organisation
from marketplace.people.organisation_views import reads_private
from marketplace.people.queries import visible_to as organisations_visible_to
from marketplace.people.views import zone_here
from marketplace.web import panels
from marketplace.web.actor import current_actor
from marketplace.web.forms import options
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

# What centres set aside, by the kind of row and its id.
Asides = dict[tuple[str, int | None], list[tuple[SetAside, Organisation]]]


def network_of(actor: Actor) -> Network | None:
    """The network of the centre whose staff this person is."""
    own = select(Network).join(Network.centres).where(Centre.id == (actor.centre_id or 0))
    return db.session.scalars(own).one_or_none()


def _panel(organisation: Organisation, actor: Actor) -> str:
    """Awards and exclusions, for the organisation itself and for staff."""
    own = actor.organisation_id == organisation.id
    if organisation.kind == "centre" or not reads_private(organisation, actor):
        return ""
    networks = None if own else network_ids_of(actor)
    sanctions = sanctions_of(organisation, networks)
    manages = actor.is_manager and not own
    held = awards_of(organisation, networks)
    links = links_of(organisation)
    return render_template(
        "calls/_record.html",
        organisation=organisation,
        awards=[(award, programme) for award, programme, _by in held],
        removable={award.id for award, _of, by in held if manages and policy.can(actor, "award.take_off", by)},
        links=links,
        aside=asides_of([award.id for award, _of, _by in held], [link.id for link, _other in links]),
        sanctions=sanctions,
        today=_today() if sanctions else None,
        manages=manages,
        affiliation_kinds=AFFILIATION_LABELS,
        centre_id=actor.centre_id,
    )


panels.register("organisation", "main", _panel)


def awards_of(
    organisation: Organisation, network_ids: Select[Any] | None
) -> list[tuple[Award, Programme | None, int | None]]:
    """Awards on record, newest first, with their programme and the centre that recorded them by hand.

    Staff read those of their network, the organisation itself all.
    """
    query = (
        select(Award, Programme, awards.RECORDED_BY)
        .outerjoin(Programme, Award.programme_id == Programme.id)
        .where(Award.organisation_id == organisation.id)
        .order_by(Award.awarded_on.desc(), Award.id.desc())
    )
    if network_ids is not None:
        query = query.where(network_of_award().in_(network_ids))
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def links_of(organisation: Organisation) -> list[tuple[Affiliation, Organisation]]:
    """Connections that it or another organisation declared, with the other one."""
    declared = Affiliation.organisation_id == organisation.id
    other = case((declared, Affiliation.other_id), else_=Affiliation.organisation_id)
    query = select(Affiliation, Organisation).join(Organisation, Organisation.id == other).order_by(Affiliation.id)
    rows = db.session.execute(query.where(or_(declared, Affiliation.other_id == organisation.id)))
    return [(row[0], row[1]) for row in rows.unique()]


def asides_of(award_ids: list[int], link_ids: list[int]) -> Asides:
    """Which rows were set aside, by which centres: by the kind of row and its id."""
    found: Asides = {}
    if not award_ids and not link_ids:
        return found
    own = or_(SetAside.award_id.in_(award_ids), SetAside.affiliation_id.in_(link_ids))
    query = select(SetAside, Organisation).join(Organisation, Organisation.id == SetAside.centre_id).where(own)
    for row, centre in db.session.execute(query.order_by(SetAside.id)).unique():
        key = ("awards", row.award_id) if row.award_id else ("connections", row.affiliation_id)
        found.setdefault(key, []).append((row, centre))
    return found


def network_ids_of(actor: Actor) -> Select[Any]:
    """The network whose exclusions this person may see: of their centre, or which they watch over."""
    if actor.centre_id is not None:
        return select(Centre.network_id).where(Centre.id == actor.centre_id)
    return select(Network.id).where(Network.operator_id == (actor.network_operator_id or 0))


def sanctions_of(organisation: Organisation, network_ids: Select[Any] | None) -> list[Sanction]:
    """Exclusions of an organisation: in one network, or for itself in all."""
    query = select(Sanction).where(Sanction.organisation_id == organisation.id)
    if network_ids is not None:
        query = query.where(Sanction.network_id.in_(network_ids))
    return list(db.session.scalars(query.order_by(Sanction.ends_on.desc(), Sanction.id)))


def _today() -> date:
    return clock.today(zone_here())


def _organisation(id: int) -> Organisation:
    actor = current_actor()
    organisation = find(organisations_visible_to(actor).where(Organisation.id == id))
    policy.require(actor, "organisation.put_on_record", organisation)
    return organisation


def _page_of(organisation: Organisation) -> str:
    return f"/organisations/{organisation.id}"


def _back(organisation: Organisation) -> Response:
    return see_other(_page_of(organisation))


@blueprint.route("/organisations/<int:id>/awards/new", methods=["GET", "POST"], endpoint="record_award")
def record_award(id: int) -> Response:
    """Put an earlier grant on record."""
    actor, organisation = current_actor(), _organisation(id)
    form = AwardForm() if request.method == "POST" else AwardForm(formdata=None)
    managed = db.session.scalars(
        select(Programme).where(Programme.id.in_(programmes_managed_by(actor.centre_id or 0))).order_by(Programme.id)
    ).all()
    offered = {programme.id: programme for programme in managed}
    named = ((programme.id, programme.name(current_locale())) for programme in managed)
    form.programme_id.choices = options([("", _("None: a grant from elsewhere")), *named])
    if request.method == "POST":
        if (led_to := form.first_press()) is not None:
            return see_other(led_to) if led_to else _back(organisation)
        if form.validate() and form.take(lambda: _record(organisation, form, offered)):
            flash(_("The award is on record."), "done")
            return see_other(form.led_to(_page_of(organisation)))
    page = render_template("calls/award_form.html", form=form, organisation=organisation)
    return make_response(page, 422 if request.method == "POST" else 200)


def _record(organisation: Organisation, form: AwardForm, offered: dict[int, Programme]) -> Award:
    return awards.record_award(
        organisation,
        current_actor(),
        programme=offered.get(form.programme_id.data or 0),
        **form.content("title", "awarded_on", "ends_on", "amount", "currency"),
        today=_today(),
    )


@blueprint.post("/organisations/<int:id>/awards/<int:award_id>/removal", endpoint="take_award_off")
def take_award_off(id: int, award_id: int) -> Response:
    """Take an award that was recorded by mistake off the record, with a reason."""
    organisation, award = _organisation(id), db.session.get(Award, award_id)
    if award is None or award.organisation_id != organisation.id:
        raise Missing
    awards.take_award_off(award, current_actor(), reason=request.form.get("reason", ""))
    flash(_("The award is off the record."), "done")
    return _back(organisation)


@blueprint.post("/organisations/<int:id>/awards/<int:row_id>/setting-aside", endpoint="set_award_aside")
def set_award_aside(id: int, row_id: int) -> Response:
    """Count an award no more in the calls of one's own centre, with a reason."""
    organisation = _organisation(id)
    held = awards_of(organisation, network_ids_of(current_actor()))
    return _set_aside(organisation, next((award for award, _of, _by in held if award.id == row_id), None))


@blueprint.post("/organisations/<int:id>/connections/<int:row_id>/setting-aside", endpoint="set_connection_aside")
def set_connection_aside(id: int, row_id: int) -> Response:
    """Count a connection that another organisation declared no more in the calls of one's own centre."""
    organisation = _organisation(id)
    links = (link for link, _other in links_of(organisation) if link.other_id == organisation.id)
    return _set_aside(organisation, next((link for link in links if link.id == row_id), None))


def _set_aside(organisation: Organisation, row: Award | Affiliation | None) -> Response:
    if row is None:
        raise Missing
    awards.set_aside_record(organisation, row, current_actor(), reason=request.form.get("reason", ""))
    flash(_("It counts no more in the calls that your centre manages. The organisation is told."), "done")
    return _back(organisation)


@blueprint.route("/organisations/<int:id>/sanctions/new", methods=["GET", "POST"], endpoint="impose_sanction")
def impose_sanction(id: int) -> Response:
    """Exclude an organisation from the network's programmes."""
    actor, organisation = current_actor(), _organisation(id)
    network = network_of(actor)
    if network is None:
        raise Forbidden(_l("Your centre is not set up yet: its network adds it first."))
    form = SanctionForm() if request.method == "POST" else SanctionForm(formdata=None, starts_on=_today())
    if request.method == "POST":
        if (led_to := form.first_press()) is not None:
            return see_other(led_to) if led_to else _back(organisation)
        if form.validate() and form.take(
            lambda: awards.impose_sanction(
                organisation, network, actor, **form.content("reason", "starts_on", "ends_on")
            )
        ):
            flash(_("The exclusion is on record."), "done")
            return see_other(form.led_to(_page_of(organisation)))
    page = render_template("calls/sanction_form.html", form=form, organisation=organisation)
    return make_response(page, 422 if request.method == "POST" else 200)


@blueprint.post("/organisations/<int:id>/sanctions/<int:sanction_id>/end", endpoint="lift_sanction")
def lift_sanction(id: int, sanction_id: int) -> Response:
    """Lift an exclusion, with a reason."""
    actor, organisation = current_actor(), _organisation(id)
    network, sanction = network_of(actor), db.session.get(Sanction, sanction_id)
    if (
        network is None
        or sanction is None
        or (sanction.organisation_id, sanction.network_id) != (organisation.id, network.id)
    ):
        raise Missing
    awards.lift_sanction(sanction, network, actor, reason=request.form.get("reason", ""), today=_today())
    flash(_("The exclusion is lifted."), "done")
    return _back(organisation)
