"""Regions and zones are there from the start, and loading them again changes nothing."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from marketplace.kernel.db import db
from marketplace.places.data import REGIONS, ZONES
from marketplace.places.models import ZONE_KINDS, Region, Zone
from marketplace.places.queries import all_regions


def test_a_fresh_database_has_the_regions_of_three_countries(app: Flask) -> None:
    with app.app_context():
        found = Counter(region.country for region in all_regions("en"))
        assert found["KR"] == 17 and found["CA"] == 18 and found["FR"] == 18
        assert db.session.get_one(Region, "KR-27").name("ko") == "대구광역시"
        assert db.session.get_one(Region, "CA-QC-18").name("fr") == "Îles-de-la-Madeleine"


def test_loading_places_again_corrects_names_and_keeps_what_was_added(app: Flask) -> None:
    with app.app_context():
        db.session.get_one(Region, "KR-27").name_en = "Wrong"
        db.session.add(Region(code="XX-1", country="XX", name_en="Own", name_fr="Own", name_ko="Own"))
        db.session.commit()
        before = db.session.scalar(select(func.count()).select_from(Region))
    answer = app.test_cli_runner().invoke(args=["places", "load"])
    assert answer.exit_code == 0, answer.output
    with app.app_context():
        assert db.session.get_one(Region, "KR-27").name_en == "Daegu"
        assert db.session.scalar(select(func.count()).select_from(Region)) == before


def test_each_zone_stands_in_a_known_region_and_is_of_a_known_kind() -> None:
    codes = {row[0] for row in REGIONS}
    assert {row[1] for row in ZONES} <= codes
    assert {row[2] for row in ZONES} == set(ZONE_KINDS)
    assert len({row[0] for row in ZONES}) == len(ZONES)


def test_regions_are_sorted_without_regard_to_accents(app: Flask) -> None:
    with app.app_context():
        french = [region.name_fr for region in all_regions("fr") if region.country == "FR"]
        zones = db.session.scalars(select(Zone)).all()
    assert french.index("Île-de-France") == french.index("Hauts-de-France") + 1
    assert len(zones) >= len(ZONES)
