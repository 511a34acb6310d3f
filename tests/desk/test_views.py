"""The desk as a page: for every role, in every language, at a constant number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from importlib import import_module
from pathlib import Path

from flask import Flask

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people.models import Invitation, Membership
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import make_collaboration
from tests.desks import Cases, make_all
from tests.factories import add, days_from_now
from tests.forms import token_in
from tests.pairings.cast import make_pairing
from tests.world import Rows, SignedIn, World

# What the packages make wait, each in its own tests.
CASES: Cases = [
    case
    for path in sorted(Path(__file__).parents[1].glob("*/test_*waiting.py"))
    for case in getattr(import_module(f"tests.{path.parent.name}.{path.stem}"), "CASES", [])
]
Counted = Callable[[], AbstractContextManager[list[str]]]


def fill(world: World, times: int) -> None:
    """Something of every source on the desks of centre, company and startup."""
    for _ in range(times):
        call = make_call(world.programme)
        make_challenge(world.company, state="in_review", centre=world.centre)
        make_challenge(world.company, state="revision", centre=world.centre)
        challenge = make_challenge(world.company, call, centre=world.centre)
        author = world.memberships["startup_owner"].user
        application = make_application(challenge, world.startup, state="selected", author=author)
        make_collaboration(make_pairing(application, state="confirmed"), state="at_risk")
        close_call(call)
        drafted = make_challenge(world.company, make_call(world.programme), centre=world.centre)
        make_application(drafted, world.startup, author=author)


def test_desk_costs_the_same_for_few_and_many(
    app: Flask, rows: Rows, signed_in: SignedIn, count_queries: Counted
) -> None:
    counts: list[dict[str, int]] = []
    for times in (1, 2):
        with rows():
            world = World.kept()
            fill(world, times)
        counts.append({})
        for role in ("manager", "company_owner", "startup_owner", "network_staff"):
            browser = signed_in(world.memberships[role])
            with count_queries() as seen:
                page = browser.get("/desk").get_data(as_text=True)
            counts[-1][role] = len(seen)
            if role != "network_staff":
                assert page.count('<article class="task"') >= times, role
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 15


def test_invitation_is_taken_from_the_desk(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        invitation = add(
            Invitation(
                organisation=world.company, email=world.person.email, role="member", token_hash="x",
                invited_by_id=world.memberships["company_owner"].user.id, expires_at=days_from_now(2),
            )
        )  # fmt: skip
    browser = signed_in(world.person)
    token = token_in(browser.get("/desk").get_data(as_text=True))
    address = f"/invitations/{invitation.id}/acceptance"
    assert signed_in(world.memberships["startup_owner"]).post(address).status_code in (400, 404)
    assert browser.post(address, data={"csrf_token": token}).status_code == 303
    with rows():
        joined = db.session.query(Membership).filter_by(user_id=world.person.id).one()
        assert joined.organisation_id == world.company.id
        assert db.session.get_one(Invitation, invitation.id).accepted_at <= clock.now()


KINDS = ("person", "company_owner", "startup_owner", "manager", "network_staff")  # whose desks are of other parts


def test_empty_desk_leads_each_side_to_its_own_beginning(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    leads = {"company_owner": "/challenges/new", "startup_owner": "/challenges?qualify=yes"}
    for role, address in leads.items():
        browser = signed_in(world.memberships[role])
        assert f'href="{address}"' in browser.get("/desk").text, role
        assert browser.get(address).status_code == 200, role


def test_desk_opens_for_every_role(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        fill(world, 1)
    asked = [(role, "en") for role in World.ROLES if role != "anonymous"]
    asked += [(role, locale) for role in KINDS for locale in ("fr", "ko")]
    people = {**world.memberships, "person": world.person}
    got = {(role, at): signed_in(people[role]).get(f"/desk?lang={at}").status_code for role, at in asked}
    assert got == dict.fromkeys(asked, 200)


TASK = re.compile(r'<article class="task"[^>]*>.*?<h3><a href="([^"#]+)', re.DOTALL)


def test_every_task_leads_its_reader_to_a_page(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        make_all(world, CASES)
    for role in ("manager", "company_owner", "startup_owner", "startup_member", "network_staff"):
        browser = signed_in(world.memberships[role])
        found = {unescape(href) for href in TASK.findall(browser.get("/desk").text)}
        assert found, role
        got = {href: browser.get(href).status_code for href in sorted(found)}
        assert got == dict.fromkeys(found, 200), role
