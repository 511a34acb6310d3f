"""What each kind of thing is to the rest of the product: found, called, linked, seen, told of, searched for.

A package declares its things in ``subject.py``, each once. Notifications, desks, followers, search and operations
read them here, and so know of no package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, func, literal, null

from marketplace.kernel import workflow
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.turns import Next

COMPANY, STARTUP, CENTRE = _l("the company"), _l("the startup"), _l("the centre")


@dataclass(frozen=True)
class Sides:
    """The organisations that take part in a thing, by their ids; ``others`` do so as neither company nor startup."""

    company_id: int | None = None
    startup_id: int | None = None
    centres: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        company: int | None = None,
        startup: int | None = None,
        *,
        centres: tuple[int | None, ...] = (),
        others: tuple[int | None, ...] = (),
    ) -> Sides:
        """What is given, without what is not there."""
        known = frozenset(id for id in centres if id is not None), frozenset(id for id in others if id is not None)
        return cls(company, startup, *known)

    @property
    def all(self) -> frozenset[int]:
        """Everybody who takes part."""
        return self.centres | self.others | {id for id in (self.company_id, self.startup_id) if id is not None}


@dataclass(frozen=True)
class Texts:
    """Words in several languages that name a thing in lists; ``main`` is the language it was written in first."""

    owner_id: Any
    words: Any
    main: Any = None


@dataclass(frozen=True)
class Finding:
    """How staff find things of a kind by words: those for whom ``by(actor, text)`` holds, under ``label``.

    ``columns`` say more of a row: ``note``, or an ``organisation_id`` to name.
    """

    label: Any
    by: Callable[[Actor, str], ColumnElement[bool]]
    columns: Mapping[str, Any] = field(default_factory=dict)


def _no_more(_event: Event, _subject: Any, _locale: str) -> Any:
    return ""


@dataclass(frozen=True)
class Subject:
    """One kind of thing, as everything outside its package knows it.

    ``path`` holds names of its columns: ``/calls/{id}``. ``title(thing, locale)`` calls it. ``visible_to(actor)`` is
    its only door; ``readers_of(thing)`` answers the ids of whom to tell at most, None for everybody. ``columns`` name
    it in lists: ids of things that have ``texts``, its own ``title`` and ``locale``, and ``company_id``, ``startup_id``
    as ``sides`` has them.

    ``coming(thing, reader, locale)`` says what is next; ``more(event, thing, locale)`` tells an event closer, and
    ``figures(event)`` in lists. ``told_as(event)`` is the step that tells it best, ``taken_by`` the side behind a step
    that no organisation takes. ``of_network(actor)`` are the ids that the staff of a network look after.
    """

    name: str
    model: type[Any]
    path: str
    title: Callable[[Any, str], str]
    visible_to: Callable[[Actor], Select[Any]]
    readers_of: Callable[[Any], set[int] | None]
    sides: Callable[[Any], Sides]
    columns: Mapping[str, Any]
    texts: Texts | None = None
    coming: Callable[[Any, Actor, str], Next | None] | None = None
    more: Callable[[Event, Any, str], Any] = _no_more
    figures: Callable[[Event], str] | None = None
    told_as: Callable[[Event], str] | None = None
    taken_by: Mapping[str, Any] = field(default_factory=dict)
    of_network: Callable[[Actor], Select[int]] | None = None
    finding: Finding | None = None

    def __post_init__(self) -> None:
        if self.name in _subjects and _subjects[self.name].model is not self.model:
            raise LookupError(f"subject {self.name} is declared twice")
        _subjects[self.name] = self

    def address(self, thing: Any) -> str:
        """Where a thing is read."""
        return self.path.format_map({name: getattr(thing, name) for name in self._names})

    @property
    def address_column(self) -> ColumnElement[str]:
        """The same in SQL."""
        parts = ((literal(text), name and getattr(self.model, name)) for text, name, *_ in Formatter().parse(self.path))
        return func.concat(*(part for pair in parts for part in pair if part is not None))

    @property
    def _names(self) -> list[str]:
        return [name for _, name, *_ in Formatter().parse(self.path) if name]


# A thing and its reader, to the kind and the row of the reader's own part in it.
OwnPart = Callable[[Any, Actor], tuple[str, Any] | None]

_subjects: dict[str, Subject] = {}
_own: dict[str, list[OwnPart]] = {}


def subjects() -> dict[str, Subject]:
    """Every declared subject by name, those of lower packages first."""
    return dict(_subjects)


def kind_of(name: str) -> Subject:
    """The declaration by the name that events give. Raises KeyError for one that no package declares."""
    return _subjects[name]


def load_subject(event: Event) -> Any:
    """What an event is about as it stands now; None where it is gone."""
    return db.session.get(kind_of(event.subject_type).model, event.subject_id)


def told_as(event: Event) -> str:
    """The step that tells best what happened: where one thing ended another, that one."""
    declared = _subjects.get(event.subject_type)
    return declared.told_as(event) if declared and declared.told_as else event.step


def own_part(name: str) -> Callable[[OwnPart], OwnPart]:
    """Declare what finds a reader's own part in a thing (an application to a challenge): it says what is next there."""

    def add(find: OwnPart) -> OwnPart:
        _own.setdefault(name, []).append(find)
        return find

    return add


def coming(name: str, thing: Any, reader: Actor, locale: str) -> Next | None:
    """What is next on a thing for this reader: on their own part in it, where they have one."""
    for find in _own.get(name, ()):
        if (own := find(thing, reader)) is not None:
            kind, part = own
            return coming(kind, part, reader, locale)
    declared = kind_of(name)
    return declared.coming(thing, reader, locale) if declared.coming else None


def naming_subjects() -> list[Subject]:
    """Subjects by whose texts others are called, the nearest first: what is declared later stands on those before."""
    return [declared for declared in reversed(_subjects.values()) if declared.texts is not None]


def shape() -> dict[str, Any]:
    """Columns of a row of any subject, with their types."""
    ids = {f"{declared.name}_id": BigInteger() for declared in naming_subjects()}
    words = {name: Text() for name in ("title", "locale", "note")}
    return {
        "type": Text(), "id": BigInteger(), "address": Text(), **ids,
        "company_id": BigInteger(), "startup_id": BigInteger(), **words,
    }  # fmt: skip


def row_of(declared: Subject, query: Select[Any], **more: Any) -> Select[Any]:
    """A query over a subject with its columns replaced by those of the one shape; what it has not is null."""
    own = {"type": literal(declared.name), "id": declared.model.id, "address": declared.address_column}
    given = {**own, **declared.columns, **more}
    columns = (cast(given.get(name, null()), kind).label(name) for name, kind in shape().items())
    return query.with_only_columns(*columns, maintain_column_froms=True)


def check_declarations() -> None:
    """Fail at start-up where a machine's subject is not declared, or a declared one lacks what others read."""
    if unknown := set(workflow.machines()) - set(_subjects):
        raise LookupError(f"no subject.py declares {sorted(unknown)}")
    for name, declared in _subjects.items():
        if unknown := set(declared.columns) - set(shape()):
            raise LookupError(f"subject {name} has unknown columns {sorted(unknown)}")
        if missing := [column for column in declared._names if not hasattr(declared.model, column)]:
            raise LookupError(f"the address of {name} needs {missing}")
