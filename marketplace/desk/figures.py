"""The few numbers above a desk: of a centre's programmes, and of each centre of a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, func, select, true

from marketplace.applications import queries as applications
from marketplace.applications.models import Application, Decision
from marketplace.calls.models import Call
from marketplace.calls.queries import manages
from marketplace.calls.queries import state_at as call_state_at
from marketplace.catalogue.filter_conditions import has_status, responsible_centre
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.collaborations import queries as collaborations
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.states import LIVE, TROUBLED
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import end_of
from marketplace.network.models import Centre, Network, Programme
from marketplace.network.queries import programmes_watched_by
from marketplace.people.models import OrganisationText


def of_centre(actor: Actor, now: datetime) -> Row[Any]:
    """Challenges, applications, days to an answer and collaborations, in one query."""
    return db.session.execute(_of_centre(actor), clock.at(now)).one()


@prepared
def _of_centre(actor: Actor) -> Select[Any]:
    """``open``, ``received``, ``under_way`` and ``at_risk`` are what the lists hold that the figures lead to."""
    now = clock.NOW
    seen = (
        challenges.visible_to(actor)
        .with_only_columns(
            func.count().label("open"),
            func.count().filter(challenges.closing() < now + timedelta(days=7)).label("closing"),
            maintain_column_froms=True,
        )
        .outerjoin(Call, Call.id == Challenge.call_id)
        .where(challenges.is_staffed_by(actor), Challenge.is_reference.is_(False), challenges.state_at(now) == "open")
        .subquery()
    )
    # Under seal: staff see how many, never which.
    sealed = (
        select(
            func.count().filter(Application.number.is_not(None)).label("sealed"),
            func.count().filter(Application.state == "draft").label("drafts"),
        )
        .join(Call, Call.id == Application.call_id)
        .where(manages(actor), Call.closes_at >= now)
        .subquery()
    )
    answer = clock.day_at(Decision.released_at, Call.time_zone)
    closing = clock.day_at(Call.closes_at, Call.time_zone)
    speed = (
        select(func.avg(answer - closing).label("days"), func.avg(Call.decisions_by - closing).label("promised"))
        .select_from(Decision)
        .join(Call, Call.id == Decision.call_id)
        .where(manages(actor), Decision.released_at.is_not(None))
        .subquery()
    )
    counts = (seen, _received(actor), sealed, speed, _work(actor))
    joined: Any = counts[0]
    for count in counts[1:]:
        joined = joined.join(count, true())
    return select(*counts).select_from(joined)


def _received(actor: Actor) -> Subquery:
    """The applications that this person may open."""
    found = applications.visible_to(actor).where(Application.number.is_not(None))
    return found.with_only_columns(func.count().label("received"), maintain_column_froms=True).subquery()


def _work(actor: Actor) -> Subquery:
    """The collaborations that this person sees under way, and which of them are in trouble."""
    found = collaborations.visible_to(actor).where(Collaboration.state.in_(LIVE))
    troubled = func.count().filter(Collaboration.state.in_(TROUBLED))
    return found.with_only_columns(
        troubled.label("at_risk"), func.count().label("under_way"), maintain_column_froms=True
    ).subquery()


def together(actor: Actor, now: datetime) -> Row[Any]:
    """The applications and collaborations that the staff of a network see, in one query."""
    return db.session.execute(_together(actor), clock.at(now)).one()


@prepared
def _together(actor: Actor) -> Select[Any]:
    received, work = _received(actor), _work(actor)
    return select(received, work).select_from(received.join(work, true()))


def of_network(actor: Actor, now: datetime, locale: str) -> Sequence[Row[Any]]:
    """One row per centre of the network this person watches over; counts alone."""
    return db.session.execute(_of_network(actor, locale), clock.at(now)).all()


@prepared
def _of_network(actor: Actor, locale: str) -> Select[Any]:
    """Cases count for the centre that lists name for them, late answers for the centre that manages the call."""
    now = clock.NOW
    watched = Programme.id.in_(programmes_watched_by(actor.network_operator_id or 0))

    def per_centre(query: Select[Any], centre: Any, *conditions: Any) -> Any:
        query = query.where(*conditions).with_only_columns(
            centre.label("centre_id"), func.count().label("number"), maintain_column_froms=True
        )
        return query.group_by(centre).subquery()

    placed = challenges.joined(challenges.visible_to(actor))
    sent = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .outerjoin(Challenge, Challenge.id == Application.challenge_id)
    )
    run = select(Call).join(Programme, Programme.id == Call.programme_id)
    late = and_(call_state_at(now) == "closed", end_of(Call.decisions_by, Call.time_zone) < now)
    work, broker = collaborations.visible_to(actor), Collaboration.centre_id
    counts = {
        "open": per_centre(placed, responsible_centre(), has_status("open", now)),
        "received": per_centre(sent, responsible_centre(), watched, Application.number.is_not(None)),
        "overdue": per_centre(run, Programme.managing_centre_id, watched, Call.is_reference.is_(False), late),
        "under_way": per_centre(work, broker, Collaboration.state.in_(LIVE)),
        "at_risk": per_centre(work, broker, Collaboration.state.in_(TROUBLED)),
    }
    name = (
        select(OrganisationText.name)
        .where(OrganisationText.organisation_id == Centre.id)
        .order_by(OrganisationText.locale != locale, OrganisationText.locale)
        .limit(1)
        .correlate(Centre)
        .scalar_subquery()
    )
    query = select(
        Centre.slug,
        name.label("name"),
        *(func.coalesce(count.c.number, 0).label(key) for key, count in counts.items()),
    ).join(Network, Network.id == Centre.network_id)
    for count in counts.values():
        query = query.outerjoin(count, count.c.centre_id == Centre.id)
    return query.where(Network.operator_id == actor.network_operator_id).order_by(Centre.slug)
