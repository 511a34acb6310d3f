"""Rows of calls held elsewhere: their notices as reference records, each known by its source and identifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.calls.import_fields import first_words, instants, origin, wrong_record, zone_of
from marketplace.calls.models import Call
from marketplace.imports.records import Records, make_key


class Notices(Records):
    """Calls of other programmes, to read alone: open where their own dates say so, and told to nobody."""

    model = Call

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        return wrong_record(values)

    def id_of(self, values: Mapping[str, Any]) -> str:
        return values["id"] or make_key(values["title"] or values["description"])

    def _zone(self, values: Mapping[str, Any]) -> str:
        return zone_of(values, self.job.time_zone)

    def fresh(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"is_reference": True, "state": "open", "track": "top_down", "time_zone": self._zone(values)}

    def facts(self, values: Mapping[str, Any], record: Call | None) -> dict[str, Any]:
        zone = record.time_zone if record is not None else self._zone(values)
        return origin(values) | instants(values, zone)

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        description = values["description"] or ""
        return {
            "title": values["title"] or first_words(description),
            "subject": description,
            "eligibility": values["eligibility"] or "",
        }
