"""One mailbox is one account, whichever way its address is typed."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.people import member_actions, queries, sign_in_throttle
from marketplace.people.addresses import normal_address
from marketplace.people.models import Invitation, User
from tests.forms import post
from tests.network.cast import make_centre
from tests.people.cast import actor_of, make_member, make_user
from tests.world import Rows

ASCII = "kim@xn--3e0b707e.example"
SPELLINGS = (
    "kim@한국.example", "KIM@한국.EXAMPLE", " kim@xn--3e0b707e.example ", "kim@XN--3E0B707E.example",
    "\u200bkim@한국.example\ufeff", "ki\u200dm@한\u00ad국.example", "ｋｉｍ@한국.example", "kim@한국.example\u202e",
)  # fmt: skip
NEW = {"name": "Kim", "password": "four quiet rivers", "terms": "y", "privacy": "y"}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_address_is_written_one_way(spelling: str) -> None:
    assert normal_address(spelling) == ASCII


def test_one_mailbox_has_one_account(app: Flask, client: FlaskClient) -> None:
    for spelling in SPELLINGS:
        assert post(client, "/sign-up?as=person", email=spelling, **NEW).location == "/sign-up/sent"
    with app.app_context():
        assert db.session.scalars(select(User.email).where(User.name == "Kim")).all() == [ASCII]


def test_every_door_knows_the_address(app: Flask, client: FlaskClient, rows: Rows) -> None:
    with rows():
        make_user("Kim", email=ASCII)
        centre = make_centre()
        manager = make_member(centre.organisation, "manager")
        for spelling in SPELLINGS:
            found = queries.user_by_email(spelling)
            assert found is not None and found.email == ASCII
            assert sign_in_throttle.account_key(spelling) == sign_in_throttle.account_key(ASCII)
            member_actions.invite(centre.organisation, actor_of(manager), spelling, "broker")
        assert set(db.session.scalars(select(Invitation.email))) == {ASCII}
    for spelling in SPELLINGS[:5]:
        assert post(client, "/password", email=spelling).status_code == 303
    assert 'value="kim@xn--3e0b707e.example"' in post(client, "/sign-in", email=SPELLINGS[4], password="no").text


@pytest.mark.parametrize("address", ["김@people.example", "zoé@people.example"])
def test_address_that_mail_cannot_reach_is_refused_with_its_reason(client: FlaskClient, address: str) -> None:
    answer = post(client, "/sign-up?as=person", email=address, **NEW)
    assert answer.status_code == 422 and "Mail cannot reach this address" in answer.text
