"""Inviting more startups to a published challenge that only invited ones may see."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from marketplace.challenges import drafting, queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.views import blueprint
from marketplace.kernel import clock, policy, search
from marketplace.kernel.db import db
from marketplace.people import directory
from marketplace.people import queries as people
from marketplace.people.models import Organisation, OrganisationText
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.lookups import find

FOUND = 20


@blueprint.get("/challenges/<int:id>/invitations")
def invitations(id: int) -> Response:
    """Who is invited, and whom the company may invite besides."""
    actor = current_actor()
    challenge = find(queries.visible_to(actor).where(Challenge.id == id))
    policy.require(actor, "challenge.invite", challenge)
    invited = [row.organisation_id for row in challenge.invited]
    startups = directory.entries(actor).where(Organisation.kind == "startup", Organisation.state == "verified")
    term = request.args.get("q", "").replace("\0", "").strip()
    known = people.visible_to(actor).where(Organisation.id.in_(invited))
    return make_response(
        render_template(
            "challenges/invitations.html",
            challenge=challenge,
            term=term,
            invited=list(db.session.scalars(known.order_by(Organisation.id)).unique()),
            found=_named(startups.where(Organisation.id.not_in(invited)), term) if term else [],
            may_invite=challenge.visibility == "invited" and challenge.state_at(clock.now()) == "open",
        )
    )


def _named(query: Select[Organisation], term: str) -> list[Organisation]:
    named = select(OrganisationText.organisation_id).where(search.contains(OrganisationText.squeezed_name, term))
    rows = query.where(Organisation.id.in_(named)).order_by(Organisation.id).limit(FOUND)
    return list(db.session.scalars(rows).unique())


@blueprint.post("/challenges/<int:id>/invitations/<int:organisation_id>")
def invite(id: int, organisation_id: int) -> Response:
    """Invite one more startup."""
    actor = current_actor()
    challenge = find(queries.visible_to(actor).where(Challenge.id == id))
    policy.require(actor, "challenge.invite", challenge)
    startup = find(directory.entries(actor).where(Organisation.id == organisation_id, Organisation.kind == "startup"))
    drafting.invite_startup(challenge, startup, actor)
    flash(_("Invited. The startup is told now."), "done")
    return see_other(url_for("challenges.invitations", id=id))
