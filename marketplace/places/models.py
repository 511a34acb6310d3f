"""Regions of a country, and the zones within them that some calls ask for."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.db import Model, one_of

ZONE_KINDS = ("free_economic_zone", "cluster", "innovation_district")


class Named:
    """A place's name in each language; places are few and named by their operator, so columns do."""

    name_en: Mapped[str]
    name_fr: Mapped[str]
    name_ko: Mapped[str]

    def name(self, locale: str) -> str:
        """The name in ``locale`` (en, fr or ko)."""
        found: str = getattr(self, f"name_{locale}", self.name_en)
        return found


class Region(Named, Model):
    """A region; ``code`` is ISO 3166-2 (``KR-27``, ``CA-QC-02``), ``country`` ISO 3166-1 alpha-2."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str]


class Zone(Named, Model):
    """A free economic zone, cluster or innovation district inside one region."""

    __tablename__ = "zones"

    code: Mapped[str] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    kind: Mapped[str] = mapped_column(one_of("kind", ZONE_KINDS))

    region: Mapped[Region] = relationship()
