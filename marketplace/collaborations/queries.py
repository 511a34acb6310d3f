"""Reads of collaborations: seen by whom the pairing is seen by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import (
    Agreement,
    AgreementParty,
    AgreementVersion,
    Collaboration,
    Milestone,
    Outcome,
    ProgressNote,
)
from marketplace.collaborations.states import AGREEMENT_WRITABLE, BEGUN, ENDED, LIVE, TROUBLED
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme
from marketplace.pairings import queries as pairings
from marketplace.pairings.board import why
from marketplace.pairings.models import Pairing
from marketplace.people.leadership import hangs_on_people
from marketplace.people.models import User
from marketplace.people.queries import members


@prepared
def visible_to(actor: Actor) -> Select[Collaboration]:
    """Collaborations of pairings this reader may see."""
    seen = pairings.visible_to(actor).with_only_columns(Pairing.id)
    return select(Collaboration).where(Collaboration.pairing_id.in_(seen))


def visible_with_call(actor: Actor) -> Select[Collaboration]:
    """Those this reader may see, with their pairing and call, and the centre in whose zone days count."""
    return (
        visible_to(actor)
        .join(Pairing, Pairing.id == Collaboration.pairing_id)
        .join(Call, Call.id == Pairing.call_id)
        .join(Centre, Centre.id == Collaboration.centre_id)
    )


def today_in_zone(now: datetime) -> ColumnElement[date]:
    """The calendar day of ``now`` in the zone of the row's centre, as on the page of a collaboration."""
    return clock.day_at(now, Centre.time_zone)


def next_due() -> ScalarSelect[date]:
    """The day of the next milestone of the row's collaboration."""
    return (
        select(func.min(Milestone.due_on))
        .where(Milestone.collaboration_id == Collaboration.id, Milestone.state == "scheduled")
        .correlate(Collaboration)
        .scalar_subquery()
    )


def late_milestones(actor: Actor, now: datetime) -> Select[Collaboration]:
    """Collaborations this reader may see with each milestone whose day has passed unjudged."""
    return (
        visible_with_call(actor)
        .join(Milestone, Milestone.collaboration_id == Collaboration.id)
        .where(
            Milestone.state == "scheduled",
            Milestone.due_on < today_in_zone(now),
            Collaboration.state.in_(BEGUN),
        )
    )


def readers_of(subject: Collaboration | Agreement | Milestone | Outcome) -> set[int]:
    """Ids of the people who may see a collaboration, or what belongs to one."""
    collaboration = subject if isinstance(subject, Collaboration) else subject.collaboration
    return pairings.readers_of(collaboration.pairing)


def with_page(query: Select[Collaboration]) -> Select[Collaboration]:
    """Load what a collaboration's page shows, at a constant number of queries."""
    pair = joinedload(Collaboration.pairing)
    party = joinedload(Collaboration.agreement).selectinload(Agreement.versions).joinedload(AgreementVersion.parties)
    return query.options(
        pair.joinedload(Pairing.call).options(
            lazyload(Call.texts), joinedload(Call.programme).lazyload(Programme.texts)
        ),
        pair.joinedload(Pairing.challenge).lazyload(Challenge.texts),
        joinedload(Collaboration.centre).lazyload(Centre.organisation),
        joinedload(Collaboration.report),
        party.joinedload(AgreementParty.signer),
        party.joinedload(AgreementParty.signature),
        selectinload(Collaboration.milestones).selectinload(Milestone.changes),
        selectinload(Collaboration.outcomes),
    )


def notes_of(collaboration: Collaboration, limit: int | None = None) -> list[ProgressNote]:
    """Progress notes, the newest first."""
    found = (
        select(ProgressNote)
        .where(ProgressNote.collaboration_id == collaboration.id)
        .options(joinedload(ProgressNote.author))
        .order_by(ProgressNote.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(found))


def has_late_milestone() -> ColumnElement[bool]:
    """Whether a milestone of the collaboration has passed its day, as days are counted where its centre is."""
    late = (
        select(Milestone.id)
        .join(Centre, Centre.id == Collaboration.centre_id)
        .where(
            Milestone.collaboration_id == Collaboration.id,
            Milestone.state == "scheduled",
            Milestone.due_on < clock.day_at(clock.NOW, Centre.time_zone),
        )
        .correlate(Collaboration)
    )
    return late.exists()


def within_centre(query: Select[Any], slug: str) -> Select[Any]:
    """Those that one centre brokers, where one is named."""
    named = select(Centre.id).where(Centre.slug == slug)
    return query.where(Collaboration.centre_id.in_(named)) if slug else query


def counts_of(actor: Actor, centre: str = "") -> dict[str, int]:
    """How many collaborations of a reader are under way, of these late or in trouble, ended, and in all."""
    live, count = Collaboration.state.in_(LIVE), func.count()
    named = {
        "live": count.filter(live),
        "late": count.filter(live, has_late_milestone()),
        "trouble": count.filter(Collaboration.state.in_(TROUBLED)),
        "ended": count.filter(Collaboration.state.in_(ENDED)),
        "all": count,
    }
    figures = (figure.label(name) for name, figure in named.items())
    found = within_centre(visible_to(actor), centre).with_only_columns(*figures)
    return dict(db.session.execute(found).mappings().one())


def trouble_reason(collaboration: Collaboration) -> str:
    """The reason given for the risk or the suspension it is in."""
    if collaboration.state not in TROUBLED:
        return ""
    return db.session.scalar(select(why("collaboration", collaboration.id, collaboration.state))) or ""


def last_return(agreement: Agreement) -> Event | None:
    """Who had the text written again and why, where it was taken or sent back."""
    if agreement.state not in AGREEMENT_WRITABLE:
        return None
    of_it = select(Event).where(Event.subject_type == "agreement", Event.subject_id == agreement.id)
    given = of_it.where(Event.after == agreement.state, Event.reason.has())
    return db.session.scalar(given.order_by(Event.id.desc()).limit(1))


def people_of(organisation_id: int, roles: tuple[str, ...]) -> list[User]:
    """Active people of an organisation who may sign for it, by name."""
    found = members([organisation_id], roles)
    return list(db.session.scalars(select(User).where(User.id.in_(found)).order_by(User.name)))


def published_of(organisation_id: int) -> list[Outcome]:
    """Published outcomes of a startup or company, the newest first."""
    found = (
        select(Outcome)
        .join(Collaboration, Collaboration.id == Outcome.collaboration_id)
        .where(
            Outcome.state == "published",
            or_(Collaboration.company_id == organisation_id, Collaboration.startup_id == organisation_id),
        )
        .options(
            joinedload(Outcome.collaboration).joinedload(Collaboration.pairing).joinedload(Pairing.challenge),
            joinedload(Outcome.collaboration).joinedload(Collaboration.company),
            joinedload(Outcome.collaboration).joinedload(Collaboration.startup),
        )
        .order_by(Outcome.happened_on.desc(), Outcome.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(found))


@hangs_on_people(_l("Collaborations under way, with their agreements"))
def _under_way(organisation_id: int) -> Select[int]:
    own = or_(Pairing.company_id == organisation_id, Pairing.startup_id == organisation_id)
    return select(func.count()).select_from(Collaboration).join(Pairing).where(own, Collaboration.state.in_(LIVE))
