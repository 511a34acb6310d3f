"""What rows of files become: each kind is brought by the package whose things it makes, in its ``import_rows.py``."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import true

from marketplace.imports.fields import Field
from marketplace.kernel.policy import Actor


@dataclass(frozen=True)
class Target:
    """What the rows of a kind go into, a call, say: whoever imports needs ``permission`` for it.

    ``name`` is its field on the form, ``choices`` what an actor may choose there. Where it no longer ``takes`` rows,
    ``closed`` says so to who sends a file, ``closed_since`` to who sent one before.
    """

    name: str
    model: Any
    permission: str
    title: Callable[[Any, str], str]
    choices: Callable[[Actor], Iterable[Any]]
    label: Any
    help: Any
    missing: Any
    takes: Callable[[Any], bool] = lambda _: True
    closed: Any = ""
    closed_since: Any = ""


@dataclass(frozen=True)
class Byproduct:
    """What rows make beside the thing itself, and goes with it: ``only`` while this holds; ``removed`` words a number.

    What anything else refers to by then stays.
    """

    model: Any
    only: Any = field(default_factory=true)
    removed: Callable[[int], str] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of row. One with a ``label`` is offered to staff, with a ``note``; others are the command line's.

    An import takes its rows by ``store``. ``destination`` says where they go (``%(title)s`` is the target's), ``taken``
    what became of them, ``removed`` words how many are taken back. ``find`` leads to them by address and words,
    ``holders`` are what holds them, by address and title. ``check`` raises Invalid where the fields that have a column
    are not enough; ``restore`` writes a thing back as it was, where that takes more than its columns.
    """

    name: str
    model: Any
    fields: tuple[Field, ...]
    store: Callable[[Any], Any]
    destination: Any
    position: int = 0
    label: Any = None
    note: Any = ""
    target: Target | None = None
    taken: Any = ""
    removed: Callable[[int], str] = str
    find: Callable[[Any], tuple[str, Any]] | None = None
    holders: Callable[[Any, str], list[tuple[str, str]]] = lambda _job, _locale: []
    check: Callable[[Container[str]], None] = lambda _names: None
    restore: Callable[[Any, Mapping[str, Any]], None] | None = None
    beside: Mapping[str, Byproduct] = field(default_factory=dict)

    def by_name(self) -> dict[str, Field]:
        """Its fields by name, in their order."""
        return {field.name: field for field in self.fields}


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Let files become these."""
    KINDS.update({kind.name: kind for kind in kinds})


def offered_kinds() -> list[Kind]:
    """The kinds that staff choose from, in their order."""
    return sorted((kind for kind in KINDS.values() if kind.label is not None), key=lambda kind: kind.position)


def targets() -> dict[str, Target]:
    """What the rows of these kinds go into, by the name of its field."""
    return {kind.target.name: kind.target for kind in offered_kinds() if kind.target is not None}


def names_of(model: Any) -> list[str]:
    """The names of the kinds whose rows become these."""
    return [kind.name for kind in KINDS.values() if kind.model is model]
