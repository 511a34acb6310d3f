"""Who reads, as parameters: a statement that is kept serves everybody of one shape, and shows each their own rows.

``shape_of`` an actor is all that rules may read of them but who they are. Its ids are parameters, filled in when a
statement runs with those of the unit's reader, who never changes. In Python such an id is nobody's: to compare it, or
to ask a shape for a name or a language, is refused, so that no statement can be frozen for one person.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.sql.elements import BindParameter

from marketplace.kernel import unit_of_work
from marketplace.kernel.policy import Actor

IDS = ("user_id", "organisation_id", "membership_id")
PERSONAL = frozenset({"name", "locale", "page_locale", "organisation_names", "seats"})
SHARED = tuple(field.name for field in fields(Actor) if field.name not in (*IDS, *PERSONAL))  # what rules may read


class Id(BindParameter[int]):
    """One id of the reader. It is true, as every id is."""

    inherit_cache = True

    def __init__(self, name: str) -> None:
        super().__init__(f"reader_{name}", type_=BigInteger(), callable_=lambda: getattr(_reader(), name))

    def __eq__(self, other: Any) -> Any:
        return super().__eq__(_in_database(other))

    def __ne__(self, other: Any) -> Any:
        return super().__ne__(_in_database(other))

    __hash__ = BindParameter.__hash__

    def __bool__(self) -> bool:
        return True


def _in_database(other: Any) -> Any:
    if not hasattr(other, "__clause_element__") and not hasattr(other, "compile"):
        raise RuntimeError("a statement that is kept compares the reader's ids in the database, not before")
    return other


class Shape(Actor):
    """An actor whose ids are parameters; there is one of each shape."""

    def __getattribute__(self, name: str) -> Any:
        if name in PERSONAL:
            raise RuntimeError(f"a statement that is kept for many does not ask for the {name} of one")
        return super().__getattribute__(name)

    __eq__ = object.__eq__
    __hash__ = object.__hash__


_PARAMETERS = {name: Id(name) for name in IDS}


def shape_of(actor: Actor) -> Shape:
    """The shape of an actor."""
    if isinstance(actor, Shape):
        return actor
    known = tuple(name for name in IDS if getattr(actor, name) is not None)
    return _shape(known, tuple(getattr(actor, name) for name in SHARED))


@lru_cache(512)
def _shape(known: tuple[str, ...], shared: tuple[Any, ...]) -> Shape:
    ids: dict[str, Any] = {name: _PARAMETERS[name] for name in known}
    return Shape(**ids, **dict(zip(SHARED, shared, strict=True)))


def read_as(actor: Actor) -> None:
    """Let the unit of work under way read as this actor; who was named first stays."""
    held = unit_of_work.current_unit()
    if held is not None and held.reader is None:
        held.reader = actor


def is_reader(actor: Actor) -> bool:
    """Whether parameters stand for this actor's ids now: they do for the unit's reader, and for who has none."""
    if isinstance(actor, Shape):
        return True
    wanted = _ids(actor)
    held = unit_of_work.current_unit()
    return not any(wanted) or (held is not None and held.reader is not None and _ids(held.reader) == wanted)


def _ids(actor: Actor) -> tuple[int | None, ...]:
    return tuple(getattr(actor, name) for name in IDS)


def _reader() -> Actor:
    held = unit_of_work.current_unit()
    if held is None or held.reader is None:
        raise RuntimeError("a statement that is kept for many runs in the unit of work of the reader it was asked for")
    reader: Actor = held.reader
    return reader
