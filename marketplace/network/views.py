"""Centres and their networks: for everybody, and with more for those who watch over a network."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network import actions, centre_map, figures, listing
from marketplace.network.forms import CentreForm
from marketplace.network.models import Centre, Network
from marketplace.network.queries import centres_visible_to
from marketplace.people.models import Organisation
from marketplace.people.queries import contacts_of
from marketplace.web import cache, form_recovery, panels, rail
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("network", __name__)

rail.place(
    36,
    _l("Network"),
    "network.own_network",
    "building-2",
    lambda actor: actor.network_operator_id is not None,
    within=("network.network", "network.centres", "network.centre"),
)


@blueprint.get("/centres", endpoint="centres")
@public
@cache.shared
def list_centres() -> Response:
    """Every centre, by network: on a map of tiles, and in a list beside it."""
    networks = centre_map.draw_maps(listing.centres_by_network(current_actor()), current_locale(), clock.now())
    return make_response(render_template("network/centres.html", networks=networks))


def _centre(slug: str) -> Centre:
    return find(
        centres_visible_to(current_actor())
        .where(Centre.slug == slug)
        .options(
            joinedload(Centre.organisation).options(joinedload(Organisation.region), joinedload(Organisation.texts)),
            joinedload(Centre.network).joinedload(Network.operator).joinedload(Organisation.texts),
        )
    )


@blueprint.get("/centres/<slug>", endpoint="centre")
@public
@cache.shared
def show_centre(slug: str) -> Response:
    """A centre, how to reach it, what it runs, and what has become of it in figures."""
    actor, centre, now = current_actor(), _centre(slug), clock.now()
    on_record = centre.organisation.is_reference
    answer = make_response(
        render_template(
            "network/centre.html",
            centre=centre,
            on_record=on_record,
            figures=[] if on_record else figures.figures_of(centre, now),
            contacts=contacts_of(centre.id),
            programmes=listing.programmes_of(centre, actor),
            edits=policy.can(actor, "centre.edit", centre),
            may_post=not actor.signed_in or policy.can(actor, "challenge.create"),
            now=now,
        )
    )
    if on_record:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.route("/centres/<slug>/edit", methods=["GET", "POST"], endpoint="edit_centre")
def edit_centre(slug: str) -> Response:
    """How to reach a centre, its zone and languages."""
    actor, centre = current_actor(), _centre(slug)
    policy.require(actor, "centre.edit", centre)
    posted = request.method == "POST"
    form = CentreForm() if posted else CentreForm.drawn_from(centre)
    if posted and form.validate():
        form_recovery.compare(lambda: CentreForm.drawn_from(centre))
        actions.change_centre(centre, actor, form.content(), version=form.version_seen)
        flash(_("Saved."), "done")
        return see_other(url_for("network.centre", slug=centre.slug))
    return make_response(render_template("network/centre_form.html", form=form, centre=centre), 422 if posted else 200)


def _way_to_centre(organisation: Organisation, _: Actor) -> str:
    """On the page of a centre's organisation, the way to what the centre runs."""
    if organisation.kind != "centre":
        return ""
    slug = db.session.scalar(select(Centre.slug).where(Centre.id == organisation.id))
    return render_template("network/_way_to_centre.html", slug=slug) if slug else ""


panels.register("organisation", "aside", _way_to_centre)


@blueprint.get("/networks", endpoint="own_network")
@public
def own_network() -> Response:
    """The page of the network that this person watches over; for others, all networks on their maps."""
    network = db.session.scalars(listing.networks_watched_by(current_actor())).first()
    return see_other(url_for("network.network", slug=network.slug) if network else url_for("network.centres"))


@blueprint.get("/networks/<slug>", endpoint="network")
@public
@cache.shared
def show_network(slug: str) -> Response:
    """A network on its map, in figures, with its open calls; who watches over it reads each centre's work besides."""
    actor, now = current_actor(), clock.now()
    operator = joinedload(Network.operator).joinedload(Organisation.texts)
    network = find(listing.networks_visible_to(actor).where(Network.slug == slug).options(operator))
    watches = policy.can(actor, "network.watch", network)
    centres = [centre for _, found in listing.centres_by_network(actor, slug) for centre in found]
    working = [centre for centre in centres if not centre.organisation.is_reference]
    map = centre_map.draw_maps([(network, centres)], current_locale(), now)[0]
    answer = make_response(
        render_template(
            "network/network.html",
            network=network,
            map=map,
            figures=figures.figures_together(working, now) if working else [],
            work=figures.work_of(network, centres) if watches else ([], []),
            watches=watches,
        )
    )
    if map.on_record:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer
