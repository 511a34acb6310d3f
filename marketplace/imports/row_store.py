"""Rows become things in batches; a row the database refuses is found and refused alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from psycopg.errors import ProgramLimitExceeded
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from marketplace.kernel.db import db, touch
from marketplace.kernel.policy import SYSTEM, Actor

if TYPE_CHECKING:
    from marketplace.imports.models import Import


@dataclass(frozen=True)
class Ready:
    """A row that may be stored: its values by field, read and checked, and the key that tells it from others."""

    number: int
    key: str
    values: Mapping[str, Any]


@dataclass
class StoredRow:
    """What became of a row: added, changed, unchanged or refused; ``subject`` is what it became."""

    result: str
    subject: Any = None
    before: dict[str, Any] | None = None
    made: dict[str, Any] | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def refused(cls, code: str, **named: Any) -> StoredRow:
        return cls("refused", reasons=[{"code": code, **named}])


class Store(Protocol):
    """What one kind of import does with rows."""

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What does not fit together within a row."""

    def key(self, values: Mapping[str, Any]) -> str:
        """What tells a row from others, and is the same when the file comes again."""

    def take(self, rows: list[Ready]) -> dict[int, StoredRow]:
        """Store rows, at a number of queries that does not grow with them; flushed by the caller."""


def starter_of(job: Import, role: str) -> Actor:
    """Whoever had the import started, as far as the worker acts for them."""
    if job.centre_id is None:
        return SYSTEM
    return Actor(user_id=job.started_by_id, organisation_id=job.centre_id, organisation_kind="centre", role=role)


def store_batch(make: Callable[[], Store], rows: list[Ready]) -> dict[int, StoredRow]:
    """Store a batch; where the database refuses it, store its rows one by one, so that only the culprit is refused."""
    try:
        with db.session.begin_nested():
            found = make().take(rows)
            db.session.flush()
            return found
    except (IntegrityError, DataError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(error.orig, ProgramLimitExceeded):
            raise
        if len(rows) == 1:
            name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
            return {rows[0].number: StoredRow.refused("database", value=name or "value")}
    found = {}
    for row in rows:
        found |= store_batch(make, [row])
    return found


def stored_differences(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The stored values, of those given, that are not as given."""
    return {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}


def assign_values(row: Any, values: Mapping[str, Any]) -> None:
    """Give a stored row these values."""
    for name, value in values.items():
        setattr(row, name, value)


def differs(record: Any, facts: Mapping[str, Any], locale: str, words: Mapping[str, str]) -> bool:
    """Whether a record, which has texts by language, says anything else than the row."""
    text = record.texts.get(locale)
    return text is None or bool(stored_differences(record, facts)) or bool(stored_differences(text, words))


def change_record(record: Any, facts: Mapping[str, Any], locale: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Let a record say what the row says; returns what it said before."""
    before = before_change(record, facts, locale, words)
    assign_values(record, facts)
    write_texts(record, locale, words)
    touch(record)  # so that its version tells of a change in its texts alone
    return before


def before_change(record: Any, facts: Mapping[str, Any], locale: str, words: Mapping[str, str]) -> dict[str, Any]:
    """What ``restore_record`` needs of the record as it is."""
    text = record.texts.get(locale)
    return {
        "facts": _frozen(stored_differences(record, facts)),
        "locale": locale,
        "texts": None if text is None else stored_differences(text, words),
    }


def write_texts(record: Any, locale: str, words: Mapping[str, str]) -> None:
    """Give a record its words in a language."""
    if locale in record.texts:
        assign_values(record.texts[locale], words)
    else:
        record.texts[locale] = text_of(type(record))(locale=locale, **words)


def text_of(model: Any) -> Any:
    """The model of its texts."""
    return model.texts.property.mapper.class_


def restore_record(record: Any, before: Mapping[str, Any]) -> None:
    """Let a record say again what it said before an import changed it."""
    assign_values(record, thaw_facts(record, before))
    if before["texts"] is None:
        record.texts.pop(before["locale"], None)
    else:
        assign_values(record.texts[before["locale"]], before["texts"])
    touch(record)


def _frozen(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns as JSON can keep them."""
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else str(value)
        if isinstance(value, Decimal) else value
        for name, value in values.items()
    }  # fmt: skip


def thaw_facts(record: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """The earlier facts of a record, as its columns hold them."""
    kinds: dict[str, type[Any]] = {column.name: column.type.python_type for column in record.__table__.columns}
    return {name: _thaw(kinds[name], value) for name, value in before["facts"].items()}


def _thaw(kind: type[Any], value: Any) -> Any:
    if value is None:
        return None
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
