"""Regions for tests."""

from __future__ import annotations

from marketplace.kernel.db import db
from marketplace.places.models import Region
from tests.factories import add


def make_region(code: str = "KR-27") -> Region:
    found = db.session.get(Region, code)
    found = found or next((row for row in db.session.new if isinstance(row, Region) and row.code == code), None)
    return found or add(
        Region(
            code=code,
            country=code[:2],
            name_en=f"Region {code}",
            name_fr=f"Région {code}",
            name_ko=f"지역 {code}",
        )
    )
