"""Pairings on desks: to open, to remind of, to answer, to confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, case, literal, or_, select

from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.applications.subject import APPLICATION
from marketplace.calls.models import Call
from marketplace.calls.queries import manages
from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import (
    CENTRE,
    NETWORK,
    PARTY,
    Wording,
    days_after,
    rows,
    turns_of,
    under_way_for,
    waits_for,
    within,
)
from marketplace.pairings.board import CONFIRM_DAYS
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import state_at, visible_to
from marketplace.pairings.states import LIVE, OPEN
from marketplace.pairings.subject import PAIRING

REQUEST_DAYS = 14


@waits_for(
    CENTRE,
    words={
        "pairing.request": Wording(
            _l("Open the pairing for “%(title)s”"), _l("Open it"), "/pairings/new?application={id}"
        )
    },
)
def _places_without_pair(actor: Actor) -> Select[Any]:
    paired = select(Pairing.id).where(Pairing.application_id == Application.id, Pairing.state.in_(LIVE))
    query = (
        applications.visible_to(actor)
        .join(Call, Call.id == Application.call_id)
        .where(Application.state == "selected", manages(actor), ~paired.exists())
    )
    return rows(
        APPLICATION,
        query,
        "pairing.request",
        organisation_id=Application.organisation_id,
        zone=Call.time_zone,
        **within(REQUEST_DAYS, Application.state_since),
    )


REMIND_BEFORE = timedelta(days=3)


@waits_for(
    CENTRE,
    words={
        "pairing.remind": Wording(_l("No answer yet to the pairing for “%(title)s”"), _l("Send a reminder")),
        "pairing.confirm": Wording(_l("Confirm the pair for “%(title)s”"), _l("Confirm")),
    },
)
def _to_confirm(actor: Actor) -> Select[Any]:
    silent = and_(state_at(clock.NOW) == "requested", Pairing.answer_by < clock.NOW + REMIND_BEFORE)
    agreed = and_(Pairing.state == "accepted", manages(actor))
    asked = Pairing.state == "requested"
    return rows(
        PAIRING,
        visible_to(actor).join(Call, Call.id == Pairing.call_id).where(or_(silent, agreed)),
        case((asked, "pairing.remind"), else_="pairing.confirm"),
        organisation_id=Pairing.startup_id,
        since=Pairing.state_since,
        due=case((asked, Pairing.answer_by), else_=days_after(CONFIRM_DAYS, Pairing.state_since)),
        by_day=~asked,
        zone=Call.time_zone,
    )


@waits_for(PARTY, words={"pairing.answer": Wording(_l("Accept or refuse the pairing for “%(title)s”"), _l("Answer"))})
def _to_answer(actor: Actor) -> Select[Any]:
    query = (
        visible_to(actor)
        .join(Call, Call.id == Pairing.call_id)
        .where(
            state_at(clock.NOW) == "requested",
            or_(
                and_(Pairing.company_id == actor.party_id, Pairing.company_accepts.is_(None)),
                and_(Pairing.startup_id == actor.party_id, Pairing.startup_accepts.is_(None)),
            ),
        )
    )
    return rows(
        PAIRING,
        query,
        "pairing.answer",
        organisation_id=case((Pairing.company_id == actor.party_id, Pairing.startup_id)),
        since=Pairing.state_since,
        due=Pairing.answer_by,
        zone=Call.time_zone,
    )


@under_way_for(
    CENTRE,
    PARTY,
    NETWORK,
    turns=turns_of(PAIRING),
)
def _under_way(actor: Actor) -> Select[Any]:
    state = state_at(clock.NOW)
    query = visible_to(actor).join(Call, Call.id == Pairing.call_id)
    if actor.centre_id is not None:
        query = query.where(state == "requested")
    elif actor.network_operator_id is not None:
        query = query.where(state.in_(OPEN))
    else:
        answered = or_(
            and_(Pairing.company_id == actor.party_id, Pairing.company_accepts.is_(True)),
            and_(Pairing.startup_id == actor.party_id, Pairing.startup_accepts.is_(True)),
        )
        query = query.where(state.in_(OPEN), answered)
    return rows(
        PAIRING,
        query,
        literal("pairing.") + Pairing.state,
        state=Pairing.state,
        since=Pairing.state_since,
        due=case((Pairing.state == "requested", Pairing.answer_by)),
        zone=Call.time_zone,
    )
