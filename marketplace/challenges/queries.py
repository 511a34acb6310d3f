"""Reads of challenges. ``visible_to`` is the only door to the table, ``readers_of`` its mirror."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    and_,
    bindparam,
    case,
    except_,
    false,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from marketplace.calls import queries as calls
from marketplace.calls.models import Call
from marketplace.calls.states import CURRENT
from marketplace.challenges.models import Challenge, ChallengeInvitation, ChallengeText
from marketplace.challenges.states import PUBLISHED, UNDER_WAY
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.search_query import MOST, SearchQuery
from marketplace.network.models import Centre, Programme
from marketplace.network.queries import (
    programmes_joined_by,
    programmes_managed_by,
    programmes_watched_by,
    region_of,
)
from marketplace.people.leadership import hangs_on_people
from marketplace.people.models import Organisation, OrganisationText
from marketplace.people.queries import members
from marketplace.people.relationships import reason_to_answer, reason_to_deal

PAGE = 20  # rows of a list on one page


def closing() -> ColumnElement[datetime]:
    """When applications close, over a query that joins the call (outer)."""
    return func.coalesce(Challenge.closes_at, Call.closes_at)


def state_at(now: datetime) -> ColumnElement[str]:
    """The state that holds at ``now``, over a query that joins the call (outer).

    ``Challenge.state_at`` is the same in Python.
    """
    return case(
        (Challenge.state != "open", Challenge.state),
        (Challenge.is_reference, case((closing() >= now, "open"), else_="archived")),
        (closing() < now, "closed"),
        else_="open",
    )


def due_to_close(now: datetime) -> Select[Challenge]:
    """Open challenges whose deadline has passed, locked; those another job holds are left to it.

    Reference records are never closed by a job: what their own dates say is enough.
    """
    return (
        select(Challenge)
        .outerjoin(Challenge.call)
        .where(Challenge.state == "open", Challenge.is_reference.is_(False), closing() < now)
        .order_by(Challenge.id)
        .with_for_update(of=Challenge, skip_locked=True)
    )


def next_turn(now: datetime) -> datetime | None:
    """The next instant at which a call or a challenge opens or closes by itself."""
    found: datetime | None = db.session.scalar(_next_turn(), {"after": now})
    return found


@prepared
def _next_turn() -> Select[datetime]:
    return turn_after(bindparam("after", type_=DateTime(timezone=True)))


def turn_after(now: Any) -> Select[datetime]:
    """The same, to be read with something else."""
    columns = (Call.opens_at, Call.closes_at, Challenge.opens_at, Challenge.closes_at)
    turns = union_all(*(select(func.min(column).label("at")).where(column > now) for column in columns)).subquery()
    return select(func.min(turns.c.at).label("at"))


@prepared
def visible_to(actor: Actor) -> Select[Challenge]:
    """Challenges this reader may see: published ones open to all, their own, those they are invited to or work on."""
    return select(Challenge).where(_is_visible(actor))


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    published = or_(
        Challenge.state.in_(PUBLISHED), and_(Challenge.state == "withdrawn", Challenge.published_at.is_not(None))
    )
    return or_(
        and_(published, Challenge.visibility.in_(("public", "anonymous"))),
        _is_party(actor, published),
        and_(_was_sent(), Challenge.is_reference.is_(False), _is_staff(actor)),
    )


def _was_sent() -> ColumnElement[bool]:
    """A draft is the company's own, and stays so when it is withdrawn unsent."""
    unsent = and_(Challenge.state == "withdrawn", Challenge.submitted_at.is_(None), Challenge.published_at.is_(None))
    return and_(Challenge.state != "draft", ~unsent)


def _is_party(actor: Actor, published: ColumnElement[bool]) -> ColumnElement[bool]:
    if actor.party_id is None:
        return false()
    invited = select(ChallengeInvitation.challenge_id).where(ChallengeInvitation.organisation_id == actor.party_id)
    return or_(
        Challenge.organisation_id == actor.party_id,
        and_(published, Challenge.visibility == "invited", Challenge.id.in_(invited)),
    )


def _is_staff(actor: Actor) -> ColumnElement[bool]:
    def in_calls_of(programmes: Select[int]) -> ColumnElement[bool]:
        return Challenge.call_id.in_(select(Call.id).where(Call.programme_id.in_(programmes)))

    if actor.centre_id is not None:
        own_region = Challenge.organisation_id.in_(
            select(Organisation.id).where(Organisation.region_code == region_of(actor.centre_id).scalar_subquery())
        )
        return or_(
            Challenge.centre_id == actor.centre_id,
            in_calls_of(programmes_managed_by(actor.centre_id)),
            and_(own_region, in_calls_of(programmes_joined_by(actor.centre_id))),
        )
    if actor.network_operator_id is not None:
        return in_calls_of(programmes_watched_by(actor.network_operator_id))
    return false()


def is_staffed_by(actor: Actor) -> ColumnElement[bool]:
    """Which challenges this person works on as staff."""
    return _is_staff(actor)


@hangs_on_people(_l("Challenges under way"))
def _hanging(organisation_id: int) -> Select[int]:
    own = Challenge.organisation_id == organisation_id
    return select(func.count()).where(own, Challenge.is_reference.is_(False), Challenge.state.in_(UNDER_WAY))


@reason_to_deal
@reason_to_answer
def _posts_with_us(actor: Actor) -> ColumnElement[bool]:
    """Companies whose challenge this person works on as staff."""
    sent = and_(_was_sent(), Challenge.is_reference.is_(False), _is_staff(actor))
    return Organisation.id.in_(select(Challenge.organisation_id).where(sent))


def readers_of(challenge: Challenge) -> set[int]:
    """Ids of the people to tell about a challenge: its company, its centres' staff, invited startups."""
    staff: set[int] = set()
    unsent = challenge.state == "withdrawn" and challenge.submitted_at is None and challenge.published_at is None
    if challenge.state != "draft" and not unsent and not challenge.is_reference:
        staff = set(db.session.scalars(members(_centres_of(challenge), ("manager", "broker"))))
        if challenge.call is not None and challenge.call.programme is not None:
            operator = challenge.call.programme.managing_centre.network.operator_id
            staff |= set(db.session.scalars(members([operator], ("network_staff",))))
    parties = [challenge.organisation_id]
    published = challenge.state in PUBLISHED or (challenge.state == "withdrawn" and challenge.published_at is not None)
    if challenge.visibility == "invited" and published:
        parties += [invitation.organisation_id for invitation in challenge.invited]
    return staff | set(db.session.scalars(members(parties, ("owner", "member"))))


def _centres_of(challenge: Challenge) -> list[int | None]:
    centres: list[int | None] = [challenge.centre_id]
    programme = challenge.call.programme if challenge.call else None
    if programme is not None:
        centres.append(programme.managing_centre_id)
        region = challenge.organisation.region_code if challenge.organisation else None
        centres += [c.id for c in programme.cooperating_centres if region and c.organisation.region_code == region]
    return centres


def calls_to_publish_in(actor: Actor, now: datetime) -> list[Call]:
    """Calls that the actor's centre manages and that are announced or open, first the one that closes first."""
    return _under_way(programmes_managed_by(actor.centre_id), actor, now) if actor.centre_id is not None else []


def calls_to_hand_to(challenge: Challenge, actor: Actor, now: datetime) -> list[Call]:
    """Calls of other centres into which the actor's centre may hand a candidate that stands in none."""
    if challenge.state != "candidate" or challenge.call_id is not None or actor.centre_id is None:
        return []
    return _under_way(programmes_joined_by(actor.centre_id), actor, now)


def _under_way(programmes: Select[int], actor: Actor, now: datetime) -> list[Call]:
    query = calls.visible_to(actor).where(
        Call.programme_id.in_(programmes),
        calls.state_at(now).in_(CURRENT),
        Call.is_reference.is_(False),
    )
    return list(db.session.scalars(query.order_by(Call.closes_at)).unique())


def join_call_and_company(query: Select[Any]) -> Select[Any]:
    """With the call and the organisation, where there is one."""
    return query.outerjoin(Call, Challenge.call_id == Call.id).outerjoin(
        Organisation, Challenge.organisation_id == Organisation.id
    )


def ids_answering(text: str, among: Any = None, spread: bool = True) -> Any:
    """Ids of the challenges whose texts, in any language, or whose company's name answer a query.

    A company that stays anonymous is never found by its name, whoever asks and whatever its call has revealed.
    """
    owner, vector = ChallengeText.challenge_id, ChallengeText.search
    found = search.ids_of(owner, vector, text, among, spread)
    called = search.ids_called(owner, vector, text, ids_named)
    either: Any = found if called is None else union(found, called)
    refused = [ids_named(words) for words in SearchQuery.of(text).without[:MOST]]
    return except_(either, *refused) if refused else either


def ids_named(words: str) -> Select[Any]:
    """Ids of the challenges that show the company's name, where it holds some words."""
    return (
        select(Challenge.id)
        .join(OrganisationText, OrganisationText.organisation_id == Challenge.organisation_id)
        .where(Challenge.visibility != "anonymous", search.names(OrganisationText.plain_name, words))
    )


def has_text(words: str) -> ColumnElement[bool]:
    """Whether its texts or its company's name answer the query."""
    return Challenge.id.in_(ids_answering(words))


def for_rows(query: Select[Challenge], actor: Actor) -> Select[Challenge]:
    """Load what a row of a list shows and no more: titles and summaries, not the long texts."""
    programme = joinedload(Call.programme).options(
        lazyload(Programme.texts),
        load_only(Programme.managing_centre_id),
        joinedload(Programme.managing_centre).options(lazyload(Centre.organisation), joinedload(Centre.network)),
    )
    if actor.centre_id is not None:  # only staff of co-operating centres are asked for their region
        centres = selectinload(Programme.cooperating_centres).joinedload(Centre.organisation)
        programme = programme.options(centres.lazyload(Organisation.texts))
    return query.options(
        selectinload(Challenge.texts).load_only(ChallengeText.title, ChallengeText.summary, ChallengeText.anonymous_as),
        joinedload(Challenge.call).options(lazyload(Call.texts), programme),
        joinedload(Challenge.organisation).options(
            load_only(
                Organisation.kind,
                Organisation.region_code,
                Organisation.country,
                Organisation.source,
                Organisation.claimed_at,
            ),
            selectinload(Organisation.texts).load_only(OrganisationText.name),
            joinedload(Organisation.region),
        ),
        joinedload(Challenge.region_described),
    )
