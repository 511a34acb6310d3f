"""Challenges on desks: what the centre reads and publishes, what the company writes, and who acts on the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_

from marketplace.calls.models import Call
from marketplace.calls.queries import manages
from marketplace.calls.states import DECIDED
from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import closing, is_staffed_by, state_at, visible_to
from marketplace.challenges.states import ANSWERED, WITH_CENTRE, WITH_OTHERS, WRITABLE
from marketplace.challenges.subject import CHALLENGE
from marketplace.kernel import clock
from marketplace.kernel.figures import counted_for
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, can
from marketplace.kernel.waiting import (
    CENTRE,
    PARTY,
    UTC,
    UnderWay,
    Wording,
    begins,
    days_after,
    end_of,
    rows,
    turns_of,
    under_way_for,
    waits_for,
    within,
)
from marketplace.network.models import Centre

REVIEW = CHALLENGE.path + "/review"
TAKE_UP_DAYS, REVIEW_DAYS, PLACE_DAYS = 3, 10, 14


@waits_for(
    CENTRE,
    words={
        "challenge.take_up": Wording(_l("Take up the challenge “%(title)s”"), _l("Read it"), REVIEW),
        "challenge.review": Wording(_l("Review the challenge “%(title)s”"), _l("Review it"), REVIEW),
        "challenge.place": Wording(_l("Publish the candidate “%(title)s” in a call"), _l("Publish it"), REVIEW),
    },
)
def _to_read(actor: Actor) -> Select[Any]:
    steps = {"submitted": "challenge.take_up", "in_review": "challenge.review", "candidate": "challenge.place"}
    days = {"submitted": TAKE_UP_DAYS, "in_review": REVIEW_DAYS, "candidate": PLACE_DAYS}
    query = (
        visible_to(actor)
        .outerjoin(Call, Call.id == Challenge.call_id)
        .outerjoin(Centre, Centre.id == Challenge.centre_id)
        .where(
            Challenge.state.in_(steps),
            Challenge.is_reference.is_(False),
            or_(manages(actor), and_(Challenge.centre_id == actor.centre_id, Challenge.call_id.is_(None))),
        )
    )
    return rows(
        CHALLENGE,
        query,
        case(steps, value=Challenge.state),
        organisation_id=case((Challenge.visibility != "anonymous", Challenge.organisation_id)),
        zone=func.coalesce(Call.time_zone, Centre.time_zone, UTC),
        **within(case(days, value=Challenge.state), Challenge.state_since),
    )


@counted_for(CENTRE)
def _open(actor: Actor) -> Select[int, int]:
    """The open challenges of the centre, as many as its list holds; of these, those that close within a week."""
    soon = closing() < clock.NOW + timedelta(days=7)
    return (
        visible_to(actor)
        .outerjoin(Call, Call.id == Challenge.call_id)
        .where(is_staffed_by(actor), Challenge.is_reference.is_(False), state_at(clock.NOW) == "open")
        .with_only_columns(
            func.count().label("open"), func.count().filter(soon).label("closing"), maintain_column_froms=True
        )
    )


CHANGE_DAYS = 14  # for what the centre asked to be changed


@waits_for(
    PARTY,
    words={
        "challenge.finish": Wording(
            _l("Finish the challenge “%(title)s” and send it"), _l("Go on writing"), CHALLENGE.path + "/edit"
        ),
        "challenge.change": Wording(
            _l("Change “%(title)s” as the centre asked"), _l("See what to change"), REVIEW + "#comments"
        ),
    },
)
def _to_write(actor: Actor) -> Select[Any]:
    query = (
        visible_to(actor)
        .outerjoin(Centre, Centre.id == Challenge.centre_id)
        .where(Challenge.organisation_id == actor.party_id, Challenge.state.in_(WRITABLE))
    )
    asked = Challenge.state == "revision"
    return rows(
        CHALLENGE,
        query,
        case((asked, "challenge.change"), else_="challenge.finish"),
        since=Challenge.state_since,
        due=case((asked, days_after(CHANGE_DAYS, Challenge.state_since))),
        by_day=True,
        zone=func.coalesce(Centre.time_zone, UTC),
    )


@under_way_for(
    CENTRE,
    PARTY,
    turns={**turns_of(CHALLENGE), "challenge.answered": UnderWay(ANSWERED.turn.words)},
)
def _under_way(actor: Actor) -> Select[Any]:
    state, closes = state_at(clock.NOW), closing()
    answered = Call.state.in_(DECIDED)
    query = (
        visible_to(actor)
        .outerjoin(Call, Call.id == Challenge.call_id)
        .outerjoin(Centre, Centre.id == Challenge.centre_id)
        .where(Challenge.is_reference.is_(False))
    )
    if actor.centre_id is not None:
        query = query.where(
            or_(state.in_(WITH_OTHERS), and_(state == "closed", answered)),
            or_(manages(actor), Challenge.centre_id == actor.centre_id),
        )
    else:
        query = query.where(
            Challenge.organisation_id == actor.party_id,
            state.in_(WITH_CENTRE),
        )
    decided_by = end_of(Call.decisions_by, Call.time_zone)
    return rows(
        CHALLENGE,
        query,
        case((and_(state == "closed", answered), "challenge.answered"), else_=literal("challenge.") + state),
        state=state,
        since=case((and_(state == "closed", Challenge.state == "open"), closes), else_=Challenge.state_since),
        due=case((state == "open", closes), (and_(state == "closed", ~answered), decided_by)),
        by_day=state == "closed",
        zone=func.coalesce(Call.time_zone, Centre.time_zone, UTC),
    )


@begins
def _first_challenge(actor: Actor) -> tuple[str, Any] | None:
    return ("/challenges/new", _l("Write a challenge")) if can(actor, "challenge.create") else None
