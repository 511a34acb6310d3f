"""What is under way while others act next: the same one shape, told apart by subject and state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select

from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Agreement, Collaboration, Milestone
from marketplace.desk.of_pair import collaborating, named
from marketplace.desk.rows import UTC, end_of, rows
from marketplace.kernel.policy import Actor
from marketplace.network import queries as calls
from marketplace.network.models import Call, Centre
from marketplace.network.queries import programmes_managed_by, programmes_watched_by
from marketplace.network.queries import state_at as call_state_at
from marketplace.pairings import queries as pairings
from marketplace.pairings.models import Pairing
from marketplace.people import claim_queries as claims
from marketplace.people.models import Claim
from marketplace.questions import queries as questions
from marketplace.questions.models import Question

LIVE = ("planned", "active", "at_risk", "suspended", "final_report", "follow_up")
OF_OTHERS = ("planned", "active", "at_risk", "follow_up")  # in the rest the centre itself acts next
WATCHED = ("planned", "active", "final_report", "follow_up")  # in the rest the network is asked to look


def parts(actor: Actor, now: datetime) -> list[Select[Any]]:
    """One part per source for those who take part in anything, and their own claims for everybody."""
    return [_own_claims(actor), *_of_role(actor, now)]


def _own_claims(actor: Actor) -> Select[Any]:
    query = claims.visible_to(actor).where(Claim.user_id == actor.user_id, Claim.state == "open")
    return rows(
        query, "claim.open", id=Claim.id, state=Claim.state, organisation_id=Claim.organisation_id,
        since=Claim.state_since,
    )  # fmt: skip


def _of_role(actor: Actor, now: datetime) -> list[Select[Any]]:
    if actor.centre_id is not None:
        return [_challenges(actor, now), _pairings(actor, now), _collaborations(actor)]
    if actor.party_id is not None:
        return [
            _challenges(actor, now),
            _questions(actor, now),
            _applications(actor, now),
            _pairings(actor, now),
            _collaborations(actor),
        ]
    if actor.network_operator_id is not None:
        watched = programmes_watched_by(actor.network_operator_id)
        return [_calls(actor, now, watched), _pairings(actor, now), _collaborations(actor)]
    if actor.role == "evaluator":
        return [_calls(actor, now, programmes_managed_by(actor.organisation_id or 0))]
    return []


def _calls(actor: Actor, now: datetime, programmes: Select[int]) -> Select[Any]:
    """Calls from publication to their decisions, for readers who take no part in them."""
    state = call_state_at(now)
    query = calls.visible_to(actor).where(
        Call.programme_id.in_(programmes),
        Call.is_reference.is_(False),
        state.in_(("published", "open", "closed")),
    )
    if actor.network_operator_id is not None:  # a late answer waits for them already
        query = query.where(or_(state != "closed", end_of(Call.decisions_by, Call.time_zone) >= now))
    turn = {"published": Call.opens_at, "open": Call.closes_at}
    return rows(
        query,
        literal("call.") + state,
        id=Call.id,
        state=state,
        call_id=Call.id,
        since=case((and_(state == "closed", Call.state != "closed"), Call.closes_at), else_=Call.state_since),
        due=case(turn, value=state, else_=end_of(Call.decisions_by, Call.time_zone)),
        by_day=state == "closed",
        zone=Call.time_zone,
    )


def _challenges(actor: Actor, now: datetime) -> Select[Any]:
    state, closing = challenges.state_at(now), challenges.closing()
    answered = Call.state.in_(("decided", "running"))
    query = (
        challenges.visible_to(actor)
        .outerjoin(Call, Call.id == Challenge.call_id)
        .outerjoin(Centre, Centre.id == Challenge.centre_id)
        .where(Challenge.is_reference.is_(False))
    )
    if actor.centre_id is not None:
        managed = Call.programme_id.in_(programmes_managed_by(actor.centre_id))
        query = query.where(
            or_(state.in_(("revision", "open")), and_(state == "closed", answered)),
            or_(managed, Challenge.centre_id == actor.centre_id),
        )
    else:
        query = query.where(
            Challenge.organisation_id == actor.party_id,
            state.in_(("submitted", "in_review", "candidate", "open", "closed")),
        )
    return rows(
        query,
        case((and_(state == "closed", answered), "challenge.answered"), else_=literal("challenge.") + state),
        id=Challenge.id,
        state=state,
        challenge_id=Challenge.id,
        since=case((and_(state == "closed", Challenge.state == "open"), closing), else_=Challenge.state_since),
        due=case(
            (state == "open", closing), (and_(state == "closed", ~answered), end_of(Call.decisions_by, Call.time_zone))
        ),
        by_day=state == "closed",
        zone=func.coalesce(Call.time_zone, Centre.time_zone, UTC),
    )


def _questions(actor: Actor, now: datetime) -> Select[Any]:
    """What this party itself asked and waits to be answered."""
    query = (
        questions.visible_to(actor)
        .join(Challenge, Challenge.id == Question.challenge_id)
        .join(Call, Call.id == Challenge.call_id)
        .where(
            Question.asker_id == actor.party_id,
            Question.state.in_(("asked", "published")),
            challenges.state_at(now) == "open",
        )
    )
    return rows(
        query,
        literal("question.") + Question.state,
        id=Question.id,
        state=Question.state,
        challenge_id=Question.challenge_id,
        since=Question.state_since,
        due=Question.answer_by,
        zone=Call.time_zone,
    )


def _applications(actor: Actor, now: datetime) -> Select[Any]:
    sealed = call_state_at(now).in_(("published", "open"))
    query = (
        applications.visible_to(actor)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.organisation_id == actor.party_id,
            Application.state.in_(("submitted", "eligible", "shortlisted", "reserve")),
            ~and_(sealed, applications.is_reopened()),
        )
    )
    waits = and_(Application.state == "submitted", sealed)
    return rows(
        query,
        case((waits, "application.sealed"), else_=literal("application.") + Application.state),
        id=Application.id,
        state=Application.state,
        challenge_id=Application.challenge_id,
        call_id=Application.call_id,
        since=Application.state_since,
        due=case((waits, Call.closes_at), (Application.state != "reserve", end_of(Call.decisions_by, Call.time_zone))),
        by_day=~waits,
        zone=Call.time_zone,
    )


def _pairings(actor: Actor, now: datetime) -> Select[Any]:
    query = pairings.visible_to(actor).join(Call, Call.id == Pairing.call_id)
    if actor.centre_id is not None:
        query = query.where(pairings.state_at(now) == "requested")
    elif actor.network_operator_id is not None:
        query = query.where(pairings.state_at(now).in_(("requested", "accepted")))
    else:
        answered = or_(
            and_(Pairing.company_id == actor.party_id, Pairing.company_accepts.is_(True)),
            and_(Pairing.startup_id == actor.party_id, Pairing.startup_accepts.is_(True)),
        )
        query = query.where(pairings.state_at(now).in_(("requested", "accepted")), answered)
    return rows(
        query,
        literal("pairing.") + Pairing.state,
        id=Pairing.id,
        state=Pairing.state,
        challenge_id=Pairing.challenge_id,
        call_id=Pairing.call_id,
        since=Pairing.state_since,
        due=case((Pairing.state == "requested", Pairing.answer_by)),
        zone=Call.time_zone,
    )


def _collaborations(actor: Actor) -> Select[Any]:
    """With the next milestone as its date, or the state of the agreement while there is no work yet."""
    following = (
        select(func.min(Milestone.due_on))
        .where(Milestone.collaboration_id == Collaboration.id, Milestone.state == "scheduled")
        .correlate(Collaboration)
        .scalar_subquery()
    )
    query = (
        collaborating(actor)
        .outerjoin(Agreement, Agreement.collaboration_id == Collaboration.id)
        .where(Collaboration.state.in_(_shown_to(actor)))
    )
    planned = Collaboration.state == "planned"
    return rows(
        query,
        case(
            (planned, literal("agreement.") + func.coalesce(Agreement.state, "drafting")),
            else_=literal("collaboration.") + Collaboration.state,
        ),
        id=Collaboration.id,
        state=Collaboration.state,
        since=Collaboration.state_since,
        due=case((Collaboration.state.in_(("active", "at_risk")), end_of(following, Call.time_zone))),
        by_day=True,
        **named(),
    )


def _shown_to(actor: Actor) -> tuple[str, ...]:
    """States of a collaboration that are under way for this reader while others act."""
    if actor.party_id is not None:
        return LIVE
    return OF_OTHERS if actor.centre_id is not None else WATCHED
