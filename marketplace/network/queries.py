"""Reads of networks, programmes and calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.facts import Case, facts_of, facts_of_many, load_rules, place_names
from marketplace.network.models import (
    Award,
    Call,
    CallText,
    Centre,
    Network,
    Programme,
    programme_centres,
)
from marketplace.network.states import CURRENT
from marketplace.people.leadership import hangs_on_people
from marketplace.people.models import Membership, Organisation, User
from marketplace.people.queries import members
from marketplace.people.relationships import finds_watchers, reason_to_watch

__all__ = [
    "Case", "Taken", "awards_taken", "centres_visible_to", "facts_of", "facts_of_many",
    "has_text", "is_notice", "is_public", "load_rules", "place_names", "programmes_joined_by", "programmes_managed_by",
    "programmes_seen_by", "programmes_visible_to", "programmes_watched_by", "readers_of", "region_of",
    "staff_of_programme", "state_at", "visible_to", "with_notice", "working_centres",
]  # fmt: skip


def state_at(now: datetime) -> ColumnElement[str]:
    """The state that holds at ``now``, in SQL; ``Call.state_at`` is the same in Python."""
    timed = and_(Call.is_reference.is_(False), Call.opens_at.is_not(None), Call.closes_at.is_not(None))
    notice = and_(is_notice(), Call.state == "open")
    has_opened = or_(Call.opens_at.is_(None), Call.opens_at <= now)
    return case(
        (and_(notice, Call.closes_at >= now, has_opened), "open"),
        (and_(notice, Call.closes_at >= now), "published"),
        (notice, "closed"),
        (and_(timed, Call.state.in_(CURRENT), Call.closes_at < now), "closed"),
        (and_(timed, Call.state == "published", Call.opens_at <= now), "open"),
        else_=Call.state,
    )


def is_notice() -> ColumnElement[bool]:
    """Whether a call is the notice of one held elsewhere; ``Call.is_notice`` is the same in Python."""
    return and_(Call.is_reference, Call.source_id.is_not(None))


def programmes_managed_by(centre_id: int) -> Select[int]:
    """Ids of programmes whose managing centre this is."""
    return select(Programme.id).where(Programme.managing_centre_id == centre_id)


def manages(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's centre manages the call of the row."""
    return Call.programme_id.in_(programmes_managed_by(actor.centre_id or 0))


def programmes_joined_by(centre_id: int) -> Select[int]:
    """Ids of programmes this centre co-operates in."""
    return select(programme_centres.c.programme_id).where(programme_centres.c.centre_id == centre_id)


def programmes_watched_by(operator_id: int) -> Select[int]:
    """Ids of programmes run by the centres of the network that an organisation operates."""
    return (
        select(Programme.id)
        .join(Centre, Programme.managing_centre_id == Centre.id)
        .join(Network, Centre.network_id == Network.id)
        .where(Network.operator_id == operator_id)
    )


def region_of(centre_id: int) -> Select[str | None]:
    """The region a centre stands in."""
    return select(Organisation.region_code).where(Organisation.id == centre_id)


def programmes_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Which programmes' unpublished things this actor may see, as a condition on ``Programme.id``."""
    if actor.centre_id is not None:
        return or_(
            Programme.id.in_(programmes_managed_by(actor.centre_id)),
            Programme.id.in_(programmes_joined_by(actor.centre_id)),
        )
    if actor.network_operator_id is not None:
        return Programme.id.in_(programmes_watched_by(actor.network_operator_id))
    return Programme.id.is_(None)


@reason_to_watch
def _of_its_network(actor: Actor) -> ColumnElement[bool]:
    own = select(Centre.id).join(Centre.network).where(Network.operator_id == actor.network_operator_id)
    return Organisation.id.in_(own)


@finds_watchers
def watchers_of(centre_id: int) -> Select[int]:
    """Ids of the staff of a centre's network."""
    operator = select(Network.operator_id).join(Centre, Centre.network_id == Network.id).where(Centre.id == centre_id)
    return (
        select(Membership.user_id)
        .join(Membership.user)
        .where(
            Membership.organisation_id.in_(operator),
            Membership.role == "network_staff",
            User.deactivated_at.is_(None),
        )
    )


def is_public() -> ColumnElement[bool]:
    """Whether a call has ever been published: a draft that was cancelled stays among its staff."""
    dropped = exists().where(
        Event.subject_type == "call",
        Event.subject_id == Call.id,
        Event.step == "call.cancel",
        Event.before == "draft",
    )
    return and_(Call.state != "draft", or_(Call.state != "cancelled", ~dropped))


@prepared
def visible_to(actor: Actor) -> Select[Call]:
    """Calls this reader may see: published ones, and drafts of programmes they work in."""
    if actor.is_system:
        return select(Call)
    seen = select(Programme.id).where(programmes_seen_by(actor))
    return select(Call).where(or_(is_public(), Call.programme_id.in_(seen)))


def has_text(words: str) -> ColumnElement[bool]:
    """Whether the notice of a call, in any language, answers the query."""
    return Call.id.in_(search.ids_of(CallText.call_id, CallText.search, words))


def programmes_visible_to(actor: Actor) -> Select[Programme]:
    """Programmes with a published call, and those the reader works in."""
    if actor.is_system:
        return select(Programme)
    published = select(Call.programme_id).where(is_public(), Call.programme_id.is_not(None))
    return select(Programme).where(or_(Programme.id.in_(published), programmes_seen_by(actor)))


def centres_visible_to(_: Actor) -> Select[Centre]:
    """Centres are public."""
    return select(Centre).where(true())


def working_centres(*, with_demo: bool = True) -> Select[Centre]:
    """Centres that somebody works in, not those on record alone; ``with_demo`` includes invented ones."""
    query = select(Centre).join(Centre.organisation).where(~Organisation.is_reference)
    return query if with_demo else query.where(Centre.is_demo.is_(False))


def with_notice(query: Select[Call]) -> Select[Call]:
    """Load what a call's page shows, at a constant number of queries."""
    return query.options(
        joinedload(Call.programme).joinedload(Programme.managing_centre),
        selectinload(Call.stages),
        selectinload(Call.rules),
    )


def staff_of_programme(programme: Programme | None) -> list[int]:
    """Ids of the organisations whose staff work in a programme: its centres, first the managing one."""
    if programme is None:
        return []
    return [programme.managing_centre_id, *(centre.id for centre in programme.cooperating_centres)]


def readers_of(call: Call) -> set[int]:
    """Ids of the people to tell about a call: staff of its centres, and of its network."""
    if call.programme is None:
        return set()
    operator = call.programme.managing_centre.network.operator_id
    staff = members(staff_of_programme(call.programme), ("manager", "broker"))
    watchers = members([operator], ("network_staff",))
    return set(db.session.scalars(staff)) | set(db.session.scalars(watchers))


@dataclass(frozen=True)
class Taken:
    """Places held in a call: of all, of one challenge, by one organisation."""

    call: int
    challenge: int
    organisation: int


def awards_taken(call_id: int, challenge_id: int | None = None, organisation_id: int | None = None) -> Taken:
    """Count the places held in a call now, at one query."""
    live = select(
        func.count(Award.id),
        func.count(Award.id).filter(Award.challenge_id == challenge_id),
        func.count(Award.id).filter(Award.organisation_id == organisation_id),
    ).where(Award.call_id == call_id, Award.given_back_at.is_(None))
    row = db.session.execute(live).one()
    return Taken(row[0], row[1], row[2])


@hangs_on_people(_l("A centre with its programmes"))
def _staffed(organisation_id: int) -> Select[int]:
    own = select(func.count()).select_from(Centre).join(Organisation, Organisation.id == Centre.id)
    return own.where(Centre.id == organisation_id, ~Organisation.is_reference)


@hangs_on_people(_l("A network with its centres"))
def _operated(organisation_id: int) -> Select[int]:
    return select(func.count()).select_from(Network).where(Network.operator_id == organisation_id)
