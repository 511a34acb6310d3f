"""Applications on the desks of those who write them: invitations, drafts, what is unclear, places, and the rest."""

from __future__ import annotations

from typing import Any

from flask_babel import ngettext
from sqlalchemy import Select, and_, case, exists, func, literal, or_

from marketplace.applications.models import (
    Application,
    ApplicationParty,
    ApplicationRevision,
    EligibilityResult,
    PlaceOffer,
)
from marketplace.applications.queries import is_complete, is_reopened, visible_to
from marketplace.applications.states import AWAITING
from marketplace.applications.subject import APPLICATION
from marketplace.calls.models import Call
from marketplace.calls.queries import state_at as call_state_at
from marketplace.calls.states import CURRENT
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge, ChallengeInvitation
from marketplace.challenges.subject import CHALLENGE
from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import PARTY, UnderWay, Wording, end_of, rows, turns_of, under_way_for, until, waits_for

DRAFT, CHECK = APPLICATION.path + "/draft", APPLICATION.path + "/check"


def _readable(actor: Actor) -> Select[Application]:
    return visible_to(actor).join(Call, Call.id == Application.call_id)


@waits_for(PARTY, words={"challenge.apply": Wording(_l("You are invited to apply to “%(title)s”"), _l("Read it"))})
def _invitations(actor: Actor) -> Select[Any]:
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
            challenges.state_at(clock.NOW) == "open",
            ~begun,
        )
    )
    return rows(
        CHALLENGE, query, "challenge.apply", since=Challenge.published_at, due=challenges.closing(), zone=Call.time_zone
    )


@waits_for(
    PARTY,
    words={
        "application.finish": Wording(_l("Finish your application to “%(title)s”"), _l("Go on writing"), DRAFT),
        "application.change": Wording(
            _l("Submit your changes to “%(title)s”, or give them up"), _l("Go on writing"), DRAFT
        ),
        "application.confirm": Wording(_l("Say whether you apply to “%(title)s”"), _l("Answer"), CHECK),
        "application.sign_off": Wording(
            _l("Confirm the joint application to “%(title)s”"), _l("Read it"), APPLICATION.path + "/preview"
        ),
    },
)
def _drafts(actor: Actor) -> Select[Any]:
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
        _readable(actor)
        .outerjoin(draft, and_(draft.application_id == Application.id, draft.submitted_at.is_(None)))
        .where(
            or_(Application.state == "draft", is_reopened()),
            call_state_at(clock.NOW).in_(CURRENT),
            or_(leads, and_(silent, is_complete())),
        )
    )
    step = case(
        (leads & changes, "application.change"),
        (leads & begun, "application.finish"),
        (leads, "application.confirm"),
        else_="application.sign_off",
    )
    since = case((changes, Application.updated_at), else_=Application.created_at)
    return rows(APPLICATION, query, step, since=since, due=Call.closes_at, zone=Call.time_zone)


def _rules(number: int) -> Any:
    return ngettext("%(num)s rule cannot be told yet", "%(num)s rules cannot be told yet", number)


@waits_for(
    PARTY,
    words={
        "application.unclear": Wording(
            _l("Clear up your eligibility for “%(title)s”"), _l("See what is missing"), CHECK, _rules
        )
    },
)
def _unclear(actor: Actor) -> Select[Any]:
    """Own applications with rules that cannot be told yet."""
    open_ = and_(EligibilityResult.verdict == "cannot_tell", EligibilityResult.override.is_(None))
    query = (
        _readable(actor)
        .join(EligibilityResult, EligibilityResult.application_id == Application.id)
        .where(Application.organisation_id == actor.party_id, Application.state == "submitted", open_)
        .group_by(Application.id, Call.id)
    )
    return rows(
        APPLICATION,
        query,
        "application.unclear",
        number=func.count(),
        **until(Call.decisions_by, Call.time_zone, Application.state_since),
    )


@waits_for(
    PARTY, words={"application.take_place": Wording(_l("Take or refuse the place in “%(title)s”"), _l("Answer"))}
)
def _places(actor: Actor) -> Select[Any]:
    query = (
        _readable(actor)
        .join(PlaceOffer, PlaceOffer.application_id == Application.id)
        .where(
            Application.organisation_id == actor.party_id,
            Application.state == "reserve",
            PlaceOffer.answer.is_(None),
            PlaceOffer.answer_by >= clock.NOW,
        )
    )
    return rows(
        APPLICATION,
        query,
        "application.take_place",
        since=PlaceOffer.offered_at,
        due=PlaceOffer.answer_by,
        zone=Call.time_zone,
    )


@under_way_for(
    PARTY,
    turns={
        **turns_of(APPLICATION),
        "application.sealed": UnderWay(_l("Applications close, then the centre reads")),
    },
)
def _submitted(actor: Actor) -> Select[Any]:
    sealed = call_state_at(clock.NOW).in_(CURRENT)
    query = _readable(actor).where(
        Application.organisation_id == actor.party_id,
        Application.state.in_(AWAITING),
        ~and_(sealed, is_reopened()),
    )
    waits = and_(Application.state == "submitted", sealed)
    decided_by = end_of(Call.decisions_by, Call.time_zone)
    return rows(
        APPLICATION,
        query,
        case((waits, "application.sealed"), else_=literal("application.") + Application.state),
        state=Application.state,
        since=Application.state_since,
        due=case((waits, Call.closes_at), (Application.state != "reserve", decided_by)),
        by_day=~waits,
        zone=Call.time_zone,
    )
