"""Which fields of technology other vocabularies' categories speak of."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.kernel.unaccent import unaccent
from marketplace.people.sectors import SECTORS

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


def sectors_of(categories: Iterable[str]) -> list[str]:
    """Our fields of technology that other vocabularies' categories speak of."""
    said = " ".join(unaccent(category) + " " for category in categories)
    return [code for code in SECTORS if any(sign in said for sign in SIGNS.get(code, ()))]
