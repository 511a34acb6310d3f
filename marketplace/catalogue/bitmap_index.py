"""The published challenges in memory: a bit for each of them and each value it can be filtered by.

Places are numbered newest first. A filter is then the bits of its values joined, a count their number, and the next
rows of a list the next places whose bit is set. One statement reads it all.

A list shows counts for a dozen kinds of filters, each over all that is chosen beside it: a dozen aggregates a request
for a database, which reads nearly every row for each; here a few operations on numbers, at any size of the catalogue.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from sys import getsizeof
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.catalogue.filter_conditions import has_status
from marketplace.catalogue.filters import FILTERS, STATUSES
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import PUBLISHED
from marketplace.kernel import clock
from marketplace.kernel import public_version as changes
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.shelf import Shelf

SOON = timedelta(days=7)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROOM_BYTES = 24 * 2**20  # of what is worked out from one
NEVER = 2**62  # microseconds: stands for an instant that is not set, at the end of either order


@dataclass
class Snapshot:
    """What was published at ``at``; true for ``version`` until ``until``, when something opens or closes by itself."""

    at: datetime
    version: changes.Version
    until: datetime | None
    took: float  # seconds
    hides: bool  # whether something is published for some alone
    ids: array[int]  # by place
    published: array[int]  # by place, in microseconds
    closing: array[int]
    soonest: array[int]  # places, closing soonest first
    bits: Mapping[str, Mapping[str, int]]  # by kind and value
    places: dict[int, int] = field(default_factory=dict)  # by id
    kept: Shelf[Any, Any] = field(default_factory=lambda: Shelf(ROOM_BYTES, weight))  # what was worked out from it
    serial: int = field(default_factory=count().__next__)  # no two in a process have the same

    def holds(self, now: datetime, version: changes.Version) -> bool:
        """Whether nothing has changed since."""
        return self.version == version and (self.until is None or now < self.until)

    def every(self) -> int:
        """All bits."""
        return (1 << len(self.ids)) - 1

    def of_ids(self, ids: Iterable[int]) -> int:
        """The bits of some challenges; those it does not hold are left out."""
        places = self.places
        return bits_of((place for id in ids if (place := places.get(id)) is not None), len(self.ids))

    def following(self, mask: int, sort: str, key: int | None, id: int, backward: bool, size: int) -> list[int]:
        """Ids of the next ``size`` of ``mask`` beyond a key and id, or of the first where ``key`` is None."""
        if not mask:
            return []
        shown = bin(mask)[2:].zfill(len(self.ids))[::-1]
        if sort == "closing":
            places = self._by_deadline(key, id, backward)
            return [self.ids[place] for place in islice((p for p in places if shown[p] == "1"), size)]
        return [self.ids[place] for place in islice(_set(shown, *self._by_age(key, id, backward), backward), size)]

    def _by_age(self, key: int | None, id: int, backward: bool) -> tuple[int, int]:
        if key is None:
            return 0, len(self.ids)

        def of(place: int) -> tuple[int, int]:
            return -self.published[place], -self.ids[place]

        if backward:
            return 0, bisect_left(range(len(self.ids)), (-key, -id), key=of)
        return bisect_right(range(len(self.ids)), (-key, -id), key=of), len(self.ids)

    def _by_deadline(self, key: int | None, id: int, backward: bool) -> Iterator[int]:
        if key is None:
            return iter(self.soonest)

        def of(number: int) -> tuple[int, int]:
            return self.closing[self.soonest[number]], self.ids[self.soonest[number]]

        numbers = range(len(self.soonest))
        if backward:
            return (self.soonest[n] for n in range(bisect_left(numbers, (key, id), key=of) - 1, -1, -1))
        return (self.soonest[n] for n in range(bisect_right(numbers, (key, id), key=of), len(numbers)))


def weight(value: Any) -> int:
    """About how many bytes something kept takes, with a hundred for each part of what it holds."""
    held = getattr(value, "ids", value)
    parts = 0 if isinstance(held, (str, array)) or not isinstance(held, Sized) else len(held)
    return 2048 + getsizeof(held) + 100 * parts


def _set(shown: str, start: int, stop: int, backward: bool) -> Iterator[int]:
    """The places that are set, from one end to the other."""
    while True:
        place = shown.rfind("1", start, stop) if backward else shown.find("1", start, stop)
        if place < 0:
            return
        yield place
        start, stop = (start, place) if backward else (place + 1, stop)


def bits_of(places: Iterable[int], size: int) -> int:
    """The number in which these bits are set."""
    row = bytearray(b"0") * size
    for place in places:
        row[~place] = 49  # the digit one
    return int(row, 2) if row else 0


def key_of(value: datetime | None, sort: str) -> int:
    """An instant as orders compare it."""
    if value is None:
        return NEVER if sort == "closing" else -NEVER
    return (value - EPOCH) // timedelta(microseconds=1)


def unpack_numbers(sent: bytes | None, code: str = "i") -> array[int]:
    """Numbers that the database packed one after the other."""
    row = array(code)
    row.frombytes(bytes(sent or b""))
    row.byteswap()
    return row


def take_snapshot(statement: Any, now: datetime, version: changes.Version) -> Snapshot:
    """A snapshot of what a ``statement_of`` some challenges finds."""
    began = time.monotonic()
    read: dict[str, dict[str, array[int]]] = {}
    for kind, value, sent in db.session.execute(statement, clock.at(now)):
        read.setdefault(kind, {})[value] = unpack_numbers(sent, "q" if kind in NUMBERS else "i")
    numbers = {name: read.pop(name)[""] for name in (*NUMBERS, "soonest")}
    size = len(numbers["ids"])
    bits = {kind: {value: bits_of(places, size) for value, places in values.items()} for kind, values in read.items()}
    places = {id: place for place, id in enumerate(numbers["ids"])}
    until, hidden = numbers.pop("until"), numbers.pop("hidden")
    turn = EPOCH + timedelta(microseconds=until[0]) if until else None
    rows = (numbers["ids"], numbers["published"], numbers["closing"], numbers["soonest"])
    return Snapshot(now, version, turn, time.monotonic() - began, bool(hidden[0]), *rows, bits, places)


NUMBERS = ("ids", "published", "closing", "until", "hidden")


def statement_of(visible: Select[Challenge]) -> Any:
    """What reads the published challenges of a query; with the instant as a parameter, so that it can be kept."""
    now, base = clock.NOW, _base(visible)

    def numbers(kind: str, value: Any, order: Any, width: Any = BigInteger) -> Any:
        return select(literal(kind), literal(""), _packed(value, width, order))

    soon = base.c.closes.between(now, now + SOON)
    turn, hidden = queries.turn_after(now).subquery(), _hidden().subquery()
    return union_all(
        numbers("until", _microseconds(turn.c.at), turn.c.at),
        numbers("hidden", hidden.c.number, hidden.c.number),
        numbers("ids", base.c.id, base.c.place),
        numbers("published", base.c.published, base.c.place),
        numbers("closing", base.c.closing, base.c.place),
        select(literal("soonest"), literal(""), _packed(base.c.place, Integer, base.c.closing, base.c.id)),
        select(literal("soon"), literal(""), _packed(base.c.place)).where(soon),
        *(
            select(literal(kind), cast(value, String), _packed(base.c.place))
            .select_from(source)
            .where(value.is_not(None))
            .group_by(value)
            for kind, value, source in _values_in(base)
        ),
    )


def _values_in(base: CTE) -> Iterator[tuple[str, Any, FromClause]]:
    """Of each filter its values, beside the challenges that have them."""
    yield "status", base.c.status, base
    for each in FILTERS:
        if each.column:
            yield each.attribute, *each.column.values_in(base, each.attribute)


def values_of(challenge_id: int, now: datetime) -> dict[str, set[str]]:
    """What one challenge can be filtered by; nothing, where it is not published."""
    found: dict[str, set[str]] = {}
    for kind, value in db.session.execute(_values_of_one(), {"challenge": challenge_id, **clock.at(now)}):
        found.setdefault(kind, set()).add(value)
    return found


@prepared
def _values_of_one() -> Any:
    base = _base(select(Challenge).where(Challenge.id == bindparam("challenge", type_=Integer)))
    return union_all(
        *(
            select(literal(kind), cast(value, String)).select_from(source).where(value.is_not(None))
            for kind, value, source in _values_in(base)
        )
    )


def _packed(value: Any, width: Any = Integer, *order: Any) -> ColumnElement[bytes]:
    """Numbers one after the other, four or eight bytes each: the quickest to send and to read."""
    sent = func.int8send(cast(value, BigInteger)) if width is BigInteger else func.int4send(cast(value, Integer))
    given = aggregate_order_by(literal(b"", LargeBinary), *order) if order else literal(b"", LargeBinary)
    return func.string_agg(sent, given, type_=LargeBinary)


def _hidden() -> Select[int]:
    published = Challenge.state.in_(PUBLISHED)
    return select(func.count().label("number")).where(Challenge.visibility == "invited", published)


def _microseconds(value: Any) -> ColumnElement[int]:
    return cast(func.extract("epoch", value) * 1_000_000, BigInteger)


def _instant(value: Any, absent: int) -> ColumnElement[int]:
    return func.coalesce(_microseconds(value), absent)


def _base(visible: Select[Challenge]) -> CTE:
    """What is counted and ordered by, one row a challenge."""
    names = [name for name in STATUSES if name != "any"]
    status = case(*((has_status(name, clock.NOW), name) for name in names), else_="any")
    published = _instant(Challenge.published_at, -NEVER)
    return (
        queries.join_call_and_company(visible)
        .where(Challenge.state.in_(PUBLISHED))
        .with_only_columns(
            (func.row_number().over(order_by=(published.desc(), Challenge.id.desc())) - 1).label("place"),
            Challenge.id,
            published.label("published"),
            _instant(queries.closing(), NEVER).label("closing"),
            queries.closing().label("closes"),
            status.label("status"),
            *(column for each in FILTERS if each.column for column in each.column.columns(each.attribute)),
        )
        .cte("base")
        .prefix_with("MATERIALIZED")
    )
