"""Several at once, on a database where commits are real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people import actions, member_actions, passwords, queries
from marketplace.people.models import Invitation, Membership, SignInFailure, User
from tests.conftest import sign_in
from tests.forms import hidden, token_in
from tests.people.cast import actor_of, make_member, make_organisation, make_user


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all calls together and return what each returned."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def prepared(client: FlaskClient, path: str, **data: str) -> Callable[[], int]:
    """A press on the form of a page, ready to happen; it returns the status."""
    page = client.get(path).get_data(as_text=True)
    sent = {**data, "csrf_token": token_in(page), "once": hidden(page, "once")}
    return lambda: client.post(path, data=sent).status_code


def test_parallel_guesses_do_not_slip_past_the_limit(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        make_user("Ada", email="ada@people.example", password_hash=passwords.hash_password("four quiet rivers"))
        db.session.commit()
    presses = [
        prepared(committed_app.test_client(), "/sign-in", email="ada@people.example", password="wrong guess")
        for _ in range(8)
    ]
    committed_app.config["SETTINGS"] = replace(committed_app.config["SETTINGS"], sign_ins_per_account=3)
    assert Counter(at_once(presses)) == {422: 3, 429: 5}
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 3


def test_a_double_press_on_sign_up_in_parallel_makes_one_account(committed_app: Flask) -> None:
    client = committed_app.test_client()
    page = client.get("/sign-up?as=person").get_data(as_text=True)
    with client.session_transaction() as kept:
        cookie = dict(kept)
    sent = {
        "name": "Ada", "email": "ada@people.example", "password": "four quiet rivers", "terms": "y", "privacy": "y",
        "once": hidden(page, "once"), "csrf_token": token_in(page),
    }  # fmt: skip

    def press() -> int:
        other = committed_app.test_client()
        with other.session_transaction() as session:
            session.update(cookie)
        return other.post("/sign-up?as=person", data=sent).status_code

    assert at_once([press] * 4) == [303] * 4
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_of_two_leaders_that_leave_at_once_one_stays(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        startup = make_organisation("startup")
        pair = [make_member(startup, "owner"), make_member(startup, "owner")]
        db.session.commit()
        ids = [seat.id for seat in pair]
        organisation_id = startup.id
        for seat in pair:
            db.session.refresh(seat)
    browsers = [sign_in(committed_app, seat) for seat in pair]
    tokens = [token_in(browser.get("/settings").get_data(as_text=True)) for browser in browsers]
    presses = [
        lambda b=b, i=i, t=t: b.post(f"/memberships/{i}/ending", data={"csrf_token": t}).status_code
        for b, i, t in zip(browsers, ids, tokens, strict=True)
    ]
    assert sorted(at_once(presses)) == [303, 409]
    with committed_app.app_context():
        assert len(queries.leaders(organisation_id)) == 1


def test_of_two_leaders_that_close_their_accounts_at_once_one_stays(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        startup, known = make_organisation("startup"), passwords.hash_password("four quiet rivers")
        pair = [make_member(startup, "owner", make_user(password_hash=known)) for _ in range(2)]
        make_member(startup, "member")
        db.session.commit()
        organisation_id = startup.id
        for seat in pair:
            db.session.refresh(seat)
    presses = [
        prepared(sign_in(committed_app, seat), "/settings/closing", password="four quiet rivers", sure="y")
        for seat in pair
    ]
    assert sorted(at_once(presses)) == [303, 409]
    with committed_app.app_context():
        assert len(queries.leaders(organisation_id)) == 1


def test_an_invitation_taken_twice_at_once_brings_one_person(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        owner = make_member(make_organisation("startup"), "owner")
        invitation = member_actions.invite(owner.organisation, actor_of(owner), "guest@people.example", "member")
        token = actions.issue_invitation_token(invitation)
        db.session.commit()
    typed = {"name": "Guest", "password": "four quiet rivers", "terms": "y", "privacy": "y"}
    path = f"/invitations/{token}"
    presses = [prepared(committed_app.test_client(), path, **typed) for _ in range(2)]
    statuses = at_once(presses)
    assert statuses.count(303) == 1
    assert set(statuses) - {303} <= {403, 409, 410}
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Membership)) == 2
        assert db.session.scalars(select(Invitation.accepted_at)).one() is not None
