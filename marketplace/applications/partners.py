"""With whom an organisation applies where the track asks for two."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from marketplace.applications.models import Application
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.people.directory import entries
from marketplace.people.models import DEMAND_KINDS, Organisation, OrganisationText

STARTUP_KINDS = ("startup", "sme")
SHOWN = 20


def acts_as_company(actor: Actor, call: Call, challenge: Challenge | None, partner: Organisation | None) -> bool:
    """Whether the actor is the demand side here; a small company may be either, its partner tells."""
    if call.origin == "applied":
        return False
    if challenge is not None:
        return challenge.organisation_id == actor.party_id
    if actor.organisation_kind == "sme" and partner is not None:
        return partner.kind == "startup"
    return actor.organisation_kind in DEMAND_KINDS


def candidates(actor: Actor, call: Call, query: str, *, as_company: bool) -> Sequence[Organisation]:
    """Verified organisations that could be the other side, by name; only those somebody speaks for."""
    kinds = set(STARTUP_KINDS) if as_company else set(DEMAND_KINDS)
    if actor.organisation_kind == "sme" and call.origin != "recommended":
        kinds = set(STARTUP_KINDS) | DEMAND_KINDS
    named = select(func.min(OrganisationText.plain_name))
    key = named.where(OrganisationText.organisation_id == Organisation.id).scalar_subquery()
    found = entries(actor).where(
        Organisation.state == "verified",
        Organisation.source.is_(None),
        Organisation.kind.in_(kinds),
        Organisation.id != actor.party_id,
    )
    if query:
        fits = select(OrganisationText.organisation_id).where(
            or_(
                search.matches(OrganisationText.search, query),
                search.contains(OrganisationText.squeezed_name, query),
            )
        )
        found = found.where(Organisation.id.in_(fits))
    return db.session.scalars(found.order_by(key, Organisation.id).limit(SHOWN)).all()


def live_application(
    actor: Actor, call: Call, challenge: Challenge | None, partner_id: int | None
) -> Application | None:
    """The live application these parties have begun already, if there is one."""
    rows = select(Application).where(
        Application.call_id == call.id,
        Application.challenge_id == (challenge.id if challenge else None),
        Application.state != "withdrawn",
        Application.parties.any(organisation_id=actor.party_id),
    )
    if partner_id is not None:
        rows = rows.where(Application.parties.any(organisation_id=partner_id))
    return db.session.scalars(rows.order_by(Application.created_at.desc(), Application.id.desc()).limit(1)).first()
