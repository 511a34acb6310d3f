"""What waits for people outside companies, startups and centres: the network's staff, and who belongs nowhere yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, literal, select

from marketplace.desk.rows import end_of, rows
from marketplace.kernel.policy import Actor
from marketplace.network import queries as calls
from marketplace.network.models import Call
from marketplace.network.queries import programmes_watched_by
from marketplace.people.models import Invitation, Membership, User


def network(actor: Actor, now: datetime) -> list[Select[Any]]:
    """Calls of the network whose promised answer is late."""
    query = calls.visible_to(actor).where(
        Call.programme_id.in_(programmes_watched_by(actor.network_operator_id or 0)),
        Call.is_reference.is_(False),
        calls.state_at(now) == "closed",
        end_of(Call.decisions_by, Call.time_zone) < now,
    )
    late = rows(
        query,
        "call.overdue",
        id=Call.id,
        call_id=Call.id,
        since=Call.closes_at,
        due=end_of(Call.decisions_by, Call.time_zone),
        by_day=True,
        zone=Call.time_zone,
    )
    return [late]


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
