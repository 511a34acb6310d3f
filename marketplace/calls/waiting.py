"""Calls on desks: drafts for managers, late answers for the network, and those that run."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_

from marketplace.calls.models import Call
from marketplace.calls.queries import manages, state_at, visible_to
from marketplace.calls.states import UNDECIDED
from marketplace.calls.subject import CALL
from marketplace.kernel import clock
from marketplace.kernel.figures import counted_of_centres
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import (
    CENTRE,
    EVALUATOR,
    NETWORK,
    Wording,
    end_of,
    rows,
    turns_of,
    under_way_for,
    until,
    waits_for,
)
from marketplace.network.models import Programme
from marketplace.network.queries import programmes_managed_by, programmes_watched_by


@waits_for(CENTRE, words={"call.publish": Wording(_l("Finish and publish the call “%(title)s”"), _l("Go on with it"))})
def _drafts(actor: Actor) -> Select[Any] | None:
    if not actor.is_manager:  # publishing is the managers' own step
        return None
    query = visible_to(actor).where(Call.state == "draft", Call.is_reference.is_(False), manages(actor))
    return rows(CALL, query, "call.publish", **until(Call.notice_date, Call.time_zone, Call.state_since))


@waits_for(NETWORK, words={"call.overdue": Wording(_l("The answers to “%(title)s” are late"), _l("See the call"))})
def _late_answers(actor: Actor) -> Select[Any]:
    return rows(
        CALL,
        _late(actor),
        "call.overdue",
        organisation_id=Programme.managing_centre_id,
        **until(Call.decisions_by, Call.time_zone, Call.closes_at),
    )


@counted_of_centres("overdue")
def _late_of_centres(actor: Actor) -> Select[int, int]:
    """For the centre that manages the call."""
    centre = Programme.managing_centre_id
    columns = centre.label("centre_id"), func.count().label("number")
    return _late(actor).with_only_columns(*columns, maintain_column_froms=True).group_by(centre)


def _late(actor: Actor) -> Select[Call]:
    """Closed calls of the network whose promised answers have not come."""
    return (
        visible_to(actor)
        .join(Programme, Programme.id == Call.programme_id)
        .where(
            Programme.id.in_(programmes_watched_by(actor.network_operator_id or 0)),
            Call.is_reference.is_(False),
            state_at(clock.NOW) == "closed",
            end_of(Call.decisions_by, Call.time_zone) < clock.NOW,
        )
    )


@under_way_for(
    NETWORK,
    EVALUATOR,
    turns=turns_of(CALL),
)
def _running(actor: Actor) -> Select[Any]:
    """Calls from publication to their decisions, for readers who take no part in them."""
    state = state_at(clock.NOW)
    query = visible_to(actor).where(_followed_by(actor), Call.is_reference.is_(False), state.in_(UNDECIDED))
    turn = {"published": Call.opens_at, "open": Call.closes_at}
    return rows(
        CALL,
        query,
        literal("call.") + state,
        state=state,
        since=case((and_(state == "closed", Call.state != "closed"), Call.closes_at), else_=Call.state_since),
        due=case(turn, value=state, else_=end_of(Call.decisions_by, Call.time_zone)),
        by_day=state == "closed",
        zone=Call.time_zone,
    )


def _followed_by(actor: Actor) -> ColumnElement[bool]:
    if actor.network_operator_id is None:
        return Call.programme_id.in_(programmes_managed_by(actor.organisation_id or 0))
    # A late answer waits for them already.
    in_time = or_(state_at(clock.NOW) != "closed", end_of(Call.decisions_by, Call.time_zone) >= clock.NOW)
    return and_(Call.programme_id.in_(programmes_watched_by(actor.network_operator_id)), in_time)
