"""Rows of challenges from elsewhere: reference records in a call per source, or trial challenges of a call here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.calls.import_fields import first_words, instants, origin, wrong_record, wrong_words, zone_of
from marketplace.calls.models import Call, CallText
from marketplace.challenges.models import RESOURCES, Challenge
from marketplace.imports.records import Records, make_key
from marketplace.imports.row_store import Ready, StoredRow
from marketplace.kernel import clock, search
from marketplace.kernel.db import db
from marketplace.kernel.unaccent import identity
from marketplace.people.models import Organisation, OrganisationText
from marketplace.people.sector_signs import sectors_of

SUMMARY = 280  # characters


def summary_of(description: str) -> str:
    """Its beginning, cut between words."""
    flat = " ".join(description.split())
    return flat if len(flat) <= SUMMARY else flat[:SUMMARY].rsplit(" ", 1)[0] + "…"


def words_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The texts every challenge has, with what stands in for a missing one."""
    description = values["description"] or ""
    title = values["title"] or first_words(description)
    return {
        "title": title,
        "summary": values["summary"] or summary_of(description) or title,
        "problem": description,
        "success_criteria": values["criteria"] or "",
    }


class References(Records):
    """Reference records, in a call per source; none is told to anybody."""

    model = Challenge

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return wrong_record(values)

    def id_of(self, values: Mapping[str, Any]) -> str:
        return values["id"] or make_key(values["title"] or values["description"], values["sponsor"])

    def prepare(self, rows: list[Ready]) -> None:
        self.calls = self._calls(rows)
        self.sponsors = self._sponsors(rows)

    def fresh(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"state": "open"}

    def obstacle(self, record: Challenge) -> StoredRow | None:
        return super().obstacle(record) if record.is_reference else StoredRow.refused("not_yours")

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        return words_of(values)

    def facts(self, values: Mapping[str, Any], record: Challenge | None) -> dict[str, Any]:
        call_id, zone = self.calls[identity(values["source"])]
        window = instants(values, zone)
        return self._origin(values) | {
            "call_id": call_id,
            "is_reference": True,
            **window,
            "published_at": window["opens_at"],
        }

    def _origin(self, values: Mapping[str, Any]) -> dict[str, Any]:
        sponsor = self.sponsors.get(_sponsor_of(values)) if values["sponsor"] else None
        return origin(values) | {"organisation_id": sponsor, "fields": sectors_of(values["categories"])}

    def _calls(self, rows: list[Ready]) -> dict[str, tuple[int, str]]:
        """The call and the zone of each source, made where it is missing."""
        sources = {identity(row.values["source"]): row for row in reversed(rows)}
        folded = func.tangent_identity(Call.source)
        query = select(folded, Call.id, Call.time_zone).where(folded.in_(sources), Call.source_id.is_(None))
        found = {source: (id, zone) for source, id, zone in db.session.execute(query)}
        for source, row in sources.items():
            if source not in found:
                locale, name = row.values["language"], row.values["source"]
                zone = zone_of(row.values, self.job.time_zone)
                call = Call(
                    is_reference=True, source=name, track="top_down", time_zone=zone, main_locale=locale,
                    texts={locale: CallText(locale=locale, title=name)}, state="open",
                )  # fmt: skip
                db.session.add(call)
                db.session.flush()
                found[source] = call.id, zone
                self.made.setdefault(row.number, {})["call"] = call.id
        return found

    def _sponsors(self, rows: list[Ready]) -> dict[tuple[str, str], int]:
        """The sponsors as organisations that nobody has verified."""
        wanted: dict[tuple[str, str], Ready] = {}
        for row in rows:
            if row.values["sponsor"]:
                wanted.setdefault(_sponsor_of(row.values), row)
        query = select(Organisation.source, Organisation.source_id, Organisation.id)
        known = db.session.execute(query.where(search.known_as(Organisation).in_(wanted)))
        found = {(identity(source or ""), identity(key or "")): id for source, key, id in known}
        fresh = {
            key: Organisation(
                source=row.values["source"], source_id=key[1],
                kind="large" if row.values["language"] == "ko" else "public",
                licence=row.values["licence"], texts=name_of(row.values),
            )
            for key, row in wanted.items()
            if key not in found
        }  # fmt: skip
        return found | store_organisations(self.made, fresh, wanted)


class OnRecord(References):
    """The same by the command line; a span that ends before it begins counts by its end."""

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return wrong_words(values)

    def facts(self, values: Mapping[str, Any], record: Challenge | None) -> dict[str, Any]:
        if values["opens"] and values["closes"] and values["opens"].day > values["closes"].day:
            values = {**values, "opens": None}
        return super().facts(values, record)


class Trials(References):
    """Challenges that can be applied to: what the source does not say gets a plain value, said to be one."""

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return wrong_words(values)

    def source_of(self, values: Mapping[str, Any]) -> str:
        return f"trial {self.job.target_id}: {values['source']}"

    def prepare(self, rows: list[Ready]) -> None:
        self.call: Call = self.job.target
        self.sponsors = self._sponsors(rows)

    def obstacle(self, record: Challenge) -> StoredRow | None:
        return None

    def fresh(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"state": "open", "published_at": clock.now()}

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        words = words_of(values)
        return words | {
            "success_criteria": words["success_criteria"] or words["summary"],
            "problem": words["problem"] or words["title"],
            "purchase_route": "Not stated by the source; this challenge was adopted for a trial.",
        }

    def facts(self, values: Mapping[str, Any], record: Challenge | None) -> dict[str, Any]:
        call = self.call
        after = clock.day_of((call.closes_at or clock.now()) + timedelta(days=30), call.time_zone)
        return self._origin(values) | {
            "call_id": call.id,
            "centre_id": call.programme.managing_centre_id if call.programme else None,
            "is_reference": False,
            "resources": [RESOURCES[0]],
            "trl_from": 3,
            "trl_to": 7,
            "ip_option": "startup_keeps",
            "owner_name": "Trial",
            "decision_date": call.decisions_by or after,
        }


def _sponsor_of(values: Mapping[str, Any]) -> tuple[str, str]:
    """What the sponsor of a row is known by within its source."""
    return identity(values["source"]), f"sponsor {identity(values['sponsor'])}"


def name_of(values: Mapping[str, Any]) -> dict[str, OrganisationText]:
    """The texts of an organisation of which a row tells the name alone."""
    locale = values["language"]
    return {locale: OrganisationText(locale=locale, name=values["sponsor"], description="")}


def store_organisations(
    made: dict[int, dict[str, Any]], fresh: Mapping[Any, Organisation], rows: Mapping[Any, Ready]
) -> dict[Any, int]:
    """Store new organisations, and note beside which row each was made; returns their ids."""
    db.session.add_all(fresh.values())
    db.session.flush()
    for key, organisation in fresh.items():
        made.setdefault(rows[key].number, {})["organisation"] = organisation.id
    return {key: organisation.id for key, organisation in fresh.items()}
