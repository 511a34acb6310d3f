"""Somebody with an account, for the tests of sessions and passwords."""

from __future__ import annotations

import pytest

from marketplace.people.models import User
from tests.people.cast import make_user, stored_hash
from tests.world import Rows


@pytest.fixture
def person(rows: Rows) -> User:
    with rows():
        return make_user("Ada Person", email="ada@people.example", password_hash=stored_hash())
