"""Centres from a list of them: on record with their source, unverified, and nobody works in them here yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from marketplace.imports import problems, readership
from marketplace.imports.fields import ID, LICENCE, SOURCE, URL, Field, require
from marketplace.imports.kinds import Kind
from marketplace.imports.models import Import
from marketplace.imports.row_store import Ready, StoredRow, assign_values, stored_differences, write_texts
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.unaccent import identity, unaccent
from marketplace.network.models import Centre, Network
from marketplace.people.import_rows import NAME, REGION, names_of
from marketplace.people.models import Organisation, OrganisationText
from marketplace.people.queries import members
from marketplace.places.hours import zone_of_place
from marketplace.places.models import Region

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGES = {"KR": "ko", "FR": "fr", "CA-QC": "fr"}
OPERATED = {"fr": "Porté par {}.", "ko": "운영 기관: {}.", "en": "Operated by {}."}

problems.register({
    "not_a_slug": _l("“%(value)s” is not made of letters, figures and hyphens."),
    "no_region": _l("No region is known as “%(value)s”."),
    "slug_taken": _l("Another centre has the short name “%(value)s”."),
})  # fmt: skip


class Centres:
    """Centres on record, each with the network it belongs to, brought up to date until somebody works in them."""

    def __init__(self, job: Import) -> None:
        self.job = job
        self.regions = {unaccent(name): one for one in db.session.scalars(select(Region)) for name in names_of(one)}

    def problems(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        if not SLUG.fullmatch(values["id"].lower()):
            found.append({"code": "not_a_slug", "field": "id", "value": values["id"][:60]})
        if self._region(values) is None:
            found.append({"code": "no_region", "field": "region", "value": (values["region"] or "")[:60]})
        return found

    def key(self, values: Mapping[str, Any]) -> str:
        return identity(f"{values['source']} · {values['id']}")

    def take(self, rows: list[Ready]) -> dict[int, StoredRow]:
        """They are few: each row is looked for by itself."""
        return {row.number: self._one(row.values) for row in rows}

    def _region(self, values: Mapping[str, Any]) -> Region | None:
        """The region of this name, or the one that a town is named after."""
        said = unaccent(values["region"] or "")
        named = (self.regions[name] for name in self.regions if said.startswith(f"{name} "))
        return self.regions.get(said) or next(named, None)

    def _one(self, values: Mapping[str, Any]) -> StoredRow:
        """Add a centre, or bring it up to date."""
        region = self._region(values)
        assert region is not None
        country = values["country"] or region.country
        locale, facts = LANGUAGES.get(country, "en"), self._facts(values, region)
        texts = self._texts(values, locale)
        if (found := _known(values["source"], values["id"])) is None:
            return self._added(values, facts, texts, locale, country)
        if not found.is_reference or found.state != "unverified":
            return StoredRow("unchanged", found)
        changed = bool(stored_differences(found, facts)) or any(
            code not in found.texts or stored_differences(found.texts[code], words) for code, words in texts.items()
        )
        assign_values(found, facts)
        for code, words in texts.items():
            write_texts(found, code, words)
        return StoredRow("changed" if changed else "unchanged", found)

    def _added(
        self, values: Mapping[str, Any], facts: dict[str, Any], texts: dict[str, dict[str, str]], locale: str,
        country: str,
    ) -> StoredRow:  # fmt: skip
        slug = values["id"].lower()
        if db.session.scalar(select(Centre.id).where(Centre.slug == slug)) is not None:
            return StoredRow.refused("slug_taken", field="id", value=slug)
        network = _network(values["network"] or country, country, values["source"], locale)
        made = Organisation(
            kind="centre", source=values["source"], source_id=values["id"],
            texts={code: OrganisationText(locale=code, **words) for code, words in texts.items()}, **facts,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        zone = zone_of_place(facts["region_code"])
        db.session.add(
            Centre(id=made.id, organisation=made, slug=slug, network=network, time_zone=zone, languages=[locale])
        )
        db.session.flush()
        return StoredRow("added", made)

    def _facts(self, values: Mapping[str, Any], region: Region) -> dict[str, Any]:
        return {
            "region_code": region.code,
            "country": region.country,
            "website": values["url"],
            "source_url": values["url"],
            "licence": values["licence"],
        }

    def _texts(self, values: Mapping[str, Any], locale: str) -> dict[str, dict[str, str]]:
        names = {locale: values["name"]} | ({"en": values["name_en"]} if values["name_en"] else {})
        operator = values["operator"]
        return {
            code: {"name": name, "description": OPERATED[code].format(operator) if operator else ""}
            for code, name in names.items()
        }


def _known(source: str, key: str) -> Organisation | None:
    known = search.known_as(Organisation).in_([(identity(source), identity(key))])
    found: Organisation | None = db.session.scalars(select(Organisation).where(known)).unique().one_or_none()
    return found


def _network(name: str, country: str, source: str, locale: str) -> Network:
    """The network of this name, with the organisation that operates it, also on record alone."""
    key = f"network: {name}"
    if (operator := _known(source, key)) is not None:
        return db.session.scalars(select(Network).where(Network.operator_id == operator.id)).unique().one()
    words = re.sub(r"[^a-z0-9]+", "-", unaccent(name.partition("(")[0])).strip("-")
    slug = words[:60].rstrip("-") or f"{country.lower()}-network"
    taken = set(db.session.scalars(select(Network.slug).where(Network.slug.startswith(slug))))
    number = next(n for n in range(1, len(taken) + 2) if (slug if n == 1 else f"{slug}-{n}") not in taken)
    operator = Organisation(
        kind="support", source=source, source_id=key, country=country[:2],
        texts={locale: OrganisationText(locale=locale, name=name)},
    )  # fmt: skip
    network = Network(slug=slug if number == 1 else f"{slug}-{number}", operator=operator)
    db.session.add_all([operator, network])
    db.session.flush()
    return network


def _watched(actor: Actor) -> Any:
    return select(Centre.id).join(Network).where(Network.operator_id == actor.network_operator_id)


def _readers(centre_id: int) -> set[int]:
    operator = db.session.scalar(select(Network.operator_id).join(Centre).where(Centre.id == centre_id))
    staff = members([centre_id], ("manager", "broker"))
    watchers = members([operator], ("network_staff",)) if operator is not None else staff
    return set(db.session.scalars(staff)) | set(db.session.scalars(watchers))


readership.register(_watched, _readers)
CENTRES = Kind(
    "centres",
    Organisation,
    (
        *require(ID), NAME, Field("name_en", _l("Name in English"), "", "line"),
        Field("country", _l("Country"), "", "line"), Field("network", _l("Network"), "", "line"), *require(REGION),
        Field("operator", _l("Operated by"), "", "line"), URL, SOURCE, replace(LICENCE, required=False),
    ),
    Centres,
    _l("Centres on record"),
)  # fmt: skip
