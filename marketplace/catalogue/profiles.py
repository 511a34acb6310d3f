"""What an organisation's page says of challenges: those it published under its name, those it was selected for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select

from marketplace.calls.models import Award, Call
from marketplace.calls.states import RELEASED
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import closing, is_staffed_by, visible_to
from marketplace.challenges.secrets import reveals
from marketplace.challenges.states import PUBLISHED
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.people.models import Organisation

MOST = 20


def challenges_posted(organisation: Organisation, actor: Actor, now: datetime) -> list[Challenge]:
    """The newest challenges that it published; an anonymous one only for who may know whose it is."""
    known = or_(
        Challenge.visibility == "public",
        and_(
            Challenge.visibility == "anonymous",
            or_(
                and_(Call.identity_revealed == "at_closing", closing() < now),
                Challenge.organisation_id == (actor.party_id or 0),
                is_staffed_by(actor),
            ),
        ),
    )
    query = (
        visible_to(actor)
        .outerjoin(Call, Call.id == Challenge.call_id)
        .where(Challenge.organisation_id == organisation.id, Challenge.state.in_(PUBLISHED), known)
        .order_by(Challenge.published_at.desc().nulls_last(), Challenge.id.desc())
    )
    found = db.session.scalars(queries.for_rows(query, actor).limit(MOST)).unique()
    return [row for row in found if reveals(row, actor)]


def challenges_won(organisation: Organisation, actor: Actor) -> list[Challenge]:
    """Challenges of named companies that it holds a place in, once the decisions of their call are announced."""
    places = select(Award.challenge_id).where(
        Award.organisation_id == organisation.id, Award.given_back_at.is_(None), Award.challenge_id.is_not(None)
    )
    query = (
        visible_to(actor)
        .join(Call, Call.id == Challenge.call_id)
        .where(
            Challenge.id.in_(places),
            Challenge.visibility == "public",
            Challenge.state.in_(PUBLISHED),
            Call.state.in_(RELEASED),
        )
        .order_by(Challenge.published_at.desc(), Challenge.id.desc())
    )
    return list(db.session.scalars(queries.for_rows(query, actor).limit(MOST)).unique())
