"""Reads of regions and zones; they are public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.places.models import Region, Zone


def all_regions(locale: str) -> Sequence[Region]:
    """Every region, by country, then by its name in ``locale``."""
    name = search.plain(getattr(Region, f"name_{locale}"))
    return db.session.scalars(select(Region).order_by(Region.country, name)).all()


def all_zones(locale: str) -> Sequence[Zone]:
    """Every zone, by region, then by its name in ``locale``."""
    name = search.plain(getattr(Zone, f"name_{locale}"))
    return db.session.scalars(select(Zone).order_by(Zone.region_code, name)).all()


def zones_named(codes: Iterable[str]) -> list[Zone]:
    """The zones of these codes; unknown ones are left out."""
    return list(db.session.scalars(select(Zone).where(Zone.code.in_(list(codes))).order_by(Zone.code)))
