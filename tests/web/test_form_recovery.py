"""What was sent under an ended session or an old token is offered again, and never written over what others saved."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.applications.models import ApplicationRevision
from marketplace.kernel.db import db
from marketplace.people.models import User, UserSession
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.faults.visitor import Page, PageForm, filled
from tests.people.cast import stored_hash
from tests.world import Rows, SignedIn, World

PASSWORD = "four quiet rivers"


class Draft:
    """A draft that two people of a startup write in."""

    def __init__(self, rows: Rows) -> None:
        with rows():
            world = World.kept()
            self.owner, self.member = (world.memberships[role] for role in ("startup_owner", "startup_member"))
            challenge = make_challenge(world.company, make_call(world.programme))
            self.id = make_application(challenge, world.startup, author=self.owner.user).id
            self.email = self.owner.user.email
            db.session.execute(
                update(User).where(User.id == self.owner.user_id).values(password_hash=stored_hash(PASSWORD))
            )
        self.address = f"/applications/{self.id}/draft"

    def typed(self, browser: FlaskClient, **words: str) -> dict[str, str]:
        """Its form with these words in it."""
        return dict(filled(form_in(browser.get(self.address), self.address), **words))

    def stored(self, app: Flask) -> tuple[str, str]:
        with app.app_context():
            own = ApplicationRevision.application_id == self.id
            found = db.session.execute(select(ApplicationRevision.title, ApplicationRevision.solution).where(own))
            title, solution = found.one()
            return title, solution


@pytest.fixture
def draft(rows: Rows) -> Draft:
    return Draft(rows)


def form_in(answer: Any, action: str) -> PageForm:
    return Page(answer.request.path, answer.status_code, answer.get_data(as_text=True), "", 0).form(action)


def after_the_sign_in(app: Flask, draft: Draft, browser: FlaskClient, sent: dict[str, str]) -> dict[str, str]:
    """The form as offered again, once the session it was sent under has ended and its writer has signed in anew."""
    with app.app_context():
        db.session.execute(
            update(UserSession).where(UserSession.user_id == draft.owner.user_id).values(ended_at=func.now())
        )
        db.session.commit()
    refused = browser.post(draft.address, data=sent)
    assert refused.status_code == 401
    back = browser.post(
        "/sign-in", data=dict(filled(form_in(refused, "/sign-in"), email=draft.email, password=PASSWORD))
    )
    assert back.status_code == 200
    return dict(form_in(back, draft.address).fields)


def test_words_sent_again_meet_what_others_saved_meanwhile(app: Flask, draft: Draft, signed_in: SignedIn) -> None:
    browser, other = signed_in(draft.owner), signed_in(draft.member)
    sent = draft.typed(browser, title="Mine, of an hour ago")
    assert other.post(draft.address, data=draft.typed(other, solution="Saved meanwhile")).status_code == 303

    late = browser.post(draft.address, data=after_the_sign_in(app, draft, browser, sent))

    assert late.status_code == 409
    assert "Mine, of an hour ago" in late.text and "Saved meanwhile" in late.text
    assert draft.stored(app)[1] == "Saved meanwhile"
    chosen = form_in(late, draft.address).fields
    assert [name for name, _ in chosen].count("version") == 1
    assert browser.post(draft.address, data=dict(chosen)).status_code == 303
    assert draft.stored(app)[0] == "Mine, of an hour ago"


def test_words_sent_again_are_kept_where_nobody_changed_anything(app: Flask, draft: Draft, signed_in: SignedIn) -> None:
    browser = signed_in(draft.owner)
    sent = draft.typed(browser, title="Mine, of an hour ago")
    assert browser.post(draft.address, data=after_the_sign_in(app, draft, browser, sent)).status_code == 303
    assert draft.stored(app)[0] == "Mine, of an hour ago"


def test_words_sent_under_an_old_token_meet_what_others_saved_meanwhile(
    app: Flask, draft: Draft, signed_in: SignedIn
) -> None:
    browser, other = signed_in(draft.owner), signed_in(draft.member)
    sent = draft.typed(browser, title="Mine, of an hour ago")
    assert other.post(draft.address, data=draft.typed(other, solution="Saved meanwhile")).status_code == 303
    refused = browser.post(draft.address, data=sent | {"csrf_token": "old"})
    assert refused.status_code == 400
    late = browser.post(draft.address, data=dict(form_in(refused, draft.address).fields))
    assert late.status_code == 409
    assert draft.stored(app)[1] == "Saved meanwhile"


def test_amount_spelled_otherwise_is_no_difference(draft: Draft, signed_in: SignedIn) -> None:
    browser, other = signed_in(draft.owner), signed_in(draft.member)
    drawn = draft.typed(browser)
    saved = draft.typed(other, amount="90000000", own_cash="10,000,000", solution="Saved meanwhile")
    assert other.post(draft.address, data=saved).status_code == 303
    late = browser.post(draft.address, data=drawn | {"amount": "90000000", "own_cash": "9", "solution": "Mine"})
    rows = late.text.partition("<tbody")[2].partition("</tbody>")[0]
    assert late.status_code == 409
    assert "90000000" not in rows and "90,000,000" not in rows
    assert "10,000,000" in rows and "Saved meanwhile" in rows
