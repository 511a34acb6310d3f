"""The pages of decisions: board, one decision, release, results."""

from __future__ import annotations

from typing import Any

import pytest

from tests.applications.deciding import application_to, challenge_in, closed_call
from tests.conftest import Rows, SignedIn
from tests.factories import World


class Scene:
    """One closed call with one challenge and an application per state."""

    def __init__(self, **call: Any) -> None:
        self.world = World()
        self.call = closed_call(self.world, **call)
        self.challenge = challenge_in(self.world, self.call)
        self.submitted = application_to(self.world, self.challenge, "submitted")
        self.eligible = application_to(self.world, self.challenge, "eligible")
        self.short = application_to(self.world, self.challenge, "shortlisted", organisation=self.world.startup)
        self.ids = {n: getattr(self, n).id for n in ("call", "challenge", "submitted", "eligible", "short")}


@pytest.fixture
def scene(rows: Rows) -> Scene:
    with rows():
        return Scene()


def test_pages_of_the_deciding_side_open(scene: Scene, signed_in: SignedIn) -> None:
    browser = signed_in(scene.world.memberships["manager"])
    i = scene.ids
    for address in (
        "/applications",
        f"/calls/{i['call']}/applications",
        f"/calls/{i['call']}/eligibility",
        f"/calls/{i['call']}/decisions",
        f"/calls/{i['call']}/release",
        f"/applications/{i['submitted']}/screening",
        f"/applications/{i['eligible']}/screening",
        f"/applications/{i['short']}/screening",
        f"/applications/{i['short']}/decision",
        f"/applications/{i['short']}",
        f"/challenges/{i['challenge']}/applications/comparison",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.text[:2000])
        assert "<h1" in answer.text
    browser = signed_in(scene.world.memberships["company_owner"])
    for address in (
        "/applications",
        f"/challenges/{i['challenge']}/applications/comparison",
        f"/applications/{i['short']}/opinion",
        f"/applications/{i['short']}",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.text[:2000])
