"""What waits for the staff of a centre: only what this centre itself has to do next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from marketplace.applications import queries as applications
from marketplace.applications.models import Application, Decision
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.collaborations.board import LIMITS
from marketplace.collaborations.models import Agreement, Collaboration, FinalReport, Milestone, Outcome
from marketplace.collaborations.states import OPINION_WAIT, RESULTS
from marketplace.desk.of_pair import collaborating, late_milestones, named, signatures
from marketplace.desk.rows import UTC, end_of, rows, within
from marketplace.kernel.policy import Actor
from marketplace.network import queries as calls
from marketplace.network.models import Call, Centre
from marketplace.network.queries import programmes_managed_by
from marketplace.pairings import queries as pairings
from marketplace.pairings.board import CONFIRM_DAYS
from marketplace.pairings.models import Pairing
from marketplace.people import claim_queries as claims
from marketplace.people import queries as people
from marketplace.people.models import Claim, Organisation
from marketplace.questions import queries as questions
from marketplace.questions.models import Question

# Days after which something should not wait any longer, where neither a deadline of its own nor the board says so.
TAKE_UP, REVIEW, PLACE, VERIFY, LOOK_OVER = 3, 10, 14, 5, 2
PAIR, DRAFT, AGREE, OUTCOME = 14, 14, 7, 14
REMIND_BEFORE = timedelta(days=3)
LIVE_PAIR = ("requested", "accepted", "confirmed")


def waiting(actor: Actor, now: datetime) -> list[Select[Any]]:
    """One part per source, each through its own package's ``visible_to``."""
    assert actor.centre_id is not None
    parts = [
        _challenges(actor),
        _questions(actor, now),
        _organisations(actor),
        claims_to_decide(actor),
        _calls_to_decide(actor, now),
        _places_without_pair(actor),
        _pairings(actor, now),
        _collaborations(actor, now),
        _agreements(actor),
        signatures(actor),
        _milestones(actor, now),
        _outcomes(actor),
    ]
    return [*parts, _drafts(actor)] if actor.is_manager else parts


def manages(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's centre manages the call of the row."""
    return Call.programme_id.in_(programmes_managed_by(actor.centre_id or 0))


def _challenges(actor: Actor) -> Select[Any]:
    step = case(
        {"submitted": "challenge.take_up", "in_review": "challenge.review", "candidate": "challenge.place"},
        value=Challenge.state,
    )
    days = case({"submitted": TAKE_UP, "in_review": REVIEW, "candidate": PLACE}, value=Challenge.state)
    query = (
        challenges.visible_to(actor)
        .outerjoin(Call, Call.id == Challenge.call_id)
        .outerjoin(Centre, Centre.id == Challenge.centre_id)
        .where(
            Challenge.state.in_(("submitted", "in_review", "candidate")),
            Challenge.is_reference.is_(False),
            or_(manages(actor), and_(Challenge.centre_id == actor.centre_id, Challenge.call_id.is_(None))),
        )
    )
    return rows(
        query,
        step,
        id=Challenge.id,
        challenge_id=Challenge.id,
        organisation_id=case((Challenge.visibility != "anonymous", Challenge.organisation_id)),
        since=Challenge.state_since,
        due=Challenge.state_since + days * timedelta(days=1),
        by_day=True,
        zone=func.coalesce(Call.time_zone, Centre.time_zone, UTC),
    )


def _questions(actor: Actor, now: datetime) -> Select[Any]:
    """What to look over until applications close, and what the company has not answered in time."""
    asked = Question.state == "asked"
    late = and_(Question.state == "published", Question.answer_by < now)
    query = (
        questions.visible_to(actor)
        .join(Challenge, Challenge.id == Question.challenge_id)
        .join(Call, Call.id == Challenge.call_id)
        .where(manages(actor), or_(asked, late), challenges.state_at(now) == "open")
    )
    return rows(
        query,
        case((asked, "question.look_over"), else_="question.overdue"),
        id=Question.id,
        challenge_id=Question.challenge_id,
        since=Question.state_since,
        due=case((asked, Question.created_at + timedelta(days=LOOK_OVER)), else_=Question.answer_by),
        by_day=asked,
        zone=Call.time_zone,
    )


def _organisations(actor: Actor) -> Select[Any]:
    """Organisations that chose this centre to verify them, or that it works with."""
    query = people.waiting_for(actor).join(Centre, Centre.id == actor.centre_id)
    return rows(
        query,
        "organisation.verify",
        id=Organisation.id,
        organisation_id=Organisation.id,
        zone=Centre.time_zone,
        **within(VERIFY, Organisation.state_since),
    )


def claims_to_decide(actor: Actor) -> Select[Any]:
    """Imported organisations that somebody says are theirs: one task each, however many claim it."""
    tally = (
        select(func.count().label("number"), func.min(Claim.created_at).label("since"))
        .where(Claim.organisation_id == Organisation.id, Claim.state == "open", Claim.user_id != actor.user_id)
        .where(or_(Organisation.kind == "centre", Claim.centre_id == (actor.centre_id or 0)))
        .correlate(Organisation)
        .lateral("tally")
    )
    query = (
        claims.decided_by(actor)
        .join(tally, true())
        .outerjoin(Centre, Centre.id == (actor.centre_id or Organisation.id))
        .where(tally.c.number > 0)
    )
    return rows(
        query,
        "claim.decide",
        id=Organisation.id,
        organisation_id=Organisation.id,
        number=tally.c.number,
        zone=Centre.time_zone,
        **within(VERIFY, tally.c.since),
    )


def _calls_to_decide(actor: Actor, now: datetime) -> Select[Any]:
    """A closed call is one task: to screen, then to prepare, then to release."""
    in_call = Application.call_id == Call.id
    screened = func.count().filter(Application.state == "submitted")
    undecided = func.count().filter(Application.state != "submitted", Decision.application_id.is_(None))
    tally = (
        select(screened.label("screen"), undecided.label("prepare"), func.count().label("all"))
        .select_from(Application)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(in_call, Application.state.in_(("submitted", "eligible", "shortlisted")))
        .correlate(Call)
        .lateral("tally")
    )
    query = (
        calls.visible_to(actor)
        .join(tally, true())
        .where(manages(actor), Call.is_reference.is_(False), calls.state_at(now) == "closed")
    )
    if not actor.is_manager:  # releasing is the managers' own step
        query = query.where(or_(tally.c.screen > 0, tally.c.prepare > 0))
    return rows(
        query,
        case((tally.c.screen > 0, "call.screen"), (tally.c.prepare > 0, "call.prepare"), else_="call.release"),
        id=Call.id,
        call_id=Call.id,
        number=case((tally.c.screen > 0, tally.c.screen), (tally.c.prepare > 0, tally.c.prepare), else_=tally.c.all),
        since=Call.closes_at,
        due=end_of(Call.decisions_by, Call.time_zone),
        by_day=True,
        zone=Call.time_zone,
    )


def _places_without_pair(actor: Actor) -> Select[Any]:
    paired = select(Pairing.id).where(Pairing.application_id == Application.id, Pairing.state.in_(LIVE_PAIR))
    query = (
        applications.visible_to(actor)
        .join(Call, Call.id == Application.call_id)
        .where(Application.state == "selected", manages(actor), ~paired.exists())
    )
    return rows(
        query,
        "pairing.request",
        id=Application.id,
        challenge_id=Application.challenge_id,
        call_id=Application.call_id,
        organisation_id=Application.organisation_id,
        zone=Call.time_zone,
        **within(PAIR, Application.state_since),
    )


def _pairings(actor: Actor, now: datetime) -> Select[Any]:
    silent = and_(pairings.state_at(now) == "requested", Pairing.answer_by < now + REMIND_BEFORE)
    agreed = and_(Pairing.state == "accepted", manages(actor))
    query = pairings.visible_to(actor).join(Call, Call.id == Pairing.call_id).where(or_(silent, agreed))
    asked = Pairing.state == "requested"
    return rows(
        query,
        case((asked, "pairing.remind"), else_="pairing.confirm"),
        id=Pairing.id,
        challenge_id=Pairing.challenge_id,
        call_id=Pairing.call_id,
        organisation_id=Pairing.startup_id,
        since=Pairing.state_since,
        due=case((asked, Pairing.answer_by), else_=Pairing.state_since + timedelta(days=CONFIRM_DAYS)),
        by_day=~asked,
        zone=Call.time_zone,
    )


def _collaborations(actor: Actor, now: datetime) -> Select[Any]:
    """What the centre clears, judges or follows up; a result once the company was heard."""
    steps = {
        "at_risk": "collaboration.at_risk",
        "suspended": "collaboration.suspended",
        "final_report": "collaboration.judge",
        **dict.fromkeys(RESULTS, "collaboration.follow_up"),
    }
    ended = Collaboration.state.in_(RESULTS)
    heard = select(FinalReport.id).where(
        FinalReport.collaboration_id == Collaboration.id, FinalReport.company_opinion != ""
    )
    query = collaborating(actor).where(
        Collaboration.state.in_(tuple(steps)),
        or_(~ended, Collaboration.next_step.is_not(None)),
        or_(
            Collaboration.state != "final_report",
            heard.exists(),
            Collaboration.state_since + OPINION_WAIT <= now,
        ),
    )
    days = case({state: LIMITS[state] for state in steps}, value=Collaboration.state)
    return rows(
        query,
        case(steps, value=Collaboration.state),
        id=Collaboration.id,
        since=Collaboration.state_since,
        due=Collaboration.state_since + days * timedelta(days=1),
        by_day=True,
        **named(),
    )


def _agreements(actor: Actor) -> Select[Any]:
    steps = {"drafting": "agreement.draft", "review": "agreement.open_signing"}
    query = (
        collaborating(actor)
        .join(Agreement, Agreement.collaboration_id == Collaboration.id)
        .where(Agreement.state.in_(tuple(steps)), Collaboration.state == "planned")
    )
    days = case({"drafting": DRAFT, "review": AGREE}, value=Agreement.state)
    return rows(
        query,
        case(steps, value=Agreement.state),
        id=Agreement.id,
        since=Agreement.state_since,
        due=Agreement.state_since + days * timedelta(days=1),
        by_day=True,
        **named(),
    )


def _milestones(actor: Actor, now: datetime) -> Select[Any]:
    return rows(
        late_milestones(actor, now),
        "milestone.overdue",
        id=Milestone.id,
        since=Milestone.state_since,
        due=end_of(Milestone.due_on, Centre.time_zone),
        by_day=True,
        **{**named(), "title": Milestone.title},
    )


def _outcomes(actor: Actor) -> Select[Any]:
    query = (
        collaborating(actor)
        .join(Outcome, Outcome.collaboration_id == Collaboration.id)
        .where(Outcome.state == "evidenced")
    )
    return rows(query, "outcome.verify", id=Outcome.id, **within(OUTCOME, Outcome.state_since), **named())


def _drafts(actor: Actor) -> Select[Any]:
    query = calls.visible_to(actor).where(Call.state == "draft", Call.is_reference.is_(False), manages(actor))
    return rows(
        query,
        "call.publish",
        id=Call.id,
        call_id=Call.id,
        since=Call.state_since,
        due=end_of(Call.notice_date, Call.time_zone),
        by_day=True,
        zone=Call.time_zone,
    )
