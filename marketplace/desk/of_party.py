"""What waits for a company or a startup before they are a pair; one organisation may be both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, literal, or_, select

from marketplace.applications import queries as applications
from marketplace.applications.models import (
    Application,
    ApplicationParty,
    ApplicationRevision,
    EligibilityResult,
    FitOpinion,
    PlaceOffer,
)
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge, ChallengeInvitation
from marketplace.desk.rows import UTC, end_of, rows
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call, Centre
from marketplace.network.queries import state_at as call_state_at
from marketplace.people import queries as people
from marketplace.people.models import Organisation
from marketplace.questions import queries as questions
from marketplace.questions.models import Question

CHANGE = 14  # days for what the centre asked to be changed


def waiting(actor: Actor, now: datetime) -> list[Select[Any]]:
    """One part per source, each through its own package's ``visible_to``."""
    return [
        _profile(actor),
        _visibility(actor),
        _challenges(actor),
        _questions(actor, now),
        _comparisons(actor, now),
        _invitations(actor, now),
        _drafts(actor, now),
        _unclear(actor),
        _places(actor, now),
    ]


def _profile(actor: Actor) -> Select[Any]:
    """Owners ask the centre to verify their organisation, and correct what it found."""
    query = people.visible_to(actor).where(
        Organisation.id == actor.party_id,
        Organisation.state.in_(("unverified", "corrections")),
        Organisation.source.is_(None),
        literal(actor.role == "owner"),
    )
    fix = Organisation.state == "corrections"
    return rows(
        query,
        case((fix, "organisation.correct"), else_="organisation.submit"),
        id=Organisation.id,
        organisation_id=Organisation.id,
        since=Organisation.state_since,
        due=case((fix, Organisation.state_since + timedelta(days=CHANGE))),
        by_day=True,
    )


def _visibility(actor: Actor) -> Select[Any]:
    """Verified now, but found by nobody: owners say once what others see."""
    chosen = select(Event.id).where(
        Event.step == "organisation.choose_shown",
        Event.subject_type == "organisation",
        Event.subject_id == Organisation.id,
    )
    query = people.visible_to(actor).where(
        Organisation.id == actor.party_id,
        Organisation.state == "verified",
        Organisation.is_listed.is_(False),
        ~chosen.exists(),
        literal(actor.role == "owner"),
    )
    return rows(
        query,
        "organisation.choose_shown",
        id=Organisation.id,
        organisation_id=Organisation.id,
        since=Organisation.state_since,
    )


def _challenges(actor: Actor) -> Select[Any]:
    query = (
        challenges.visible_to(actor)
        .outerjoin(Centre, Centre.id == Challenge.centre_id)
        .where(Challenge.organisation_id == actor.party_id, Challenge.state.in_(("draft", "revision")))
    )
    asked = Challenge.state == "revision"
    return rows(
        query,
        case((asked, "challenge.change"), else_="challenge.finish"),
        id=Challenge.id,
        challenge_id=Challenge.id,
        since=Challenge.state_since,
        due=case((asked, Challenge.state_since + timedelta(days=CHANGE))),
        by_day=True,
        zone=func.coalesce(Centre.time_zone, UTC),
    )


def _questions(actor: Actor, now: datetime) -> Select[Any]:
    """Published questions on this company's open challenges: who asked is not said."""
    query = (
        questions.visible_to(actor)
        .join(Challenge, Challenge.id == Question.challenge_id)
        .join(Call, Call.id == Challenge.call_id)
        .where(
            Challenge.organisation_id == actor.party_id,
            Question.state == "published",
            challenges.state_at(now) == "open",
        )
    )
    return rows(
        query,
        "question.answer",
        id=Question.id,
        challenge_id=Question.challenge_id,
        since=Question.state_since,
        due=Question.answer_by,
        zone=Call.time_zone,
    )


def _comparisons(actor: Actor, now: datetime) -> Select[Any]:
    """Challenges whose eligible applications still want this company's view."""
    seen = select(FitOpinion.id).where(
        FitOpinion.application_id == Application.id, FitOpinion.organisation_id == actor.party_id
    )
    query = (
        applications.visible_to(actor)
        .join(Challenge, Challenge.id == Application.challenge_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Challenge.organisation_id == actor.party_id,
            Application.state.in_(("eligible", "shortlisted")),
            call_state_at(now) == "closed",
            ~seen.exists(),
        )
        .group_by(Challenge.id, Call.id)
    )
    return rows(
        query,
        "challenge.compare",
        id=Challenge.id,
        challenge_id=Challenge.id,
        number=func.count(),
        since=func.min(Application.state_since),
        due=end_of(Call.decisions_by, Call.time_zone),
        by_day=True,
        zone=Call.time_zone,
    )


def _invitations(actor: Actor, now: datetime) -> Select[Any]:
    """Open challenges that this startup was invited to and has begun no application for."""
    begun = exists().where(
        Application.challenge_id == Challenge.id,
        ApplicationParty.application_id == Application.id,
        ApplicationParty.organisation_id == actor.party_id,
    )
    query = (
        challenges.visible_to(actor)
        .join(ChallengeInvitation, ChallengeInvitation.challenge_id == Challenge.id)
        .join(Call, Call.id == Challenge.call_id)
        .where(
            ChallengeInvitation.organisation_id == actor.party_id,
            Challenge.visibility == "invited",
            challenges.state_at(now) == "open",
            ~begun,
        )
    )
    return rows(
        query,
        "challenge.apply",
        id=Challenge.id,
        challenge_id=Challenge.id,
        since=Challenge.published_at,
        due=challenges.closing(),
        zone=Call.time_zone,
    )


def _application(call: Any = Call) -> dict[str, Any]:
    return {"id": Application.id, "challenge_id": Application.challenge_id, "call_id": Application.call_id,
            "zone": call.time_zone}  # fmt: skip


def _drafts(actor: Actor, now: datetime) -> Select[Any]:
    """Drafts and changes that can still be submitted; who only has to confirm is asked once all is written."""
    silent = exists().where(
        ApplicationParty.application_id == Application.id,
        ApplicationParty.organisation_id == actor.party_id,
        ApplicationParty.must_sign_off,
        ApplicationParty.signed_off_hash.is_(None),
    )
    leads = Application.organisation_id == actor.party_id
    changes = Application.state == "submitted"
    draft, begun = ApplicationRevision, ApplicationRevision.id.is_not(None)
    query = (
        applications.visible_to(actor)
        .join(Call, Call.id == Application.call_id)
        .outerjoin(draft, and_(draft.application_id == Application.id, draft.submitted_at.is_(None)))
        .where(
            or_(Application.state == "draft", applications.is_reopened()),
            call_state_at(now).in_(("published", "open")),
            or_(leads, and_(silent, applications.is_complete())),
        )
    )
    return rows(
        query,
        case(
            (leads & changes, "application.change"),
            (leads & begun, "application.finish"),
            (leads, "application.confirm"),
            else_="application.sign_off",
        ),
        since=case((changes, Application.updated_at), else_=Application.created_at),
        due=Call.closes_at,
        **_application(),
    )


def _unclear(actor: Actor) -> Select[Any]:
    """Own applications with rules that cannot be told yet."""
    open_ = and_(EligibilityResult.verdict == "cannot_tell", EligibilityResult.override.is_(None))
    query = (
        applications.visible_to(actor)
        .join(Call, Call.id == Application.call_id)
        .join(EligibilityResult, EligibilityResult.application_id == Application.id)
        .where(Application.organisation_id == actor.party_id, Application.state == "submitted", open_)
        .group_by(Application.id, Call.id)
    )
    return rows(
        query,
        "application.unclear",
        number=func.count(),
        since=Application.state_since,
        due=end_of(Call.decisions_by, Call.time_zone),
        by_day=True,
        **_application(),
    )


def _places(actor: Actor, now: datetime) -> Select[Any]:
    query = (
        applications.visible_to(actor)
        .join(Call, Call.id == Application.call_id)
        .join(PlaceOffer, PlaceOffer.application_id == Application.id)
        .where(
            Application.organisation_id == actor.party_id,
            Application.state == "reserve",
            PlaceOffer.answer.is_(None),
            PlaceOffer.answer_by >= now,
        )
    )
    return rows(
        query, "application.take_place", since=PlaceOffer.offered_at, due=PlaceOffer.answer_by, **_application()
    )
