"""Records from elsewhere: each known by its source and by its identifier there, however these are spelt."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.imports.models import Import
from marketplace.imports.queries import ids_brought_by
from marketplace.imports.row_store import Ready, StoredRow, change_record, differs, text_of
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.unaccent import identity, unaccent


def make_key(*parts: Any) -> str:
    """A key for a row whose source gives it none: the same words, the same row."""
    said = "\n".join(unaccent(str(part or "")) for part in parts)
    return "made " + hashlib.sha256(said.encode()).hexdigest()[:32]


class Records:
    """Stores rows as records of ``model``, which has a source and texts by language.

    A package says what its records are made of: ``facts`` and ``words`` of a row, ``prepare`` for what all rows of a
    batch need, ``id_of`` where rows may lack an identifier, ``obstacle`` where a record may not be changed.
    """

    model: Any

    def __init__(self, job: Import) -> None:
        self.job = job
        self.made: dict[int, dict[str, Any]] = {}  # by row, what was made beside it
        self.own: set[int] = set()  # of the records that a batch names, those that this centre brought

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return []

    def source_of(self, values: Mapping[str, Any]) -> str:
        return str(values["source"])

    def id_of(self, values: Mapping[str, Any]) -> str:
        return str(values["id"])

    def prepare(self, rows: list[Ready]) -> None:
        """Make what rows refer to, at a number of queries that does not grow with them."""

    def facts(self, values: Mapping[str, Any], record: Any) -> dict[str, Any]:
        raise NotImplementedError

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        raise NotImplementedError

    def fresh(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a new record has beyond its facts."""
        return {}

    def obstacle(self, record: Any) -> StoredRow | None:
        """Why a record stays as it is; by default only who brought it changes it, and the operator any."""
        return None if self.job.centre_id is None or record.id in self.own else StoredRow.refused("not_yours")

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(f"{self.source_of(values)} · {self.id_of(values)}")

    def identity_of(self, values: Mapping[str, Any]) -> tuple[str, str]:
        return identity(self.source_of(values)), identity(self.id_of(values))

    def take(self, rows: list[Ready]) -> dict[int, StoredRow]:
        self.prepare(rows)
        known = self._known(rows)
        self.own = ids_brought_by(self.job, [record.id for record in known.values()])
        found = {row.number: self._one(known.get(self.identity_of(row.values)), row.values) for row in rows}
        for number, stored in found.items():
            stored.made = self.made.get(number) if stored.result in ("added", "changed") else None
        return found

    def _known(self, rows: list[Ready]) -> dict[tuple[str, str], Any]:
        wanted = [self.identity_of(row.values) for row in rows]
        query = select(self.model).where(search.known_as(self.model).in_(wanted))
        found = db.session.scalars(query.options(selectinload(self.model.texts))).unique()
        return {(identity(record.source or ""), identity(record.source_id or "")): record for record in found}

    def _one(self, record: Any, values: Mapping[str, Any]) -> StoredRow:
        locale, facts, words = values["language"], self.facts(values, record), self.words(values)
        if record is None:
            texts = {locale: text_of(self.model)(locale=locale, **words)}
            named = {"source": self.source_of(values), "source_id": self.id_of(values)}
            record = self.model(texts=texts, **named, **facts, **self.fresh(values))
            db.session.add(record)
            return StoredRow("added", record)
        if not differs(record, facts, locale, words):
            return StoredRow("unchanged", record)
        return self.obstacle(record) or StoredRow("changed", record, change_record(record, facts, locale, words))
