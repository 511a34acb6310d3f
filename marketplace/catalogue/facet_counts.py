"""How many challenges stand behind each choice, over what this reader may see and all that is chosen beside it.

Everybody shares one snapshot of what is public. What else this reader may see (challenges for those invited) is a
small snapshot of their own. Where taking one is quick it always tells of now; else it is at most a minute old, and a
new one is taken beside the requests:

    requests  ──old──old──old──old──new──new──▶   whoever finds it behind starts the thread, and does not wait
    thread       └─takes a new one──┘             one at a time, in a unit of work of its own

A count may therefore lag; a row never does, since rows come from the database, and what changed after ``since`` is
looked up beside the bits.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import combinations
from operator import and_, or_
from threading import Lock, Thread
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy import LargeBinary, func, literal, select

from marketplace.catalogue import bitmap_index
from marketplace.catalogue.bitmap_index import Snapshot
from marketplace.catalogue.filters import FILTERS, Filters
from marketplace.catalogue.vocabulary import Filter
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import public_version as changes
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.kernel.shelf import Shelf, per_app
from marketplace.kernel.unit_of_work import open_unit

T = TypeVar("T")
Verdicts = Mapping[str, int]

LASTS = timedelta(minutes=1)
FEW = 5000  # challenges of which a snapshot is taken for each request that finds a change
PAUSE = 10  # times as long as it took, before a longer one is taken again
ROOM_BYTES = 4 * 2**20  # of all readers' own snapshots in each process


@dataclass(frozen=True)
class Facets:
    """How many answer all filters, how many of them close soon, and how many stand behind each choice by its kind."""

    total: int = 0
    closing_soon: int = 0
    by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Index:
    """What one reader may see of the catalogue: the public snapshot, and their own beside it.

    ``since`` is set where the public one may be behind: what changed later is to be looked up. ``qualify`` holds what
    the reader's startup qualifies for, where it was asked for (``qualifying.told``).
    """

    parts: tuple[Snapshot, ...]
    since: datetime | None = None
    reader: Any = None  # whose verdicts these are
    loosens: bool = False  # whether most of the words will do where nothing answers all of them
    qualify: tuple[Mapping[str, int], ...] = ()  # the bits of each verdict in each part
    whole: changes.Version = (0, 0)  # of all that counts, for what is judged by more than the catalogue

    def facets(self, filters: Filters) -> Facets:
        """The counts of a search."""
        words = self.words(filters.text)

        def count() -> Facets:
            public, *own = (_count(part, filters, words, self._verdicts(n)) for n, part in self._each())
            return reduce(_sum, own, public)

        return self.kept("facets", (filters, self.own), count)

    @property
    def own(self) -> tuple[Any, bool]:
        """What its counts depend on beside the snapshots and the filters."""
        return self.reader, self.loosens

    def _each(self) -> Iterator[tuple[int, Snapshot]]:
        return enumerate(self.parts)

    def _verdicts(self, number: int) -> Verdicts:
        return self.qualify[number] if self.qualify else {}

    def total(self, filters: Filters) -> int:
        """How many answer all filters."""
        words = self.words(filters.text)
        return sum(mask_of(part, filters, words, self._verdicts(n)).bit_count() for n, part in self._each())

    def following(
        self, filters: Filters, key: int | None, id: int, backward: bool, size: int
    ) -> tuple[list[int], bool]:
        """Ids among which the next ``size`` rows of a list are, and whether there are more."""
        words = self.words(filters.text)
        found = [
            part.following(mask_of(part, filters, words, self._verdicts(n)), filters.sort, key, id, backward, size)
            for n, part in self._each()
        ]
        return [id for ids in found for id in ids], any(len(ids) == size for ids in found)

    def words(self, text: str) -> TextMatches | None:
        """What answers some words."""
        return self.kept("words", (text, self.loosens), lambda: self._find(text)) if text else None

    def _find(self, text: str) -> TextMatches:
        found = TextMatches(_ids(text, self._spread()))
        most = search.most_of(text) if self.loosens and not any(found.within(part) for part in self.parts) else None
        return found if most is None else TextMatches(_ids_of(select(ChallengeText.challenge_id).where(
            ChallengeText.search.op("@@")(most)).distinct()), is_loose=True)  # fmt: skip

    def open(self) -> Index:
        """What everybody may see of it."""
        return Index(self.parts[:1], self.since)

    def kept(self, kind: str, key: Any, work_out: Callable[[], T]) -> T:
        """What was worked out before from these snapshots, else now; all readers share the public one's room."""
        shelf: Shelf[Any, T] = self.parts[0].kept
        place = (kind, key, self.parts[-1].serial)
        found = shelf.get(place)
        if found is None:
            found = work_out()
            shelf.put(place, found)
        return found

    def _spread(self) -> bool:
        """Whether any challenge is written in more than one language."""
        languages = [part.bits.get("languages", {}).values() for part in self.parts]
        return any(one & other for row in languages for one, other in combinations(row, 2))


class TextMatches:
    """Ids of the challenges that answer some words, or most of them, and their bits in each snapshot."""

    def __init__(self, ids: array[int], *, is_loose: bool = False) -> None:
        self.ids, self.is_loose = ids, is_loose
        self.bits: dict[int, int] = {}

    def within(self, part: Snapshot) -> int:
        """The bits of what was found."""
        found = self.bits.get(id(part))
        if found is None:
            found = part.of_ids(self.ids)
            self.bits = {**self.bits, id(part): found} if len(self.bits) < 2 else {id(part): found}
        return found


def _ids(text: str, spread: bool) -> array[int]:
    return _ids_of(queries.ids_answering(text, spread=spread))


def _ids_of(query: Any) -> array[int]:
    found = query.subquery()
    sent = func.string_agg(func.int8send(found.c[0], type_=LargeBinary), literal(b"", LargeBinary), type_=LargeBinary)
    packed = db.session.scalar(select(sent))
    return bitmap_index.unpack_numbers(packed, "q")


def facets_of(actor: Actor, filters: Filters) -> Facets:
    """The counts for this reader, counted now or within the last minute."""
    return index_of(actor).facets(filters)


def index_of(actor: Actor) -> Index:
    """What this reader may see now, or within the last minute."""
    found = changes.versions()
    now, version = found.now, found.public
    public = _shared(now, version)
    since = None if public.holds(now, version) else public.at
    if not (actor.is_system or actor.signed_in) or (since is None and not public.hides):
        return Index((public,), since, whole=found.whole)
    key = (actor.is_system, actor.party_id, actor.centre_id, actor.network_operator_id)
    own = _own_catalogues().get(key)
    if own is None or not own.holds(now, version) or now >= own.at + LASTS:
        own = bitmap_index.take_snapshot(_own(actor), now, version)
        _own_catalogues().put(key, own)
    return Index((public, own) if own.ids else (public,), since, whole=found.whole)


_own_catalogues = per_app("own_catalogues", ROOM_BYTES, lambda own: 8192 + 500 * len(own.ids))


@prepared
def _public() -> Any:
    return bitmap_index.statement_of(queries.visible_to(ANONYMOUS))


@prepared
def _own(actor: Actor) -> Any:
    """What is published and hidden from the public; the mirror of ``_public`` within ``visible_to``."""
    return bitmap_index.statement_of(queries.visible_to(actor).where(Challenge.visibility == "invited"))


def _shared(now: datetime, version: changes.Version) -> Snapshot:
    kept: Snapshot | None = current_app.extensions.get("public_catalogue")
    if kept is not None and now < kept.at + LASTS:
        if kept.holds(now, version):
            return kept
        if len(kept.ids) > FEW:
            if (now - kept.at).total_seconds() > min(kept.took * PAUSE, LASTS.total_seconds() / 2):
                _renew(current_app._get_current_object(), kept)  # type: ignore[attr-defined]
            return kept
    found = bitmap_index.take_snapshot(_public(), now, version)
    current_app.extensions["public_catalogue"] = found
    return found


_renewing = Lock()


def _renew(app: Flask, old: Snapshot) -> None:
    """Take a new snapshot in a thread of its own, unless one is being taken."""
    if not _renewing.acquire(blocking=False):
        return

    def renew() -> None:
        try:
            with app.app_context(), open_unit():
                if app.extensions.get("public_catalogue") is old:
                    now, version = changes.version()
                    app.extensions["public_catalogue"] = bitmap_index.take_snapshot(_public(), now, version)
        finally:
            _renewing.release()

    Thread(target=renew, name="catalogue", daemon=True).start()


def _conditions(part: Snapshot, filters: Filters, verdicts: Verdicts) -> dict[str, int]:
    """The bits of each kind of filter that was chosen."""
    found = {}
    for each in FILTERS:
        if values := each.chosen(filters):
            bits = _bits(part, each, verdicts)
            found[each.attribute] = reduce(or_, (bits.get(value, 0) for value in values))
    return found


def _bits(part: Snapshot, one: Filter, verdicts: Verdicts) -> Mapping[str, int]:
    return part.bits.get(one.attribute, {}) if one.column else verdicts


def _of_status(part: Snapshot, filters: Filters) -> int:
    return part.every() if filters.status == "any" else part.bits.get("status", {}).get(filters.status, 0)


def mask_of(part: Snapshot, filters: Filters, words: TextMatches | None, verdicts: Verdicts) -> int:
    """The bits of what answers all filters."""
    found = reduce(and_, _conditions(part, filters, verdicts).values(), _of_status(part, filters))
    return found & words.within(part) if words is not None else found


def _count(part: Snapshot, filters: Filters, words: TextMatches | None, verdicts: Verdicts) -> Facets:
    """Every count: of a kind of filter, over all that is chosen of the other kinds."""
    answering = words.within(part) if words is not None else part.every()
    base, conditions = answering & _of_status(part, filters), _conditions(part, filters, verdicts)
    every = reduce(and_, conditions.values(), base)
    by: dict[str, dict[str, int]] = {}
    for each in FILTERS:
        others = reduce(and_, (bits for name, bits in conditions.items() if name != each.attribute), base)
        by[each.attribute] = dict(_numbers(_bits(part, each, verdicts), others))
    chosen = reduce(and_, conditions.values(), answering)
    by["status"] = {**dict(_numbers(part.bits.get("status", {}), chosen)), "any": chosen.bit_count()}
    soon = part.bits.get("soon", {}).get("", 0)
    return Facets(every.bit_count(), (every & soon).bit_count(), by)


def _numbers(values: Mapping[str, int], within: int) -> Iterator[tuple[str, int]]:
    for value, bits in values.items():
        number = (bits & within).bit_count()
        if number:
            yield value, number


def _sum(one: Facets, other: Facets) -> Facets:
    by = {
        kind: {value: values.get(value, 0) + other.by[kind].get(value, 0) for value in {**values, **other.by[kind]}}
        for kind, values in one.by.items()
    }
    return replace(one, total=one.total + other.total, closing_soon=one.closing_soon + other.closing_soon, by=by)
