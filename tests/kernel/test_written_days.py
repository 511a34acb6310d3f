"""Whose day it is: a Korean morning is yesterday in UTC still, and a Quebec evening is tomorrow there already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.collaborations import outcomes, queries
from marketplace.collaborations.models import Collaboration, Milestone
from marketplace.collaborations.queries import late_milestones
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.organisation_actions import is_future
from tests.collaborations.cast import make_collaboration
from tests.factories import add
from tests.places.cast import make_region
from tests.world import World

KOREAN_MORNING = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # 2 December, half past eight
QUEBEC_EVENING = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)  # 1 December, eight o'clock
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """A unit of work that began at an instant."""
    with open_unit():
        clock.start_at(instant)
        yield


@pytest.mark.parametrize(
    ("instant", "place", "last"),
    [(KOREAN_MORNING, "KR-27", SECOND), (QUEBEC_EVENING, "CA-QC-06", FIRST), (KOREAN_MORNING, "CA", FIRST)],
)
def test_the_last_day_that_has_come_is_the_places(app: object, instant: datetime, place: str, last: date) -> None:
    with at(instant):
        assert (is_future(last, place), is_future(last + timedelta(days=1), place)) == (False, True)


def test_of_a_place_unknown_a_day_is_future_that_has_begun_nowhere(app: object) -> None:
    with at(QUEBEC_EVENING):
        assert (is_future(SECOND, None), is_future(SECOND + timedelta(days=1), None)) == (False, True)


@pytest.mark.parametrize(("instant", "region", "last"), [
    (KOREAN_MORNING, "KR-27", SECOND), (QUEBEC_EVENING, "CA-QC-06", FIRST),
])  # fmt: skip
def test_an_outcome_of_today_is_claimed_where_the_startup_is(
    world: World, instant: datetime, region: str, last: date
) -> None:
    collaboration = make_collaboration(state="active")
    collaboration.startup.region_code = make_region(region).code
    claim = {"kind": "jobs", "value": 2, "evidence_url": "https://news.example/jobs", "currency": None}
    with at(instant):
        assert outcomes._check(collaboration, {**claim, "happened_on": last})
        with pytest.raises(Invalid):
            outcomes._check(collaboration, {**claim, "happened_on": last + timedelta(days=1)})


@pytest.mark.parametrize(("zone", "is_late"), [("Asia/Seoul", True), ("America/Toronto", False)])
def test_lists_of_what_is_overdue_agree_with_the_page(world: World, zone: str, is_late: bool) -> None:
    collaboration = make_collaboration(state="active")
    collaboration.pairing.centre = world.centre
    collaboration.centre, collaboration.pairing.call.time_zone = world.centre, "UTC"
    world.centre.time_zone = zone
    add(Milestone(collaboration_id=collaboration.id, title="A leak", owner_id=collaboration.startup_id, due_on=FIRST))
    manager = world.actor("manager")
    on_desk = db.session.scalars(late_milestones(manager, KOREAN_MORNING).with_only_columns(Collaboration.id)).all()
    own = queries.visible_to(manager).where(queries.has_late_milestone()).with_only_columns(Collaboration.id)
    with at(KOREAN_MORNING):
        listed = db.session.scalars(own).all()
        page = clock.today(zone) > FIRST
    assert ((collaboration.id in on_desk), (collaboration.id in listed), page) == (is_late, is_late, is_late)
