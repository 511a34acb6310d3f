"""Rows of calls held elsewhere: their notices as reference records, each known by its source and identifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.challenges.importing import first_words
from marketplace.imports.challenge_rows import change, differs, made_key, wrong_record, zone_of
from marketplace.imports.models import Import
from marketplace.imports.queries import brought_by
from marketplace.imports.storing import Ready, Stored
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.unaccent import identity
from marketplace.network.models import Call, CallText


class Notices:
    """Calls of other programmes, to read alone: open where their own dates say so, and told to nobody."""

    def __init__(self, job: Import) -> None:
        self.job = job

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return wrong_record(values)

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(f"{values['source']} · {self._id(values)}")

    def _identity(self, values: Mapping[str, Any]) -> tuple[str, str]:
        return identity(values["source"]), identity(self._id(values))

    def _id(self, values: Mapping[str, Any]) -> str:
        return values["id"] or made_key(values["title"] or values["description"])

    def take(self, rows: list[Ready]) -> dict[int, Stored]:
        known = self._known(rows)
        own = brought_by(self.job, [call.id for call in known.values()])
        return {row.number: self._one(known.get(self._identity(row.values)), row.values, own) for row in rows}

    def _known(self, rows: list[Ready]) -> dict[tuple[str, str], Call]:
        query = select(Call).where(search.known_as(Call).in_([self._identity(row.values) for row in rows]))
        found = db.session.scalars(query.options(selectinload(Call.texts))).unique()
        return {(identity(call.source or ""), identity(call.source_id or "")): call for call in found}

    def _one(self, call: Call | None, values: Mapping[str, Any], own: set[int]) -> Stored:
        locale, words = values["language"], self._words(values)
        zone = call.time_zone if call is not None else zone_of(values, self.job)
        facts = self._facts(values, zone)
        if call is None:
            call = Call(
                is_reference=True, source=values["source"], source_id=self._id(values), state="open",
                track="top_down", time_zone=zone, texts={locale: CallText(locale=locale, **words)}, **facts,
            )  # fmt: skip
            db.session.add(call)
            return Stored("added", call)
        if not differs(call, facts, locale, words):
            return Stored("unchanged", call)
        if call.id not in own:
            return Stored.refused("not_yours")
        return Stored("changed", call, change(call, facts, locale, words))

    def _facts(self, values: Mapping[str, Any], zone: str) -> dict[str, Any]:
        opens, closes = values["opens"], values["closes"]
        return {
            "main_locale": values["language"],
            "opens_at": opens.begins(zone) if opens else None,
            "closes_at": closes.ends(zone) if closes else None,
            "budget": values["prize"],
            "currency": values["currency"] if values["prize"] is not None else None,
            "source_url": values["url"],
            "licence": values["licence"],
        }

    def _words(self, values: Mapping[str, Any]) -> dict[str, str]:
        description = values["description"] or ""
        return {
            "title": values["title"] or first_words(description),
            "subject": description,
            "eligibility": values["eligibility"] or "",
        }
