"""Reads of calls, and of the places that are held in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.calls.models import Award, Call, CallText
from marketplace.calls.states import CURRENT
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.network.models import Programme
from marketplace.network.queries import (
    programmes_managed_by,
    programmes_seen_by,
    publishes_programmes,
    staff_of_programme,
)
from marketplace.people.queries import members


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


def manages(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's centre manages the call of the row."""
    return Call.programme_id.in_(programmes_managed_by(actor.centre_id or 0))


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


@publishes_programmes
def _with_published_calls() -> Select[Any]:
    return select(Call.programme_id).where(is_public(), Call.programme_id.is_not(None))


def has_text(words: str) -> ColumnElement[bool]:
    """Whether the notice of a call, in any language, answers the query."""
    return Call.id.in_(search.ids_of(CallText.call_id, CallText.search, words))


def with_notice(query: Select[Call]) -> Select[Call]:
    """Load what a call's page shows, at a constant number of queries."""
    return query.options(
        joinedload(Call.programme).joinedload(Programme.managing_centre),
        selectinload(Call.stages),
        selectinload(Call.rules),
    )


def readers_of(call: Call) -> set[int]:
    """Ids of the people to tell about a call: staff of its centres, and of its network."""
    if call.programme is None:
        return set()
    operator = call.programme.managing_centre.network.operator_id
    staff = members(staff_of_programme(call.programme), ("manager", "broker"))
    watchers = members([operator], ("network_staff",))
    return set(db.session.scalars(staff)) | set(db.session.scalars(watchers))


@dataclass(frozen=True)
class Places:
    """Places held in a call: of all, of one challenge, by one organisation."""

    call: int
    challenge: int
    organisation: int


def count_places(call_id: int, challenge_id: int | None = None, organisation_id: int | None = None) -> Places:
    """Count the places held in a call now, at one query."""
    live = select(
        func.count(Award.id),
        func.count(Award.id).filter(Award.challenge_id == challenge_id),
        func.count(Award.id).filter(Award.organisation_id == organisation_id),
    ).where(Award.call_id == call_id, Award.given_back_at.is_(None))
    row = db.session.execute(live).one()
    return Places(row[0], row[1], row[2])
