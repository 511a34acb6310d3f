"""Centres from a list of them: on record with their source, unverified, and nobody works in them here yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from marketplace.kernel import rows, search
from marketplace.kernel.db import db
from marketplace.kernel.rows import Refused
from marketplace.network.models import Centre, Network
from marketplace.people.importing import is_known_as
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.hours import zone_of_place
from marketplace.places.models import Region

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGES = {"KR": "ko", "FR": "fr", "CA-QC": "fr"}
OPERATED = {"fr": "Porté par {}.", "ko": "운영 기관: {}.", "en": "Operated by {}."}


def importer(source: str | None = None) -> Callable[[dict[str, Any]], str]:
    """What stores one row: id, country, network, name, name_en, region, operator, url; source and licence too."""
    regions = {
        search.unaccented(name): region
        for region in db.session.scalars(select(Region)).all()
        for name in (region.code, region.name_en, region.name_fr, region.name_ko)
    }

    def store(values: dict[str, Any]) -> str:
        found_source = rows.text(values, "source", 500) or source
        key, name = rows.text(values, "id", 80), rows.line(values, "name", 500)
        if not found_source or not key:
            raise Refused("the row names no source or no id")
        slug = key.lower()
        if not SLUG.fullmatch(slug):
            raise Refused("id is not made of letters, figures and hyphens")
        if not name:
            raise Refused("the row has no name")
        region = _region(regions, rows.text(values, "region", 200))
        country = rows.text(values, "country", 10) or region.country
        locale = LANGUAGES.get(country, "en")
        texts = {locale: name}
        if english := rows.line(values, "name_en", 500):
            texts["en"] = english
        operator = rows.line(values, "operator", 500)
        words = {code: (text, OPERATED[code].format(operator) if operator else "") for code, text in texts.items()}
        facts = {
            "region_code": region.code,
            "country": region.country,
            "website": rows.link(values, "url"),
            "source_url": rows.link(values, "url"),
            "licence": rows.text(values, "licence", 500) or None,
        }
        network = _network(rows.line(values, "network", 500) or country, country, found_source, locale)
        return _upsert(found_source, key, slug, facts, words, network, zone_of_place(region.code), [locale])

    return store


def _region(regions: dict[str, Region], text: str) -> Region:
    """The region of this name, or the one that a town is named after."""
    said = search.unaccented(text)
    found = regions.get(said) or next((regions[name] for name in regions if said.startswith(f"{name} ")), None)
    if found is None:
        raise Refused(f"no region is known as “{text[:60]}”")
    return found


def _network(name: str, country: str, source: str, locale: str) -> Network:
    """The network of this name, with the organisation that operates it, also on record alone."""
    key = f"network: {name}"
    known = select(Network).join(Network.operator).where(is_known_as(Organisation, source, key))
    found = db.session.scalars(known).unique().one_or_none()
    if found is not None:
        return found
    words = re.sub(r"[^a-z0-9]+", "-", search.unaccented(name.partition("(")[0])).strip("-")
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


def _upsert(
    source: str,
    key: str,
    slug: str,
    facts: dict[str, Any],
    words: dict[str, tuple[str, str]],
    network: Network,
    zone: str,
    languages: list[str],
) -> str:
    """Add a centre, or bring it up to date until somebody works in it."""
    known = select(Organisation).where(is_known_as(Organisation, source, key))
    found = db.session.scalars(known).unique().one_or_none()
    if found is None:
        if db.session.scalar(select(Centre.id).where(Centre.slug == slug)) is not None:
            raise Refused(f"another centre has the short name {slug}")
        texts = {
            code: OrganisationText(locale=code, name=name, description=more) for code, (name, more) in words.items()
        }
        found = Organisation(kind="centre", source=source, source_id=key, texts=texts, **facts)
        db.session.add(found)
        db.session.flush()
        centre = Centre(
            id=found.id, organisation=found, slug=slug, network=network, time_zone=zone, languages=languages
        )
        db.session.add(centre)
        return "added"
    if not found.is_reference or found.state != "unverified":
        return "unchanged"
    changed = rows.settle(found, facts)
    for code, (name, more) in words.items():
        if code not in found.texts:
            found.texts[code] = OrganisationText(locale=code, name=name, description=more)
            changed = True
        else:
            changed = rows.settle(found.texts[code], {"name": name, "description": more}) or changed
    return "changed" if changed else "unchanged"
