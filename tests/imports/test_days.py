"""A deadline of which the day is known is a day, and counts until it has ended where its source is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.written_days import NotADay, read_when
from tests.imports.desk import LEAK, imported, lines
from tests.world import Rows, SignedIn, World


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2027-04-12T16:00:00Z", "2027-04-12T16:00"),
        ("2027-03-04T23:30:00-05:00", "2027-03-05T04:30"),
        ("2027-03-31 16:00 KST", "2027-03-31T07:00"),
        ("2027-03-31 16:00 UTC+9", "2027-03-31T07:00"),
        ("2027-03-31 16:00 +09:00", "2027-03-31T07:00"),
        ("31 mars 2027 à 16 h 00 CEST", "2027-03-31T14:00"),
        ("2027년 3월 31일 오후 4시", "2027-03-31T07:00"),
        ("2027-03-31 16:00 EST", "2027-03-31T21:00"),
        ("31 July 2027 17:00 (CET)", "2027-07-31T16:00"),
        ("la date limite est le 31 mars 2027 à 17h00", "2027-03-31T08:00"),  # words, not zones
        ("cet appel ferme le 31 mars 2027 à 17h", "2027-03-31T08:00"),
        ("17h00 le 31/03/2027 est la limite", "2027-03-31T08:00"),
        ("31 mars 2027 à 17h30 (heure de Paris)", "2027-03-31T15:30"),
        ("31 July 2027, 5 p.m. Brussels time", "2027-07-31T15:00"),
        ("2027년 3월 31일 18시 한국시간", "2027-03-31T09:00"),
        ("31 March 2027 17:00 local time", "2027-03-31T08:00"),
    ],
)
def test_hour_and_zone_of_a_cell_count(said: str, instant: str) -> None:
    assert read_when(said).ends("Asia/Seoul").astimezone(UTC).isoformat()[:16] == instant


@pytest.mark.parametrize("said", ["2027-03-31", "2027-03-31T00:00:00", "31 March 2027", "2027-03-31 00:00"])
def test_day_alone_stays_a_day(said: str) -> None:
    when = read_when(said)
    assert (when.day, when.hour) == (date(2027, 3, 31), None)
    assert when.ends("Asia/Seoul").astimezone(UTC) == datetime(2027, 3, 31, 14, 59, 59, 999999, UTC)


@pytest.mark.parametrize(
    "said",
    [
        "2027-03-31 noon", "2027-03-31 16:00 CST", "2027-03-31 25:00", "soon", "31 March 2027 23:59 AoE",
        "31 March 2027, 17:00 ET", "31 March 2027 17:00 WET", "31 March 2027, 5pm Eastern Time",
        "31 mars 2027 à 17h (heure de Londres)", "31 mars 2027 17h est la limite", "la limite est 17h le 31 mars 2027",
    ],
)  # fmt: skip
def test_hour_that_cannot_be_told_is_refused(said: str) -> None:
    with pytest.raises((ValueError, NotADay)):
        read_when(said)


def brought(world: World, **values: Any) -> Challenge:
    imported(world.actor("manager"), lines({**LEAK, **values}))
    return db.session.scalars(sa.select(Challenge).where(Challenge.source == values["source"])).one()


def test_day_ends_where_the_source_is(world: World) -> None:
    for country, ends in (("US", "04:59:59"), ("KR", "14:59:59"), ("FR", "22:59:59")):
        found = brought(world, source=country, country=country, opens="2027-01-05", closes="2027-01-31")
        assert found.closes_at is not None
        assert f"{found.closes_at.astimezone(UTC):%H:%M:%S}" == ends, country


def test_day_is_shown_as_a_day_everywhere(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        day = (clock.now() + timedelta(days=20)).date()
        later = (clock.now() + timedelta(days=10)).date()
        known = brought(World.kept(), source="Day", country="KR", opens=str(later), closes=str(day)).id
        db.session.commit()
    browser = app.test_client()
    page = browser.get(f"/challenges/{known}").text
    assert f'datetime="{day}"' in page and "23:59" not in page and "Archived" not in page
    told = browser.get(f"/api/v1/challenges/{known}").json
    assert (told["closes_on"], told["opens_on"], told["state"]) == (str(day), str(later), "open")
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in browser.get("/challenges.ics?status=reference").text
