"""The centre's board: every live pair in the lane of its state, with its age, who acts, and what is late.

Packages above add their own lanes with ``add_lanes``. Rows are read as columns, capped a lane, with one count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from marketplace.calls.models import Call
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, EventReason
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import in_region, names_of, state_at, visible_to
from marketplace.pairings.states import ENDED, OPEN, PAIRING

CONFIRM_DAYS = 7
SOON = timedelta(days=2)
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Filters:
    """What the address asks for; ``whole`` names the lane shown in full, ``cap`` the most cards of the others."""

    call_id: int | None = None
    region: str = ""
    overdue: bool = False
    mine: bool = False
    whole: str = ""
    cap: int | None = 10


@dataclass(frozen=True)
class Card:
    """One pair. ``acts`` says who acts, with ``%(who)s`` for the organisation ``acts_id``; days are of age."""

    kind: str
    id: int
    lane: str
    state: str
    since: datetime
    company_id: int
    startup_id: int
    acts: Any
    acts_id: int | None = None
    due: datetime | date | None = None
    limit: int | None = None
    late: Any = ""
    family: str = "waiting"
    zone: str = "UTC"
    company: str = ""
    startup: str = ""
    acts_words: str = ""
    age: int = 0

    @property
    def share(self) -> int:
        """How much of the time in this state is used, 0 to 100."""
        return min(100, round(100 * self.age / self.limit)) if self.limit else 0


@dataclass
class Lane:
    """A column: ``pair`` is the state the mark shows, ``total`` counts the cards not shown too."""

    key: str
    title: Any
    pair: str
    cards: list[Card] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True)
class Ending:
    """A pair that ended within the last thirty days, and why."""

    kind: str
    id: int
    company_id: int
    startup_id: int
    state: str
    at: datetime
    zone: str
    reason: str = ""
    company: str = ""
    startup: str = ""


LanesOf = Callable[[Actor, Filters], list[Lane]]
EndingsOf = Callable[[Actor, Filters], list[Ending]]
_sources: list[tuple[LanesOf, EndingsOf]] = []


def add_lanes(lanes_of: LanesOf, endings_of: EndingsOf) -> None:
    """Add lanes after those before them, and what ended."""
    if (lanes_of, endings_of) not in _sources:
        _sources.append((lanes_of, endings_of))


def read_board(actor: Actor, filters: Filters, locale: str) -> tuple[list[Lane], list[Ending]]:
    """All lanes, the most urgent cards first, and what ended within thirty days; names in ``locale``."""
    lanes = [lane for lanes_of, _ in _sources for lane in lanes_of(actor, filters)]
    ended = sorted((e for _, of in _sources for e in of(actor, filters)), key=lambda e: e.at, reverse=True)[:12]
    pairs: list[Card | Ending] = [*(card for lane in lanes for card in lane.cards), *ended]
    names = names_of((i for pair in pairs for i in (pair.company_id, pair.startup_id)), locale)
    now = clock.now()
    for lane in lanes:
        lane.cards = [_named(card, names, now) for card in lane.cards]
    endings = [
        replace(e, company=names.get(e.company_id, ""), startup=names.get(e.startup_id, "")) for e in ended
    ]  # fmt: skip
    return lanes, endings


def _named(card: Card, names: dict[int, str], now: datetime) -> Card:
    return replace(
        card,
        company=names.get(card.company_id, ""),
        startup=names.get(card.startup_id, ""),
        acts_words=str(card.acts).replace("%(who)s", names.get(card.acts_id or 0, "")),
        age=max(0, (now - card.since).days),
    )


def why(kind: str, subject_id: Any, state: Any) -> Any:
    """The reason given when a subject reached its state, as a column."""
    return (
        select(EventReason.text)
        .join(Event, Event.id == EventReason.event_id)
        .where(Event.subject_type == kind, Event.subject_id == subject_id, Event.after == state)
        .order_by(Event.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("why")
    )


def pairs(actor: Actor, filters: Filters) -> Select[Any]:
    """Pairings of the board that the filters leave."""
    query: Select[Any] = visible_to(actor)
    if filters.call_id is not None:
        query = query.where(Pairing.call_id == filters.call_id)
    if filters.region:
        query = query.where(in_region(filters.region))
    if filters.mine:
        query = query.where(Pairing.centre_id == (actor.centre_id or 0))
    return query


def cap_lanes(query: Any, lane: ColumnElement[str], order: Any, filters: Filters) -> Select[Any]:
    """The rows of ``query`` with ``lane`` and ``total``, at most ``cap`` a lane but for the one shown in full."""
    place = func.row_number().over(partition_by=lane, order_by=order).label("place")
    total = func.count().over(partition_by=lane).label("total")
    rows = query.add_columns(lane.label("lane"), place, total).subquery()
    shown = select(rows).order_by(rows.c.place)
    if filters.cap is not None:
        shown = shown.where(or_(rows.c.place <= filters.cap, rows.c.lane == filters.whole))
    return shown


def fill_lanes(empty: list[Lane], rows: Sequence[Any], card_of: Callable[[Any], Card]) -> list[Lane]:
    """Lanes with a card for each row."""
    by_key = {lane.key: lane for lane in empty}
    for row in rows:
        lane = by_key[row.lane]
        lane.total = row.total
        lane.cards.append(card_of(row))
    return empty


def _lanes(actor: Actor, filters: Filters) -> list[Lane]:
    empty = [
        Lane("requested", _l("Answers awaited"), "requested"),
        Lane("accepted", _l("To confirm"), "accepted"),
    ]
    return fill_lanes(empty, db.session.execute(_live(actor, filters)).all(), _card)


@prepared
def _live(actor: Actor, filters: Filters) -> Select[Any]:
    now = clock.NOW
    state = state_at(now)
    query = pairs(actor, filters).where(state.in_(OPEN))
    late = or_(
        and_(Pairing.state == "requested", Pairing.answer_by < now + SOON),
        and_(Pairing.state == "accepted", Pairing.state_since < now - timedelta(days=CONFIRM_DAYS)),
    )
    if filters.overdue:
        query = query.where(late)
    columns = query.join(Call, Call.id == Pairing.call_id).with_only_columns(
        Pairing.id, Pairing.state, Pairing.state_since, Pairing.created_at, Pairing.answer_by, Pairing.company_id,
        Pairing.startup_id, Pairing.company_accepts, Pairing.startup_accepts, Call.time_zone, late.label("late"),
    )  # fmt: skip
    return cap_lanes(columns, state, (late.desc(), Pairing.answer_by, Pairing.id), filters)


def _card(row: Any) -> Card:
    silent = [
        side
        for side, accepts in ((row.company_id, row.company_accepts), (row.startup_id, row.startup_accepts))
        if accepts is None
    ]
    requested, state = row.state == "requested", PAIRING.states[row.state]
    late = ""
    if row.late:
        late = _l("Answer about to run out") if requested else _l("Confirmation overdue")
    one_is_silent = requested and len(silent) == 1
    return Card(
        kind="pairing",
        id=row.id,
        lane=row.lane,
        state=row.state,
        since=row.state_since,
        company_id=row.company_id,
        startup_id=row.startup_id,
        acts=_l("%(who)s answers") if one_is_silent else state.turn.words,
        acts_id=silent[0] if one_is_silent else None,
        due=row.answer_by if requested else row.state_since + timedelta(days=CONFIRM_DAYS),
        limit=max(1, (row.answer_by - row.state_since).days) if requested else CONFIRM_DAYS,
        late=late,
        family=state.family,
        zone=row.time_zone,
    )


def _endings(actor: Actor, filters: Filters) -> list[Ending]:
    return [
        Ending("pairing", row.id, row.company_id, row.startup_id, row.state, row.at, row.time_zone, row.why or "")
        for row in db.session.execute(_ended(actor, filters))
    ]


@prepared
def _ended(actor: Actor, filters: Filters) -> Select[Any]:
    now = clock.NOW
    at = case((Pairing.state == "requested", Pairing.answer_by), else_=Pairing.state_since)
    return (
        pairs(actor, filters)
        .join(Call, Call.id == Pairing.call_id)
        .where(state_at(now).in_(ENDED), Pairing.state_since > now - RECENT)
        .order_by(Pairing.state_since.desc())
        .limit(12)
        .with_only_columns(
            Pairing.id, Pairing.company_id, Pairing.startup_id, state_at(now).label("state"),
            at.label("at"), Call.time_zone, why("pairing", Pairing.id, Pairing.state),
        )
    )  # fmt: skip


add_lanes(_lanes, _endings)
