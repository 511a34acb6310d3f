"""What waits for people: each package brings its SELECTs in one shape, with their words; a desk unites them.

``waits_for`` declares what this reader has to do next, ``under_way_for`` what others act on meanwhile. A SELECT begins
at its package's own ``visible_to``, names the reader by the ids of the actor and the instant by ``clock.NOW``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Boolean, ColumnElement, DateTime, Integer, Select, Text, cast, func, null

from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Subject, kind_of
from marketplace.kernel.workflow import machine

UTC = "UTC"
SHAPE: dict[str, Any] = {
    "kind": Text(),  # what is to be done, or whose turn it is: a key of the words declared with the SELECT
    "id": BigInteger(),  # of the subject
    "collaboration_id": BigInteger(),  # of the whole, where it is a part
    "state": Text(),
    "challenge_id": BigInteger(),
    "call_id": BigInteger(),
    "organisation_id": BigInteger(),  # named only where this reader may know it
    "number": Integer(),  # how many things wait in it
    "title": Text(),  # words of its own, where it has neither challenge nor call
    "locale": Text(),  # of the title
    "since": DateTime(timezone=True),
    "due": DateTime(timezone=True),
    "by_day": Boolean(),  # whether the due instant only means its day
    "zone": Text(),
}


def rows(thing: Subject, query: Select[Any], kind: Any, **columns: Any) -> Select[Any]:
    """``query`` over a thing with its columns replaced by those of the one shape; what it has not is null."""
    if unknown := set(columns) - set(SHAPE):
        raise ValueError(f"a desk has no column {sorted(unknown)}")
    given = {"kind": kind, "id": thing.model.id, "zone": UTC, "by_day": False, **thing.columns, **columns}
    return query.with_only_columns(
        *(cast(given.get(name, null()), kind_).label(name) for name, kind_ in SHAPE.items()), maintain_column_froms=True
    )


def end_of(day: Any, zone: Any) -> ColumnElement[datetime]:
    """The last second of a calendar day in a zone."""
    return func.timezone(zone, cast(day, DateTime()) + timedelta(days=1) - timedelta(seconds=1))


def until(day: Any, zone: Any, since: Any) -> dict[str, Any]:
    """Columns of a thing that should be done by the end of a calendar day."""
    return {"since": since, "due": end_of(day, zone), "by_day": True, "zone": zone}


def days_after(days: Any, since: Any) -> Any:
    """The instant some days later; ``days`` may be a column."""
    return since + days * timedelta(days=1)


def within(days: Any, since: Any) -> dict[str, Any]:
    """Columns of a thing that should be done some days after it began to wait."""
    return {"since": since, "due": days_after(days, since), "by_day": True}


@dataclass(frozen=True)
class Wording:
    """What a kind of task is called, what its button says and where it is done.

    ``%(title)s`` is the challenge, call, collaboration or milestone, ``%(who)s`` an organisation; ``path`` takes the
    columns of the row, and is the page of the kind's subject where none is given; ``counts`` says how many things wait
    in it; ``posts`` does it at once.
    """

    title: Any
    action: Any
    path: str = ""
    counts: Callable[[int], Any] | None = None
    posts: bool = False


@dataclass(frozen=True)
class UnderWay:
    """What others do, and where that is seen; ``state_of`` names the machine, where the kind does not."""

    words: Any
    path: str = ""
    state_of: str = ""


def turns_of(thing: Subject, states: Iterable[str] = (), *, path: str = "", state_of: str = "") -> dict[str, UnderWay]:
    """What is under way in the states of a thing, or some of them, in the words of whose turn it then is."""
    declared = machine(thing.name).states
    turns = {state: declared[state].turn for state in states or declared}
    return {
        f"{thing.name}.{state}": UnderWay(turn.words, path, state_of) for state, turn in turns.items() if turn.words
    }


# Kinds of readers: staff of a centre, people of a company or startup, staff of a network, evaluators, and the rest.
CENTRE, PARTY, NETWORK, EVALUATOR, NEWCOMER = "centre", "party", "network", "evaluator", "newcomer"
ANYBODY = (CENTRE, PARTY, NETWORK, EVALUATOR, NEWCOMER)

Said = TypeVar("Said")
Build = Callable[[Actor], Select[Any] | None]  # None where nothing of the kind ever waits for this one reader


@dataclass(frozen=True)
class Part(Generic[Said]):
    """One SELECT, the kinds of readers it is for, and what is said of each kind of its rows."""

    build: Build
    readers: tuple[str, ...]
    words: Mapping[str, Said]


class Register(Generic[Said]):
    """All that packages declared: the parts, and what is said of each kind of row."""

    def __init__(self) -> None:
        self.parts: list[Part[Said]] = []
        self.words: dict[str, Said] = {}

    def declare(self, readers: tuple[str, ...], words: Mapping[str, Said]) -> Callable[[Build], Build]:
        """Take in the SELECT that is decorated. Raises LookupError where a kind has its words already."""
        if twice := self.words.keys() & words:
            raise LookupError(f"what waits is declared twice: {sorted(twice)}")

        def declare(build: Build) -> Build:
            self.words.update(words)
            self.parts.append(Part(build, readers, words))
            return build

        return declare

    def of(self, actor: Actor) -> list[Select[Any]]:
        """One SELECT per source for this reader."""
        built = (part.build(actor) for part in self.parts if reader_of(actor) in part.readers)
        return [query for query in built if query is not None]


TASKS, WORKS = Register[Wording](), Register[UnderWay]()


def waits_for(*readers: str, words: Mapping[str, Wording]) -> Callable[[Build], Build]:
    """Declare a SELECT of what these kinds of readers do next, and the words of each kind of its rows."""
    return TASKS.declare(readers, words)


def under_way_for(*readers: str, turns: Mapping[str, UnderWay]) -> Callable[[Build], Build]:
    """Declare a SELECT of what others act on while these kinds of readers wait, and whose turn it then is."""
    return WORKS.declare(readers, turns)


# A reader with nothing to do, to an address where they may begin and its words; None where this is nothing for them.
Beginning = Callable[[Actor], tuple[str, Any] | None]

BEGINNINGS: list[Beginning] = []  # those of lower packages first


def begins(beginning: Beginning) -> Beginning:
    """Declare where some readers may begin."""
    BEGINNINGS.append(beginning)
    return beginning


def address_of(row: Any, path: str) -> str:
    """Where a row leads: to a path of its own, else to the page of its subject."""
    return (path or kind_of(row.kind.partition(".")[0]).path).format_map(row._mapping)


def reader_of(actor: Actor) -> str:
    """Which kind of reader an actor is."""
    if actor.centre_id is not None:
        return CENTRE
    if actor.network_operator_id is not None:
        return NETWORK
    if actor.party_id is not None:
        return PARTY
    return EVALUATOR if actor.role == "evaluator" else NEWCOMER
