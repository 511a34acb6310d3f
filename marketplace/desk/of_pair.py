"""What waits for the two sides of a pair: answers, signatures, milestones, the report and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from marketplace.collaborations import queries as collaborations
from marketplace.collaborations.models import (
    Agreement,
    AgreementParty,
    AgreementVersion,
    Collaboration,
    FinalReport,
    Milestone,
    MilestoneChange,
    Outcome,
    Signature,
)
from marketplace.collaborations.states import LIVE, OPINION_WAIT, RESULTS
from marketplace.desk.rows import end_of, rows, within
from marketplace.kernel import clock
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call, Centre
from marketplace.pairings import queries as pairings
from marketplace.pairings.models import Pairing

READ, SIGN, NEXT_STEP, COUNTERSIGN, REPORT, CLAIM = 7, 7, 14, 14, 21, 60
AHEAD = timedelta(days=14)


def waiting(actor: Actor, now: datetime) -> list[Select[Any]]:
    """One part per source, each through its own package's ``visible_to``."""
    return [
        _pairings(actor, now),
        _agreements(actor),
        signatures(actor),
        _milestones(actor, now),
        _milestone_changes(actor),
        _collaborations(actor),
        _outcomes(actor),
    ]


def collaborating(actor: Actor) -> Select[Collaboration]:
    """Collaborations this reader may see, with their pairing and call, and the centre in whose zone days count."""
    return (
        collaborations.visible_to(actor)
        .join(Pairing, Pairing.id == Collaboration.pairing_id)
        .join(Call, Call.id == Pairing.call_id)
        .join(Centre, Centre.id == Collaboration.centre_id)
    )


def named() -> dict[str, Any]:
    """How a collaboration is called on a desk, and in which zone its days count."""
    own = case((Pairing.challenge_id.is_(None), Collaboration.title))
    return {"part_id": Collaboration.id, "challenge_id": Pairing.challenge_id, "title": own,
            "locale": Collaboration.locale, "zone": Centre.time_zone}  # fmt: skip


def today_in_zone(now: datetime) -> ColumnElement[Any]:
    """The calendar day of ``now`` in the zone of the row's centre, as on the page of a collaboration."""
    return clock.day_at(now, Centre.time_zone)


def late_milestones(actor: Actor, now: datetime) -> Select[Collaboration]:
    """Collaborations this reader may see with each milestone whose day has passed unjudged."""
    return (
        collaborating(actor)
        .join(Milestone, Milestone.collaboration_id == Collaboration.id)
        .where(
            Milestone.state == "scheduled",
            Milestone.due_on < today_in_zone(now),
            Collaboration.state.in_(("active", "at_risk", "suspended")),
        )
    )


def _pairings(actor: Actor, now: datetime) -> Select[Any]:
    query = (
        pairings.visible_to(actor)
        .join(Call, Call.id == Pairing.call_id)
        .where(
            pairings.state_at(now) == "requested",
            or_(
                and_(Pairing.company_id == actor.party_id, Pairing.company_accepts.is_(None)),
                and_(Pairing.startup_id == actor.party_id, Pairing.startup_accepts.is_(None)),
            ),
        )
    )
    return rows(
        query,
        "pairing.answer",
        id=Pairing.id,
        challenge_id=Pairing.challenge_id,
        call_id=Pairing.call_id,
        organisation_id=case((Pairing.company_id == actor.party_id, Pairing.startup_id)),
        since=Pairing.state_since,
        due=Pairing.answer_by,
        zone=Call.time_zone,
    )


def _agreements(actor: Actor) -> Select[Any]:
    query = (
        collaborating(actor)
        .join(Agreement, Agreement.collaboration_id == Collaboration.id)
        .where(Agreement.state == "review")
    )
    return rows(query, "agreement.read", id=Agreement.id, **within(READ, Agreement.state_since), **named())


def signatures(actor: Actor) -> Select[Any]:
    """Agreements that wait for this very person's signature, or for their organisation to name who signs."""
    signed = select(Signature.party_id).where(Signature.party_id == AgreementParty.id)
    query = (
        collaborating(actor)
        .join(Agreement, Agreement.collaboration_id == Collaboration.id)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(
            AgreementVersion.in_force_at.is_(None),
            AgreementVersion.ended_at.is_(None),
            AgreementParty.organisation_id == actor.organisation_id,
            or_(
                and_(
                    or_(
                        Agreement.state == "signing",
                        and_(Agreement.state == "amending", AgreementVersion.offered_at.is_not(None)),
                    ),
                    AgreementParty.signer_id == actor.user_id,
                    ~signed.exists(),
                ),
                and_(Agreement.state.in_(("review", "signing")), AgreementParty.signer_id.is_(None)),
            ),
        )
    )
    unnamed = AgreementParty.signer_id.is_(None)
    return rows(
        query,
        case((unnamed, "agreement.name_signer"), else_="agreement.sign"),
        id=Agreement.id,
        **within(SIGN, Agreement.state_since),
        **named(),
    )


def _milestones(actor: Actor, now: datetime) -> Select[Any]:
    """The owner reaches it in time; once its day has come, the company judges it."""
    judges = and_(Collaboration.company_id == actor.party_id, Milestone.due_on <= today_in_zone(now))
    reaches = and_(Milestone.owner_id == actor.party_id, Milestone.due_on <= today_in_zone(now + AHEAD))
    query = (
        collaborating(actor)
        .join(Milestone, Milestone.collaboration_id == Collaboration.id)
        .where(Milestone.state == "scheduled", Collaboration.state.in_(("active", "at_risk")), or_(judges, reaches))
    )
    return rows(
        query,
        case((judges, "milestone.judge"), else_="milestone.reach"),
        id=Milestone.id,
        since=Milestone.state_since,
        due=end_of(Milestone.due_on, Centre.time_zone),
        by_day=True,
        **{**named(), "title": Milestone.title},
    )


def _milestone_changes(actor: Actor) -> Select[Any]:
    """Changes of what was signed, for the side that has not agreed yet."""
    query = (
        collaborating(actor)
        .join(Milestone, Milestone.collaboration_id == Collaboration.id)
        .join(MilestoneChange, MilestoneChange.milestone_id == Milestone.id)
        .where(
            MilestoneChange.answer.is_(None),
            Collaboration.state.in_(LIVE),
            or_(
                and_(Collaboration.company_id == actor.party_id, MilestoneChange.company_agrees.is_(False)),
                and_(Collaboration.startup_id == actor.party_id, MilestoneChange.startup_agrees.is_(False)),
            ),
        )
    )
    return rows(
        query,
        "milestone.answer_change",
        id=Milestone.id,
        **within(READ, MilestoneChange.asked_at),
        **{**named(), "title": Milestone.title},
    )


def _collaborations(actor: Actor) -> Select[Any]:
    """The report when all is judged, the company's opinion and next step, and what it led to."""
    is_company, is_startup = Collaboration.company_id == actor.party_id, Collaboration.startup_id == actor.party_id
    planned = select(Milestone.id).where(Milestone.collaboration_id == Collaboration.id)
    claimed = select(Outcome.id).where(Outcome.collaboration_id == Collaboration.id)
    told = select(FinalReport.id).where(
        FinalReport.collaboration_id == Collaboration.id, FinalReport.company_opinion != ""
    )
    live, ended = Collaboration.state.in_(("active", "at_risk")), Collaboration.state.in_((*RESULTS, "follow_up"))
    steps = {
        "collaboration.report": and_(
            is_startup, live, planned.exists(), ~planned.where(Milestone.state == "scheduled").exists()
        ),
        "collaboration.give_opinion": and_(is_company, Collaboration.state == "final_report", ~told.exists()),
        "collaboration.next_step": and_(
            is_company, Collaboration.state.in_(RESULTS), Collaboration.next_step.is_(None)
        ),
        "outcome.claim": and_(is_startup, ended, ~claimed.exists()),
    }
    days = {"collaboration.report": REPORT, "collaboration.give_opinion": OPINION_WAIT.days, "outcome.claim": CLAIM}
    length = case(*((found, days.get(step, NEXT_STEP)) for step, found in steps.items()))
    return rows(
        collaborating(actor).where(or_(*steps.values())),
        case(*((found, step) for step, found in steps.items())),
        id=Collaboration.id,
        since=Collaboration.state_since,
        due=Collaboration.state_since + length * timedelta(days=1),
        by_day=True,
        **named(),
    )


def _outcomes(actor: Actor) -> Select[Any]:
    query = (
        collaborating(actor)
        .join(Outcome, Outcome.collaboration_id == Collaboration.id)
        .where(Outcome.state == "claimed", Collaboration.company_id == actor.party_id)
    )
    return rows(query, "outcome.countersign", id=Outcome.id, **within(COUNTERSIGN, Outcome.state_since), **named())
