"""Reads of pairings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import LOCALES, _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme
from marketplace.network.queries import programmes_managed_by, programmes_watched_by
from marketplace.pairings.models import Pairing
from marketplace.pairings.states import LIVE, OPEN
from marketplace.people.leadership import hangs_on_people
from marketplace.people.models import Membership, Organisation, OrganisationText
from marketplace.people.queries import members
from marketplace.people.relationships import reason_to_answer, reason_to_deal


def state_at(now: datetime) -> ColumnElement[str]:
    """The state that holds at ``now``, in SQL; ``Pairing.state_at`` is the same in Python."""
    return case((and_(Pairing.state == "requested", Pairing.answer_by < now), "expired"), else_=Pairing.state)


@prepared
def visible_to(actor: Actor) -> Select[Pairing]:
    """Pairings of one's own organisation, or that one's centre brokers, manages or watches."""
    return select(Pairing).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.party_id is not None:
        return or_(Pairing.company_id == actor.party_id, Pairing.startup_id == actor.party_id)
    if actor.centre_id is not None:
        managed = select(Call.id).where(Call.programme_id.in_(programmes_managed_by(actor.centre_id)))
        return or_(Pairing.centre_id == actor.centre_id, Pairing.call_id.in_(managed))
    if actor.network_operator_id is not None:
        watched = select(Call.id).where(Call.programme_id.in_(programmes_watched_by(actor.network_operator_id)))
        return Pairing.call_id.in_(watched)
    return false()


@hangs_on_people(_l("Pairings to answer or to confirm"))
def _open(organisation_id: int) -> Select[int]:
    own = or_(Pairing.company_id == organisation_id, Pairing.startup_id == organisation_id)
    return select(func.count()).where(own, Pairing.state.in_(OPEN))


@reason_to_deal
@reason_to_answer
def _pairs_with_us(actor: Actor) -> ColumnElement[bool]:
    """Sides of a pairing this person may see as staff: who said yes to it, or brought it about by its own deed.

    A centre may propose a pair of anybody it finds, so that being proposed alone is no dealing.
    """
    seen = select(Pairing).where(_is_visible(actor))
    company = or_(Pairing.company_accepts.is_(True), Pairing.challenge_id.is_not(None))
    startup = or_(Pairing.startup_accepts.is_(True), Pairing.application_id.is_not(None))
    return or_(
        Organisation.id.in_(seen.where(company).with_only_columns(Pairing.company_id)),
        Organisation.id.in_(seen.where(startup).with_only_columns(Pairing.startup_id)),
    )


def readers_of(pairing: Pairing) -> set[int]:
    """Ids of the people who may see a pairing."""
    found = set(db.session.scalars(members([pairing.company_id, pairing.startup_id], ("owner", "member"))))
    centres: list[int | None] = [pairing.centre_id]
    programme = pairing.call.programme
    if programme is not None:
        centres.append(programme.managing_centre_id)
        operator = programme.managing_centre.network.operator_id
        found |= set(db.session.scalars(members([operator], ("network_staff",))))
    return found | set(db.session.scalars(members(centres, ("manager", "broker"))))


def with_sides(query: Select[Pairing]) -> Select[Pairing]:
    """Load what a pairing's page or line shows, at a constant number of queries."""
    return query.options(
        joinedload(Pairing.call).joinedload(Call.programme).lazyload(Programme.texts),
        joinedload(Pairing.centre).lazyload(Centre.organisation),
        joinedload(Pairing.challenge).selectinload(Challenge.texts),
        joinedload(Pairing.application),
    )


def names_of(organisation_ids: Iterable[int | None], locale: str) -> dict[int, str]:
    """Names of organisations in ``locale``, or in the language each has, in one query."""
    wanted = {found for found in organisation_ids if found is not None}
    if not wanted:
        return {}
    found: dict[int, dict[str, str]] = {}
    rows = db.session.execute(
        select(OrganisationText.organisation_id, OrganisationText.locale, OrganisationText.name).where(
            OrganisationText.organisation_id.in_(wanted)
        )
    )
    for organisation_id, code, name in rows:
        found.setdefault(organisation_id, {})[code] = name
    order = (locale, *LOCALES)
    return {key: next(names[code] for code in order if code in names) for key, names in found.items()}


def live_of_application(application_id: int) -> Pairing | None:
    """The pairing of an application that is under way or confirmed."""
    return db.session.scalars(
        select(Pairing).where(Pairing.application_id == application_id, Pairing.state.in_(LIVE))
    ).one_or_none()


def speaks_for(user_id: int, organisation_id: int) -> bool:
    """Whether a person belongs to an organisation in a role that may bind it."""
    found = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.organisation_id == organisation_id,
        Membership.role.in_(("owner", "member", "manager", "broker")),
    )
    return db.session.scalar(found) is not None


def in_region(code: str) -> ColumnElement[bool]:
    """Pairings with a side in a region."""
    there = select(Organisation.id).where(Organisation.region_code == code)
    return or_(Pairing.company_id.in_(there), Pairing.startup_id.in_(there))
