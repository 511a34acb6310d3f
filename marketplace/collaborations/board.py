"""The lanes that collaborations add to the centre's board of pairings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from marketplace.collaborations.models import Agreement, Collaboration
from marketplace.collaborations.queries import next_due, today_in_zone
from marketplace.collaborations.states import AGREEMENT, COLLABORATION, OVER, RESULTS
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.pairings.board import RECENT, Card, Ending, Filters, Lane, add_lanes, cap_lanes, fill_lanes, pairs, why
from marketplace.pairings.models import Pairing

# How long a collaboration may stay in a state before the board calls it overdue.
LIMIT_DAYS = {"planned": 30, "at_risk": 14, "suspended": 30, "final_report": 21, **dict.fromkeys(RESULTS, 30)}
LANE_OF = {
    "planned": "planned", "active": "active", "at_risk": "trouble", "suspended": "trouble",
    "final_report": "final_report", **dict.fromkeys(RESULTS, "result"), "follow_up": "result",
}  # fmt: skip


def _lanes(actor: Actor, filters: Filters) -> list[Lane]:
    empty = [
        Lane("planned", _l("Agreement"), "planned"),
        Lane("active", _l("Under way"), "active"),
        Lane("trouble", _l("At risk or suspended"), "at_risk"),
        Lane("final_report", _l("Final report"), "final_report"),
        Lane("result", _l("Result and follow-up"), "succeeded"),
    ]
    return fill_lanes(empty, db.session.execute(_live(actor, filters)).all(), _card)


@prepared
def _live(actor: Actor, filters: Filters) -> Select[Any]:
    now = clock.NOW
    due = next_due()
    old = [
        and_(Collaboration.state == state, Collaboration.state_since < now - timedelta(days=days))
        for state, days in LIMIT_DAYS.items()
    ]
    late = or_(*old, and_(Collaboration.state == "active", func.coalesce(due < today_in_zone(now), False)))
    lane = case(LANE_OF, value=Collaboration.state)
    seen = pairs(actor, filters).with_only_columns(Pairing.id)
    query = (
        select(
            Collaboration.id, Collaboration.state, Collaboration.state_since, Collaboration.company_id,
            Collaboration.startup_id, Collaboration.next_step, Agreement.state.label("agreement"),
            Centre.time_zone, due.label("due"), late.label("late"),
        )
        .join(Centre, Centre.id == Collaboration.centre_id)
        .outerjoin(Agreement, Agreement.collaboration_id == Collaboration.id)
        .where(Collaboration.state.in_(LANE_OF), Collaboration.pairing_id.in_(seen))
    )  # fmt: skip
    if filters.overdue:
        query = query.where(late)
    return cap_lanes(query, lane, (late.desc(), Collaboration.state_since, Collaboration.id), filters)


def _acts(row: Any) -> tuple[Any, int | None]:
    if row.state == "planned":
        return AGREEMENT.states[row.agreement or AGREEMENT.initial].turn.words, None
    if row.state == "active" and row.due is None:
        return _l("%(who)s hands in the final report"), row.startup_id
    if row.state in RESULTS:
        if row.next_step:
            return _l("The centre starts the follow-up"), None
        return _l("%(who)s says what comes next"), row.company_id
    return COLLABORATION.states[row.state].turn.words, None


def _late(row: Any) -> Any:
    if not row.late:
        return ""
    return _l("Milestone overdue") if row.state == "active" else _l("Too long in this state")


def _due(row: Any) -> date | None:
    if row.state == "active":
        found: date | None = row.due
        return found
    days = LIMIT_DAYS.get(row.state)
    return clock.day_of(row.state_since + timedelta(days=days), row.time_zone) if days else None


def _card(row: Any) -> Card:
    acts, acts_id = _acts(row)
    return Card(
        kind="collaboration",
        id=row.id,
        lane=row.lane,
        state=row.state,
        since=row.state_since,
        company_id=row.company_id,
        startup_id=row.startup_id,
        acts=acts,
        acts_id=acts_id,
        due=_due(row),
        limit=LIMIT_DAYS.get(row.state),
        late=_late(row),
        family=COLLABORATION.states[row.state].family,
        zone=row.time_zone,
    )


def _endings(actor: Actor, filters: Filters) -> list[Ending]:
    return [
        Ending(
            "collaboration",
            row.id,
            row.company_id,
            row.startup_id,
            row.state,
            row.state_since,
            row.time_zone,
            row.why or "",
        )
        for row in db.session.execute(_ended(actor, filters))
    ]


@prepared
def _ended(actor: Actor, filters: Filters) -> Select[Any]:
    seen = pairs(actor, filters).with_only_columns(Pairing.id)
    return (
        select(
            Collaboration.id, Collaboration.company_id, Collaboration.startup_id, Collaboration.state,
            Collaboration.state_since, Centre.time_zone, why("collaboration", Collaboration.id, Collaboration.state),
        )
        .join(Centre, Centre.id == Collaboration.centre_id)
        .where(
            Collaboration.state.in_(OVER),
            Collaboration.state_since > clock.NOW - RECENT,
            Collaboration.pairing_id.in_(seen),
        )
        .order_by(Collaboration.state_since.desc())
        .limit(12)
    )  # fmt: skip


def open_lanes() -> None:
    """Add them after those of pairings."""
    add_lanes(_lanes, _endings)
