"""Organisations from elsewhere: unverified, nobody's yet, marked with their source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace.kernel import rows, search
from marketplace.kernel.db import db
from marketplace.kernel.locales import DEFAULT, LOCALES
from marketplace.kernel.rows import Refused
from marketplace.people.models import KINDS, Organisation, OrganisationText
from marketplace.people.sectors import SECTORS
from marketplace.places.countries import countries
from marketplace.places.models import Region

# Words of other vocabularies, without accents, that name a field of technology of ours.
SIGNS = {
    "ai": ("artificial intell", "intelligence artificielle", "machine learning", "data science", "인공지능"),
    "software": ("software", "logiciel", "numerique", "apps", "informatique", "information systems", "digital"),
    "robotics": ("robot", "drone", "로봇"),
    "mobility": ("mobilit", "transport", "air platform", "ground", "automobile", "vehicle", "모빌리티"),
    "energy": ("energ", "hydrogen", "batter", "nuclear", "에너지"),
    "environment": ("environ", "ecolog", "climat", "resources", "durable", "esg", "친환경"),
    "water": ("water", "eau ", "ocean", "marine", "sea ", "물"),
    "health": ("health", "sante", "medic", "mental", "biomedical", "헬스"),
    "bio": ("bio", "pharma", "cell", "vivant", "바이오"),
    "food": ("food", "aliment", "agroaliment", "푸드", "식품"),
    "materials": ("material", "materiau", "chimie", "chemi", "소재"),
    "manufacturing": ("manufact", "industr", "hardware", "제조"),
    "construction": ("construct", "batiment", "logement", "housing", "건설"),
    "logistics": ("logisti", "supply chain", "물류"),
    "security": ("secur", "defen", "weapon", "justice", "battlespace", "보안"),
    "space": ("space", "spatial", "satellite", "aerospa", "우주"),
    "education": ("educat", "formation", "jeunesse", "school", "교육"),
    "culture": ("cultur", "creative", "humanities", "media", "art ", "콘텐츠"),
    "finance": ("financ", "fintech", "econom", "entreprises", "금융"),
    "public_services": ("public", "administrat", "collectivit", "territoire", "open-data", "social", "travail"),
    "agriculture": ("agricult", "farm", "농업"),
    "electronics": ("electron", "sensor", "semiconduct", "photonic", "quantum", "반도체"),
}


def fields_of(categories: list[str]) -> list[str]:
    """Our fields of technology that other vocabularies' categories speak of."""
    said = " ".join(search.unaccented(category) + " " for category in categories)
    return [code for code in SECTORS if any(sign in said for sign in SIGNS.get(code, ()))]


def importer(source: str | None = None) -> Callable[[dict[str, Any]], str]:
    """What stores one row: id, name, description, language, sector, country, region, founded, url, source, licence."""
    regions = {
        search.unaccented(name): region.code
        for region in db.session.scalars(select(Region))
        for name in (region.code, region.name_en, region.name_fr, region.name_ko)
    }
    known = {*countries(DEFAULT), *db.session.scalars(select(Region.country))}

    def store(values: dict[str, Any]) -> str:
        found_source = rows.text(values, "source", 500) or source
        key = rows.text(values, "id", 200)
        name = rows.line(values, "name", 500)
        if not found_source or not key:
            raise Refused("the row names no source or no id")
        if not name:
            raise Refused("the row has no name")
        locale = rows.one(values, "language", LOCALES, "en")
        founded = rows.days(values, "founded")
        facts = {
            "kind": rows.one(values, "kind", KINDS, "startup"),
            "country": _country(values, known),
            "region_code": regions.get(search.unaccented(rows.text(values, "region", 200))),
            "legal_form": "company" if founded else None,
            "registered_on": founded[0] if founded else None,
            "website": rows.link(values, "website"),
            "sectors": fields_of([rows.text(values, "sector", 500)]),
            "source_url": rows.link(values, "url"),
            "licence": rows.text(values, "licence", 500) or None,
        }
        words = {"name": name, "description": rows.text(values, "description")}
        return upsert(found_source, key, facts, locale, words)

    return store


def _country(values: dict[str, Any], known: set[str]) -> str | None:
    code = rows.text(values, "country", 2).upper()
    if code and code not in known:
        raise Refused(f"country is not a code of ISO 3166-1: {code}")
    return code or None


def is_known_as(model: Any, source: str, key: str) -> ColumnElement[bool]:
    """Whether a record from elsewhere is this one, however source and identifier are spelt."""
    return search.known_as(model).in_([(search.identity(source), search.identity(key))])  # type: ignore[no-any-return]


def upsert(source: str, key: str, facts: dict[str, Any], locale: str, words: dict[str, str]) -> str:
    """Add an imported organisation, or bring it up to date until its people have claimed it: then it is theirs."""
    found = db.session.scalars(select(Organisation).where(is_known_as(Organisation, source, key))).one_or_none()
    if found is None:
        text = OrganisationText(locale=locale, **words)
        db.session.add(Organisation(source=source, source_id=key, texts={locale: text}, **facts))
        return "added"
    if found.state != "unverified" or found.claimed_at is not None:
        return "unchanged"
    changed = rows.settle(found, facts)
    if locale not in found.texts:
        found.texts = {locale: OrganisationText(locale=locale, **words)}
        return "changed"
    return "changed" if rows.settle(found.texts[locale], words) or changed else "unchanged"
