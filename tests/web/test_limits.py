"""Who is counted together where pages are limited."""

from __future__ import annotations

from flask import Flask, g

from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.web.limits import limiter, visitor
from tests.world import Rows, World


def counted_as(app: Flask, actor: Actor, address: str) -> str:
    with app.test_request_context("/challenges", environ_base={"REMOTE_ADDR": address}):
        g.actor = actor
        return visitor()


def test_address_counts_only_those_who_have_not_signed_in(app: Flask, rows: Rows) -> None:
    with rows():
        world = World.kept()
        people = [world.actor(role) for role in ("startup_owner", "other_startup")]
    behind_one = [counted_as(app, actor, "192.0.2.1") for actor in (*people, ANONYMOUS, ANONYMOUS)]
    assert len(set(behind_one[:2])) == 2 and behind_one[2:] == ["192.0.2.1"] * 2
    assert counted_as(app, people[0], "192.0.2.2") == behind_one[0]


def test_pages_are_counted_by_visitor() -> None:
    assert [limit.key_function for limit in limiter.limit_manager._default_limits] == [visitor]


def test_address_counts_as_what_one_household_has(app: Flask) -> None:
    one, other = (counted_as(app, ANONYMOUS, f"2001:db8::{n}") for n in (1, 2))
    assert one == other
    assert [counted_as(app, ANONYMOUS, f"::ffff:192.0.2.{n}") for n in (1, 2)] == ["192.0.2.1", "192.0.2.2"]
