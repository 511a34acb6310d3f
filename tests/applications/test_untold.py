"""What an applicant could read between the lines: who is on the shortlist, and how many apply."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

from flask import Flask

from marketplace.applications.models import FIRST_DRAWN, Application
from marketplace.applications.submission import drawn_number
from marketplace.evaluations import screening
from marketplace.kernel.db import db
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World

PAGES = ("/applications", "/applications/{id}", "/desk", "/challenges/{challenge}", "/calls/{call}", "/notifications")


def seen(page: str) -> str:
    """A page without what differs from one request to the next, and without the version its forms carry."""
    return re.sub(r'name="(csrf_token|once|version)" value="[^"]*"|\?v=\w+|nonce="[^"]*"', "", page)


def test_applicant_sees_nothing_of_the_shortlist_before_the_release(
    app: Flask, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        world = World.kept()
        call = close_call(make_call(world.programme, state="closed"), timedelta(days=3))
        challenge = make_challenge(world.company, call, state="closed")
        one = make_application(challenge, world.startup, state="eligible")
        db.session.flush()
        owner = world.memberships["startup_owner"]
    applicant = signed_in(owner)
    addresses = [page.format(id=one.id, challenge=challenge.id, call=call.id) for page in PAGES]

    def read() -> dict[str, str]:
        return {address: seen(applicant.get(address).text) for address in addresses}

    before = read()
    assert all(before.values())
    with rows():
        world = World.kept()
        screening.shortlist(db.session.get_one(Application, one.id), world.actor("manager"))
    assert read() == before
    with rows():
        screening.unshortlist(db.session.get_one(Application, one.id), World.kept().actor("manager"))
    assert read() == before


def test_numbers_and_addresses_count_nothing(world: World) -> None:
    drawn = [drawn_number(2026) for _ in range(4)]
    assert all(re.fullmatch(r"T-2026-\d{9}", number) for number in drawn)
    made = [make_application() for _ in range(4)]
    db.session.flush()
    ids = [application.id for application in made]
    for counted in (sorted(int(number[7:]) for number in drawn), sorted(ids)):
        assert min(after - before for before, after in itertools.pairwise(counted)) > 1
    assert all(id >= FIRST_DRAWN for id in ids)
