"""What the desk makes of what waits: its order, its days, and what it must never show."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import current_app

from marketplace.desk import figures, queries
from marketplace.desk.tasks import task_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.notifications.titles import names
from marketplace.web.filters import relative
from tests.applications.cast import make_application
from tests.applications.test_waiting import application_of, challenge_of, in_closed_call
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.test_waiting import milestone_in, work_in
from tests.desks import kinds, turns
from tests.factories import days_from_now
from tests.pairings.cast import make_pairing
from tests.pairings.test_waiting import in_decided_call
from tests.roles import STARTUP
from tests.world import World


def test_late_comes_before_soon_and_undated_last(world: World) -> None:
    milestone_in(world, -2)
    milestone_in(world, 5)
    in_decided_call(world, answer_by=days_from_now(2))
    organisation = world.startup
    organisation.state = "unverified"
    db.session.flush()
    assert kinds(world, "startup_owner") == [
        "milestone.reach", "pairing.answer", "milestone.reach", "organisation.submit",
    ]  # fmt: skip


def test_desk_and_pages_count_the_same_days(world: World) -> None:
    night = clock.now().astimezone(ZoneInfo("Asia/Seoul")).replace(hour=0, minute=0) + timedelta(days=12)
    for minutes in (1, 24 * 60 - 1):
        in_decided_call(world, answer_by=night + timedelta(minutes=minutes))
    rows, now = queries.tasks(world.actor("company_owner"), clock.now())[0], clock.now()
    found = names(rows, "en")
    with current_app.test_request_context():
        shown = [(task_of(row, found, now, "en").when.lower(), relative(row.due, row.zone)) for row in rows]
    assert len(shown) == 2 and [desk for desk, _ in shown] == [page for _, page in shown]


@pytest.mark.parametrize("role", ["startup_owner", "cooperating_manager", "manager"])
def test_anonymous_company_is_named_to_nobody_by_a_desk(world: World, role: str) -> None:
    challenge = challenge_of(world, visibility="anonymous")
    pairing = make_pairing(in_closed_call(world, "selected", challenge))
    pairing.centre = world.cooperating
    make_challenge(world.company, visibility="anonymous", state="in_review", centre=world.centre)
    db.session.flush()
    actor, now = world.actor(role), clock.now()
    rows = [*queries.tasks(actor, now)[0], *queries.under_way(actor, now)[0]]
    found = names(rows, "en")
    shown = [f"{t.title} {t.note}" for t in (task_of(row, found, now, "en") for row in queries.tasks(actor, now)[0])]
    assert [line for line in shown if "Haneul" in line] == []


def test_sealed_applications_are_on_no_desk_but_their_teams(world: World) -> None:
    application_of(world, "submitted")
    now = clock.now()
    for role in set(World.ROLES) - STARTUP - {"person"}:
        rows = queries.tasks(world.actor(role), now)[0]
        assert [row.kind for row in rows if row.kind.startswith(("application", "call"))] == []


def test_network_staff_follow_what_their_centres_do(world: World) -> None:
    close_call(
        make_call(world.programme, decisions_by=clock.today("Asia/Seoul") + timedelta(days=9)), timedelta(days=3)
    )
    challenge_of(world)
    in_decided_call(world)
    work_in(world, "active")
    assert turns(world, "network_staff") == ["call.closed", "call.open", "collaboration.active", "pairing.requested"]
    assert turns(world, "foreign_network_staff") == []


def test_figures_of_a_network_count_for_the_centre_that_looks_after_the_case(world: World) -> None:
    challenge = challenge_of(world)
    challenge.centre = world.cooperating
    make_application(challenge, world.startup, state="submitted")
    hidden = challenge_of(world)  # the centre of an anonymous company would tell its region
    hidden.centre, hidden.visibility = world.cooperating, "anonymous"
    work_in(world, "at_risk")
    now = clock.now()
    named = ("open", "received", "overdue", "under_way", "at_risk")
    rows = figures.of_centres(world.actor("network_staff"), now, "en")
    found = {row.slug: tuple(getattr(row, name) for name in named) for row in rows}
    assert found[world.cooperating.slug] == (1, 1, 0, 0, 0)
    assert found[world.centre.slug] == (1, 1, 0, 1, 1)
    elsewhere = figures.of_centres(world.actor("foreign_network_staff"), now, "en")
    assert {world.centre.slug, world.cooperating.slug} & {row.slug for row in elsewhere} == set()
