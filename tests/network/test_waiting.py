"""What waits in calls, for managers and the network, and who follows them."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel import clock
from tests.calls.cast import close_call, make_call
from tests.desks import Cases, asked, expected, kinds, turns
from tests.world import World

CASES: Cases = [
    ("draft call", lambda w: make_call(w.programme, state="draft"), {"call.publish": {"manager"}}),
    ("open call", lambda w: make_call(w.programme), {}),
]


def test_call_waits_for_managers_until_it_is_published(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)


def test_network_staff_see_calls_whose_answers_are_late(world: World) -> None:
    late = make_call(world.programme, decisions_by=clock.today("Asia/Seoul") - timedelta(days=3))
    close_call(late, timedelta(days=20))
    assert kinds(world, "network_staff") == ["call.overdue"]
    assert kinds(world, "foreign_network_staff") == []
    assert turns(world, "network_staff") == []  # it waits for them already


def test_evaluator_and_network_follow_calls_that_run(world: World) -> None:
    in_time = make_call(world.programme, decisions_by=clock.today("Asia/Seoul") + timedelta(days=9))
    close_call(in_time, timedelta(days=3))
    make_call(world.programme)
    make_call(world.programme, state="draft")
    for role in ("evaluator", "network_staff"):
        assert (kinds(world, role), turns(world, role)) == ([], ["call.closed", "call.open"]), role
    assert turns(world, "foreign_network_staff") == []
