"""Rows of calls: drafts in a programme, with the stages and rules of their track, for its managers to complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.calls.editor import create_call
from marketplace.calls.models import NOTICE, Call
from marketplace.calls.stages import applying_stage, instant_of, set_window
from marketplace.calls.tracks import TEMPLATES
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.queries import has_taken
from marketplace.imports.records import make_key
from marketplace.imports.row_store import (
    Ready,
    StoredRow,
    assign_values,
    before_change,
    differs,
    restore_record,
    starter_of,
    thaw_facts,
    write_texts,
)
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Invalid
from marketplace.kernel.unaccent import identity
from marketplace.network.models import Programme


class DraftCalls:
    """Draft calls of a programme; nobody but its centres sees them before they are published."""

    def __init__(self, job: Import) -> None:
        self.job = job
        self.programme: Programme = job.target
        self.zone = self.programme.managing_centre.time_zone

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if values["track"] and (values["track"], values["bottom_up_kind"]) not in TEMPLATES:
            found.append({"code": "linked", "field": "bottom_up_kind"})
        if (values["award_amount"] is not None or values["prize"] is not None) and not self._currency(values):
            found.append({"code": "no_currency", "field": "currency"})
        for name in ("opens", "closes"):
            try:
                instant_of(values[name], self.zone)
            except Invalid:
                found.append({"code": "no_such_day", "field": name, "value": f"{values[name]:%Y-%m-%d %H:%M}"})
        if values["opens"] and values["closes"] and values["opens"] >= values["closes"]:
            found.append({"code": "day_order", "field": "closes"})
        return found

    def _currency(self, values: Mapping[str, Any]) -> str | None:
        return values["currency"] or self.programme.currency

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(values["id"] or make_key(values["title"]))

    def take(self, rows: list[Ready]) -> dict[int, StoredRow]:
        known = self._known([row.key for row in rows])
        return {row.number: self._one(known.get(row.key), row.values) for row in rows}

    def _one(self, known: tuple[Call, int] | None, values: Mapping[str, Any]) -> StoredRow:
        facts, words = self._facts(values), self._words(values)
        locale = values["language"]
        if known is None:
            call = create_call(
                self.programme, starter_of(self.job, "manager"), title=values["title"], locale=locale,
                track=values["track"], bottom_up_kind=values["bottom_up_kind"],
            )  # fmt: skip
            assign_values(call, facts)
            assign_values(call.texts[locale], words)
            self._window(call, values)
            return StoredRow("added", call)
        call, version = known
        told = {**facts, **self._instants(values)}
        if not differs(call, told, locale, words):
            return StoredRow("unchanged", call)
        if call.state != "draft" or call.version != version:
            return StoredRow.refused("moved_on")
        before = before_change(call, told, locale, words)
        assign_values(call, facts)
        write_texts(call, locale, words)
        self._window(call, values)
        touch(call)
        return StoredRow("changed", call, before)

    def _facts(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "main_locale": values["language"],
            "notice_date": values["notice_date"],
            "decisions_by": values["decisions_by"],
            "award_count": values["award_count"],
            "award_amount": values["award_amount"],
            "budget": values["prize"],
            "currency": self._currency(values),
            "own_contribution_percent": values["own_contribution_percent"] or 0,
        }

    def _words(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: values[name] or "" for name in NOTICE}

    def _instants(self, values: Mapping[str, Any]) -> dict[str, datetime | None]:
        return {f"{name}_at": instant_of(values[name], self.zone) for name in ("opens", "closes")}

    def _window(self, call: Call, values: Mapping[str, Any]) -> None:
        stage, window = applying_stage(call), self._instants(values)
        if stage is not None:
            set_window(stage, window["opens_at"], window["closes_at"])

    def _known(self, keys: list[str]) -> dict[str, tuple[Call, int]]:
        """The calls that earlier imports into this programme made of rows of the same key, and their last version."""
        query = (
            select(ImportRow.key, ImportRow.subject_id, ImportRow.subject_version)
            .join(Import, Import.id == ImportRow.import_id)
            .where(
                ImportRow.key.in_(keys),
                ImportRow.subject_id.is_not(None),
                Import.kind == self.job.kind,
                Import.target_id == self.programme.id,
                has_taken(),
            )
            .order_by(ImportRow.import_id)
        )
        last = {key or "": (id, version) for key, id, version in db.session.execute(query)}
        calls = select(Call).where(Call.id.in_([id for id, _ in last.values()]))
        loaded = db.session.scalars(calls.options(selectinload(Call.texts), selectinload(Call.stages))).unique()
        found = {call.id: call for call in loaded}
        return {key: (found[id], version or 0) for key, (id, version) in last.items() if id in found}


def restore_draft(call: Call, before: Mapping[str, Any]) -> None:
    """Let a call say again what it said before an import changed it, in the stage in which startups apply too."""
    facts = thaw_facts(call, before)
    window = [facts.get(name, getattr(call, name)) for name in ("opens_at", "closes_at")]
    restore_record(call, before)
    if (stage := applying_stage(call)) is not None:
        set_window(stage, *window)
