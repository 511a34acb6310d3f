"""Who reads how many applications lie under seal: those who follow the challenge, nobody else."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World


def test_only_those_who_follow_a_challenge_count_what_lies_under_seal(
    app: Flask, rows: Rows, signed_in: SignedIn
) -> None:
    """Anybody can open an account, and would read from the number when somebody applies or leaves."""
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, make_call(world.programme))
        for state in ("draft", "submitted", "submitted", "withdrawn"):
            make_application(challenge, state=state)
        id = challenge.id

    def counted() -> dict[str, bool]:
        readers = {role: signed_in(who) for role, who in world.memberships.items()} | {"nobody": app.test_client()}
        return {role: "Applications received" in page.get(f"/challenges/{id}").text for role, page in readers.items()}

    told_to = {role for role, told in counted().items() if told}
    assert told_to == {"company_owner", "company_member", "manager", "broker", "network_staff"}
    with rows():
        db.session.get_one(Challenge, id).call.closes_at = clock.now() - timedelta(seconds=1)
    assert all(counted().values())
