"""What waits for people outside companies, startups and centres: the network's staff, and who belongs nowhere yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, exists, literal, select

from marketplace.collaborations.board import LIMITS
from marketplace.collaborations.models import Collaboration, Milestone
from marketplace.desk.of_centre import claims_to_decide
from marketplace.desk.of_pair import collaborating, late_milestones, named
from marketplace.desk.rows import end_of, rows
from marketplace.kernel.policy import Actor
from marketplace.network import queries as calls
from marketplace.network.models import Call, Centre, Programme
from marketplace.network.queries import programmes_watched_by
from marketplace.people.models import Invitation, Membership, User


def network(actor: Actor, now: datetime) -> list[Select[Any]]:
    """Where the network's staff may have to lend a hand: late answers, trouble, overdue milestones, claimed centres."""
    return [_late_answers(actor, now), _trouble(actor), _milestones(actor, now), claims_to_decide(actor)]


def _late_answers(actor: Actor, now: datetime) -> Select[Any]:
    query = (
        calls.visible_to(actor)
        .join(Programme, Programme.id == Call.programme_id)
        .where(
            Programme.id.in_(programmes_watched_by(actor.network_operator_id or 0)),
            Call.is_reference.is_(False),
            calls.state_at(now) == "closed",
            end_of(Call.decisions_by, Call.time_zone) < now,
        )
    )
    return rows(
        query,
        "call.overdue",
        id=Call.id,
        call_id=Call.id,
        organisation_id=Programme.managing_centre_id,
        since=Call.closes_at,
        due=end_of(Call.decisions_by, Call.time_zone),
        by_day=True,
        zone=Call.time_zone,
    )


def _trouble(actor: Actor) -> Select[Any]:
    """Collaborations at risk or suspended, by the day on which their centre should have cleared it."""
    steps = {"at_risk": "network.at_risk", "suspended": "network.suspended"}
    days = case({state: LIMITS[state] for state in steps}, value=Collaboration.state)
    return rows(
        collaborating(actor).where(Collaboration.state.in_(tuple(steps))),
        case(steps, value=Collaboration.state),
        id=Collaboration.id,
        organisation_id=Collaboration.centre_id,
        since=Collaboration.state_since,
        due=Collaboration.state_since + days * timedelta(days=1),
        by_day=True,
        **named(),
    )


def _milestones(actor: Actor, now: datetime) -> Select[Any]:
    return rows(
        late_milestones(actor, now),
        "network.milestone",
        id=Milestone.id,
        organisation_id=Collaboration.centre_id,
        since=Milestone.state_since,
        due=end_of(Milestone.due_on, Centre.time_zone),
        by_day=True,
        **{**named(), "title": Milestone.title},
    )


def invited(actor: Actor, now: datetime) -> Select[Invitation]:
    """Invitations to this person's own address that can still be taken."""
    return (
        select(Invitation)
        .join(User, User.email == Invitation.email)
        .where(
            User.id == actor.user_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def invitations(actor: Actor, now: datetime) -> list[Select[Any]]:
    """One part: the invitations to answer."""
    return [
        rows(
            invited(actor, now),
            "invitation.accept",
            id=Invitation.id,
            organisation_id=Invitation.organisation_id,
            since=Invitation.created_at,
            due=Invitation.expires_at,
        )
    ]


def newcomer(actor: Actor) -> list[Select[Any]]:
    """Who belongs to no organisation adds or joins one."""
    belongs = exists().where(Membership.user_id == actor.user_id)
    query = select(User).where(User.id == actor.user_id, ~belongs)
    return [rows(query, literal("organisation.create"), id=User.id, since=User.created_at)]
