"""Organisations from files of the command line: unverified, nobody's yet, marked with their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from marketplace.imports import kinds
from marketplace.imports.fields import ID, LANGUAGE, LICENCE, SOURCE, URL, Field, require
from marketplace.imports.kinds import Kind
from marketplace.imports.models import Import
from marketplace.imports.records import Records
from marketplace.imports.row_store import StoredRow
from marketplace.kernel.db import db
from marketplace.kernel.locales import DEFAULT, _l
from marketplace.kernel.unaccent import unaccent
from marketplace.people.labels import KIND_LABELS
from marketplace.people.models import Organisation
from marketplace.people.sector_signs import sectors_of
from marketplace.places.countries import countries
from marketplace.places.import_fields import NO_COUNTRY
from marketplace.places.models import Region


class Organisations(Records):
    """Organisations on record, brought up to date until their people have claimed them: then they are theirs."""

    model = Organisation

    def __init__(self, job: Import) -> None:
        super().__init__(job)
        regions = db.session.scalars(select(Region)).all()
        self.regions = {unaccent(name): one.code for one in regions for name in names_of(one)}
        self.countries = {*countries(DEFAULT), *(region.country for region in regions)}

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        said = values["country"]
        if said and said not in self.countries:
            return [{"code": NO_COUNTRY, "field": "country", "value": said}]
        return []

    def obstacle(self, record: Organisation) -> StoredRow | None:
        is_theirs = record.state != "unverified" or record.claimed_at is not None
        return StoredRow("unchanged", record) if is_theirs else super().obstacle(record)

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {"name": values["name"], "description": values["description"] or ""}

    def facts(self, values: Mapping[str, Any], record: Organisation | None) -> dict[str, Any]:
        return {
            "kind": values["kind"] or "startup",
            "country": values["country"],
            "region_code": self.regions.get(unaccent(values["region"] or "")),
            "legal_form": "company" if values["founded"] else None,
            "registered_on": values["founded"],
            "website": values["website"],
            "sectors": sectors_of(values["sector"]),
            "source_url": values["url"],
            "licence": values["licence"],
        }


def names_of(region: Region) -> tuple[str, ...]:
    """What a region is called in files."""
    return region.code, region.name_en, region.name_fr, region.name_ko


def _field(name: str, kind: str, label: Any, help: Any = "", **more: Any) -> Field:
    return Field(name, label, help, kind, **more)


NAME = _field("name", "line", _l("Name"), required=True)
REGION = _field("region", "line", _l("Region"))
kinds.register(
    Kind(
        "organisations",
        Organisation,
        (
            *require(ID), NAME, _field("description", "text", _l("Description")), LANGUAGE,
            _field("kind", "choice", _l("Kind"), choices=KIND_LABELS), _field("sector", "list", _l("Fields")),
            _field("country", "line", _l("Country"), read=str.upper), REGION, _field("founded", "day", _l("Founded")),
            _field("website", "link", _l("Website")), URL, SOURCE, replace(LICENCE, required=False),
        ),
        Organisations,
        _l("Organisations on record"),
    )
)  # fmt: skip
