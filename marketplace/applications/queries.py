"""Reads of applications: sealed until their call closes, for everyone but the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from marketplace.applications.completeness import WRITTEN
from marketplace.applications.models import Application, ApplicationParty, ApplicationRevision, PlaceOffer
from marketplace.applications.policy import is_unsealed
from marketplace.applications.states import COMPANY_SEES, IN_HAND, UNOPENED
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.challenges.participation import Part
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme
from marketplace.network.queries import (
    programmes_joined_by,
    programmes_managed_by,
    programmes_watched_by,
    region_of,
)
from marketplace.people.leadership import hangs_on_people
from marketplace.people.models import Organisation
from marketplace.people.queries import members
from marketplace.people.relationships import reason_to_answer, reason_to_deal

OWN_SHOWN = 5  # of the reader's own applications, on the page of a call or a challenge


@prepared
def visible_to(actor: Actor) -> Select[Application]:
    """Applications this reader may open."""
    return select(Application).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    return or_(_is_team(actor), and_(_is_unsealed(), or_(_is_company(actor), _is_staff(actor))))


def _is_unsealed() -> ColumnElement[bool]:
    closed = select(Call.id).where(Call.closes_at < clock.NOW)
    return and_(Application.call_id.in_(closed), Application.number.is_not(None))


def _is_team(actor: Actor) -> ColumnElement[bool]:
    if actor.party_id is None:
        return false()
    return Application.id.in_(
        select(ApplicationParty.application_id).where(ApplicationParty.organisation_id == actor.party_id)
    )


def _is_company(actor: Actor) -> ColumnElement[bool]:
    if actor.party_id is None:
        return false()
    own = select(Challenge.id).where(Challenge.organisation_id == actor.party_id)
    return and_(Application.challenge_id.in_(own), Application.state.in_(COMPANY_SEES))


def _is_staff(actor: Actor) -> ColumnElement[bool]:
    def in_calls_of(programmes: Select[int]) -> ColumnElement[bool]:
        return Application.call_id.in_(select(Call.id).where(Call.programme_id.in_(programmes)))

    if actor.centre_id is not None:
        own_region = Application.organisation_id.in_(
            select(Organisation.id).where(Organisation.region_code == region_of(actor.centre_id).scalar_subquery())
        )
        return or_(
            in_calls_of(programmes_managed_by(actor.centre_id)),
            and_(own_region, in_calls_of(programmes_joined_by(actor.centre_id))),
        )
    if actor.network_operator_id is not None:
        return in_calls_of(programmes_watched_by(actor.network_operator_id))
    return false()


@hangs_on_people(_l("Applications without an answer, and places to accept"))
def _in_hand(organisation_id: int) -> Select[int]:
    own, offered = Application.organisation_id == organisation_id, Application.offers.any(PlaceOffer.answer.is_(None))
    return select(func.count()).where(own, or_(Application.state.in_(IN_HAND), offered))


@reason_to_deal
@reason_to_answer
def _applied_with_us(actor: Actor) -> ColumnElement[bool]:
    """Parties to an application this person may open as staff."""
    opened = select(Application.id).where(_is_unsealed(), _is_staff(actor))
    return Organisation.id.in_(
        select(ApplicationParty.organisation_id).where(ApplicationParty.application_id.in_(opened))
    )


def readers_of(application: Application) -> set[int]:
    """Ids of the people who may open an application now."""
    found = set(db.session.scalars(members([p.organisation_id for p in application.parties], ("owner", "member"))))
    if not is_unsealed(application):
        return found
    if application.challenge is not None and application.state in COMPANY_SEES:
        found |= set(db.session.scalars(members([application.challenge.organisation_id], ("owner", "member"))))
    return found | staff_of(application)


def staff_of(application: Application) -> set[int]:
    """Ids of the staff who work on an application once it is unsealed."""
    programme = application.call.programme
    if programme is None:
        return set()
    region = application.organisation.region_code
    centres = [programme.managing_centre_id]
    centres += [c.id for c in programme.cooperating_centres if region and c.organisation.region_code == region]
    watchers = members([programme.managing_centre.network.operator_id], ("network_staff",))
    return set(db.session.scalars(members(centres, ("manager", "broker")))) | set(db.session.scalars(watchers))


def with_parts(query: Select[Application]) -> Select[Application]:
    """Load what an application's page shows, at a constant number of queries; organisations by ``with_names``."""
    return _with_call(query).options(
        joinedload(Application.challenge),
        joinedload(Application.decision),
        joinedload(Application.parties),
        selectinload(Application.revisions),
    )


def with_parts_held(query: Select[Application]) -> Select[Application]:
    """Lock the application that is found, and load what its team's deeds ask for as it is stored then.

    What others change under this lock is read by statements of its own: a join shows what stood before the wait.
    """
    parts = _with_call(query).options(
        joinedload(Application.challenge).lazyload(Challenge.texts),
        selectinload(Application.parties),
        selectinload(Application.revisions),
    )
    return parts.with_for_update(of=Application).execution_options(populate_existing=True)


def _with_call(query: Select[Application]) -> Select[Application]:
    call = joinedload(Application.call)
    centre = call.joinedload(Call.programme)
    return query.options(
        call.joinedload(Call.texts),
        centre.lazyload(Programme.texts),
        centre.joinedload(Programme.managing_centre).lazyload(Centre.organisation),
    )


def with_names(application: Application, *further: int | None) -> Sequence[Organisation]:
    """Every organisation that a page of the application names, at two queries; held while the page is drawn."""
    programme = application.call.programme
    ids = {application.organisation_id, *(party.organisation_id for party in application.parties), *further}
    ids |= {programme.managing_centre_id} if programme is not None else set()
    ids |= {application.challenge.organisation_id} if application.challenge is not None else set()
    known = select(Organisation).where(Organisation.id.in_(ids - {None})).options(joinedload(Organisation.region))
    return db.session.scalars(known).all()


def newest_first() -> tuple[Any, Any]:
    """The order of applications as they were begun; their ids are drawn and tell nothing."""
    return Application.created_at.desc(), Application.id.desc()


def applications_of(actor: Actor) -> Sequence[Application]:
    """The applications of the actor's organisation, in any role, newest first."""
    query = select(Application).where(_is_team(actor)).order_by(*newest_first())
    query = query.options(
        joinedload(Application.call),
        joinedload(Application.challenge),
        joinedload(Application.organisation),
        joinedload(Application.decision),
        selectinload(Application.parties),
        selectinload(Application.revisions),
        selectinload(Application.offers),
        selectinload(Application.results),
    )
    return db.session.scalars(query).unique().all()


def is_complete() -> ColumnElement[bool]:
    """Whether a draft lacks nothing, as ``gaps_of`` has it, in a query that joins its call."""
    draft = ApplicationRevision
    written = {name: getattr(draft, name).regexp_match(r"\S") for name in WRITTEN}
    written["pair_evidence"] = or_(Application.origin != "follow_up", written["pair_evidence"])
    own = func.coalesce(draft.own_cash, 0) + func.coalesce(draft.own_in_kind, 0)
    return and_(
        *written.values(),
        draft.trl_now.is_not(None),
        draft.amount > 0,
        draft.amount <= func.coalesce(Call.award_amount, draft.amount),
        own >= func.round(draft.amount * Call.own_contribution_percent / 100, 2),
    )


def is_reopened() -> ColumnElement[bool]:
    """Whether a submitted application was opened again, and its changes are not submitted yet."""
    changes = exists().where(
        ApplicationRevision.application_id == Application.id, ApplicationRevision.submitted_at.is_(None)
    )
    return and_(Application.state == "submitted", changes.correlate(Application))


def drafts_of_call(call: Call) -> Select[Application]:
    """Applications of a call that are being written: never submitted yet, or opened again."""
    writing = select(ApplicationRevision.application_id).where(ApplicationRevision.submitted_at.is_(None))
    return select(Application).where(
        Application.call_id == call.id, Application.state.in_(UNOPENED), Application.id.in_(writing)
    )


def drafters(challenge: Challenge) -> set[int]:
    """Ids of everyone in a team that writes an application to the challenge."""
    if challenge.call is None:
        return set()
    return _team_members(drafts_of_call(challenge.call).where(Application.challenge_id == challenge.id))


def applicants(challenge: Challenge) -> set[int]:
    """Ids of everyone in a team whose application to the challenge is written or sent."""
    live = select(Application).where(Application.challenge_id == challenge.id, Application.state.in_(UNOPENED))
    return _team_members(live)


def _team_members(applications: Select[Application]) -> set[int]:
    ids = applications.with_only_columns(Application.id)
    parties = select(ApplicationParty.organisation_id).where(ApplicationParty.application_id.in_(ids))
    return set(db.session.scalars(members(db.session.scalars(parties.distinct()), ("owner", "member"))))


def submitted_by_challenge(ids: Sequence[int]) -> dict[int, int]:
    """Applications received, by challenge: once its call has closed, those that stood then, whatever became of them."""
    stood = or_(Application.state != "withdrawn", Application.state_since > Call.closes_at)
    counted = (
        select(Application.challenge_id, func.count())
        .join(Call, Call.id == Application.call_id)
        .where(Application.challenge_id.in_(ids), Application.number.is_not(None), stood)
        .group_by(Application.challenge_id)
    )
    return {challenge_id: number for challenge_id, number in db.session.execute(counted) if challenge_id is not None}


def own_parts(actor: Actor, ids: Sequence[int]) -> dict[int, Part]:
    """The newest live application of the actor's team to each of these challenges."""
    own = select(Application.challenge_id, Application.id, Application.state, Application.submitted_at).where(
        _is_team(actor), Application.challenge_id.in_(ids), Application.state != "withdrawn"
    )
    found = db.session.execute(own.order_by(Application.created_at, Application.id))
    return {challenge: Part(id, state, since) for challenge, id, state, since in found if challenge is not None}


def live_of_party(actor: Actor, column: InstrumentedAttribute[Any], value: int) -> Sequence[Application]:
    """The actor's own live applications to a challenge or a call, newest first."""
    if actor.party_id is None:
        return []
    query = select(Application).where(_is_team(actor), column == value, Application.state != "withdrawn")
    query = query.options(
        joinedload(Application.call).lazyload(Call.texts),
        joinedload(Application.challenge).lazyload(Challenge.texts),
        joinedload(Application.parties),
    )
    return db.session.scalars(query.order_by(*newest_first()).limit(OWN_SHOWN)).unique().all()
