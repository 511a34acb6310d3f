"""The few numbers above a desk: of a centre's programmes, and of each centre of a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, join, select, true

from marketplace.applications.models import Application, Decision
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.collaborations import queries as collaborations
from marketplace.collaborations.models import Collaboration
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import end_of
from marketplace.network.models import Call, Centre, Network, Programme
from marketplace.network.queries import manages, programmes_watched_by
from marketplace.network.queries import state_at as call_state_at
from marketplace.people.models import OrganisationText

UNDER_WAY = ("planned", "active", "at_risk", "suspended", "final_report")


def of_centre(actor: Actor, now: datetime) -> Row[Any]:
    """Challenges, applications, days to an answer and collaborations, in one query."""
    return db.session.execute(_of_centre(actor), clock.at(now)).one()


@prepared
def _of_centre(actor: Actor) -> Select[Any]:
    now = clock.NOW
    state = challenges.state_at(now)
    seen = (
        challenges.visible_to(actor)
        .with_only_columns(
            func.count().label("open"),
            func.count().filter(challenges.closing() < now + timedelta(days=7)).label("closing"),
            maintain_column_froms=True,
        )
        .outerjoin(Call, Call.id == Challenge.call_id)
        .where(Challenge.is_reference.is_(False), state == "open")
        .subquery()
    )
    # Drafts are sealed: staff see how many, never which.
    received = (
        select(
            func.count().filter(Application.number.is_not(None)).label("received"),
            func.count().filter(Application.state == "draft").label("drafts"),
        )
        .join(Call, Call.id == Application.call_id)
        .where(manages(actor))
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
    work = (
        collaborations.visible_to(actor)
        .with_only_columns(
            func.count().filter(Collaboration.state.in_(("at_risk", "suspended"))).label("at_risk"),
            func.count().label("under_way"),
            maintain_column_froms=True,
        )
        .where(Collaboration.state.in_(UNDER_WAY))
        .subquery()
    )
    joined = seen.join(received, true()).join(speed, true()).join(work, true())
    return select(seen, received, speed, work).select_from(joined)


def of_network(actor: Actor, now: datetime, locale: str) -> Sequence[Row[Any]]:
    """One row per centre of the network this person watches over; counts alone."""
    return db.session.execute(_of_network(actor, locale), clock.at(now)).all()


@prepared
def _of_network(actor: Actor, locale: str) -> Select[Any]:
    """Cases count for the centre that lists name for them, late answers for the centre that manages the call."""
    now = clock.NOW
    state = challenges.state_at(now)
    managing = Programme.managing_centre_id
    own = func.coalesce(Challenge.centre_id, managing)
    seat = case((Challenge.visibility == "anonymous", managing), else_=own)
    watched = Programme.id.in_(programmes_watched_by(actor.network_operator_id or 0))

    def per_centre(source: Any, centre: Any, *conditions: Any) -> Any:
        query = select(centre.label("centre_id"), func.count().label("number")).select_from(source)
        return query.where(*conditions).group_by(centre).subquery()

    placed = join(Challenge, Call, Call.id == Challenge.call_id).join(Programme, Programme.id == Call.programme_id)
    sent = (
        join(Application, Call, Call.id == Application.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .outerjoin(Challenge, Challenge.id == Application.challenge_id)
    )
    run = join(Call, Programme, Programme.id == Call.programme_id)
    late = and_(call_state_at(now) == "closed", end_of(Call.decisions_by, Call.time_zone) < now)
    counts = {
        "open": per_centre(placed, seat, watched, Challenge.is_reference.is_(False), state == "open"),
        "received": per_centre(sent, seat, watched, Application.number.is_not(None)),
        "overdue": per_centre(run, Programme.managing_centre_id, watched, Call.is_reference.is_(False), late),
        "under_way": per_centre(Collaboration, Collaboration.centre_id, Collaboration.state.in_(UNDER_WAY)),
        "at_risk": per_centre(
            Collaboration, Collaboration.centre_id, Collaboration.state.in_(("at_risk", "suspended"))
        ),
    }  # fmt: skip
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
