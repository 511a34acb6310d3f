"""Rows of candidates of a call, complete enough to be published, and published by nobody but its staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from marketplace.calls.import_fields import wrong_words
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.challenges.reference_rows import name_of, store_organisations, words_of
from marketplace.imports.models import Import
from marketplace.imports.records import Records, make_key
from marketplace.imports.row_store import Ready, StoredRow, starter_of
from marketplace.kernel import clock, events
from marketplace.kernel.db import db
from marketplace.kernel.unaccent import identity
from marketplace.people.models import DEMAND_KINDS, Organisation, OrganisationText
from marketplace.people.relationships import is_dealt_with
from marketplace.people.sector_signs import sectors_of

FACTS = ("trl_from", "trl_to", "resources", "ip_option", "owner_name", "owner_role", "decision_date")


class Candidates(Records):
    """Candidates of a call, each known within it by its identifier, else by its title and company."""

    model = Challenge

    def __init__(self, job: Import) -> None:
        super().__init__(job)
        self.call: Call = job.target
        self.starter = starter_of(job, "broker")

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = wrong_words(values)
        low, high, decided = values["trl_from"], values["trl_to"], values["decision_date"]
        if low and high and low > high:
            found.append({"code": "trl_order", "field": "trl_from"})
        if decided and self.call.closes_at and decided < clock.day_of(self.call.closes_at, self.call.time_zone):
            found.append({"code": "decision_early", "field": "decision_date"})
        return found

    def source_of(self, values: Mapping[str, Any]) -> str:
        return f"call {self.call.id}"

    def id_of(self, values: Mapping[str, Any]) -> str:
        return values["id"] or make_key(values["title"], values["sponsor"])

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(self.id_of(values))

    def prepare(self, rows: list[Ready]) -> None:
        self.companies = self._companies(rows)

    def take(self, rows: list[Ready]) -> dict[int, StoredRow]:
        found = super().take(rows)
        db.session.flush()
        for stored in found.values():
            if stored.result in ("added", "changed"):
                events.record("challenge.import", stored.subject, self.starter, data={"import": self.job.id})
        return found

    def obstacle(self, record: Challenge) -> StoredRow | None:
        waits = record.state == "candidate" and record.call_id == self.call.id
        return None if waits else StoredRow.refused("moved_on")

    def fresh(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"state": "candidate", "submitted_at": clock.now(), "created_by_id": self.job.started_by_id}

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        return words_of(values) | {name: values[name] or "" for name in ("why_now", "constraints", "purchase_route")}

    def facts(self, values: Mapping[str, Any], record: Challenge | None) -> dict[str, Any]:
        programme = self.call.programme
        return {name: values[name] for name in FACTS} | {
            "main_locale": values["language"],
            "organisation_id": self.companies[identity(values["sponsor"])],
            "budget": values["prize"],
            "currency": values["currency"] if values["prize"] is not None else None,
            "fields": sectors_of(values["categories"]),
            "startups_sought": values["startups_sought"] or 1,
            "call_id": self.call.id,
            "centre_id": programme.managing_centre_id if programme else None,
        }

    def _companies(self, rows: list[Ready]) -> dict[str, int]:
        """The companies by name: those this centre deals with, else new ones that nobody else is shown yet."""
        wanted: dict[str, Ready] = {}
        for row in rows:
            wanted.setdefault(identity(row.values["sponsor"]), row)
        plain = func.tangent_identity(OrganisationText.plain_name)
        query = (
            select(Organisation)
            .where(is_dealt_with(self.starter))
            .join(OrganisationText, OrganisationText.organisation_id == Organisation.id)
            .where(plain.in_(wanted), Organisation.kind.in_(DEMAND_KINDS), Organisation.source.is_(None))
            .order_by(Organisation.state == "verified", Organisation.id.desc())
            .with_only_columns(plain, Organisation.id)
        )
        found: dict[str, int] = dict(db.session.execute(query).all())
        fresh = {
            name: Organisation(kind=row.values["sponsor_kind"] or "large", texts=name_of(row.values))
            for name, row in wanted.items()
            if name not in found
        }
        return found | store_organisations(self.made, fresh, wanted)
