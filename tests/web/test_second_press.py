"""A step pressed twice from the same page, and one pressed on a page that has been overtaken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from marketplace.applications.models import Application
from marketplace.collaborations import actions
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import begun
from tests.conftest import sign_in
from tests.faults.visitor import Page, filled
from tests.world import Rows, SignedIn, World

DONE = "This was done before: here is how it stands now."


class Press:
    """One person who presses the same step again and again, from the page as it stood at first."""

    def __init__(self, browser: Any, page: str, action: str, **typed: str) -> None:
        shown = browser.get(page)
        form = Page(page, 200, shown.text, "", 0).form(action)
        self.browser, self.action, self.sent = browser, action, dict(filled(form, **typed))
        self.referrer = f"http://localhost{page}"

    def __call__(self, referrer: str | None = None) -> Any:
        return self.browser.post(self.action, data=self.sent, headers={"Referer": referrer or self.referrer})


def application(rows: Rows, state: str) -> tuple[World, int]:
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, make_call(world.programme))
        author = world.memberships["startup_owner"].user
        return world, make_application(challenge, world.startup, state=state, author=author).id


@pytest.mark.parametrize(("state", "step"), [("draft", "deletion"), ("submitted", "withdrawal")])
def test_second_press_of_leaving_leads_to_the_application(
    rows: Rows, signed_in: SignedIn, state: str, step: str
) -> None:
    world, id = application(rows, state)
    browser = signed_in(world.memberships["startup_owner"])
    typed = {"reason": "We are too busy."} if step == "withdrawal" else {}
    press = Press(browser, f"/applications/{id}", f"/applications/{id}/{step}", **typed)
    assert press().status_code == 303

    for referrer in (None, f"http://localhost/applications/{id}/{step}", "http://elsewhere.example/"):
        again = press(referrer)
        assert (again.status_code, again.location) == (303, f"/applications/{id}"), referrer
        shown = browser.get(again.location).text
        assert DONE in shown and "Withdrawn" in shown


def test_reason_of_somebody_else_is_shown_and_not_dropped(rows: Rows, signed_in: SignedIn) -> None:
    world, id = application(rows, "submitted")
    first, second = (
        Press(
            signed_in(world.memberships[role]), f"/applications/{id}", f"/applications/{id}/withdrawal", reason=reason
        )
        for role, reason in (("startup_owner", "We are too busy."), ("startup_member", "Our engineer has left."))
    )
    assert first().status_code == 303
    late = second()
    assert (late.status_code, "Our engineer has left." in late.text) == (409, True)


def test_second_press_of_publishing_leads_back_to_the_challenge(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        id = make_challenge(world.company, call, state="candidate").id
    page = f"/challenges/{id}/review"
    press = Press(signed_in(world.memberships["manager"]), page, f"/challenges/{id}/publication", call=str(call.id))
    assert press().status_code == 303
    again = press()
    assert (again.status_code, again.location) == (303, page)
    assert DONE in press.browser.get(page).text


def test_step_on_an_overtaken_page_says_that_nothing_was_done(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    world, id = application(rows, "draft")
    browser, page = signed_in(world.memberships["startup_owner"]), f"/applications/{id}"
    press = Press(browser, page, f"{page}/deletion")
    draft = Press(browser, f"{page}/draft", f"{page}/draft", title="Changed meanwhile")
    assert draft().status_code == 303

    late = press()

    assert late.status_code == 409
    assert "This has changed meanwhile" in late.text and "See where it stands now" in late.text
    assert "What you wrote" not in late.text and "Save what I wrote" not in late.text
    with app.app_context():
        assert db.session.get_one(Application, id).state == "draft"


def test_reason_typed_on_an_overtaken_page_can_be_sent_again(rows: Rows, signed_in: SignedIn) -> None:
    world, id = application(rows, "submitted")
    browser, page = signed_in(world.memberships["startup_owner"]), f"/applications/{id}"
    press = Press(browser, page, f"{page}/withdrawal", reason="Our engineer has left.")
    assert Press(browser, page, f"{page}/revisions")().status_code == 303

    late = press()

    assert late.status_code == 409
    assert "Our engineer has left." in late.text and "beside what is saved now" not in late.text
    again = Page(page, 409, late.text, "", 0).form(f"{page}/withdrawal")
    assert browser.post(again.action, data=dict(again.fields)).status_code == 303


def test_two_presses_at_the_same_moment_lead_to_the_same_place(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        page = f"/collaborations/{begun(world).id}"
        who = world.memberships["company_owner"]
        db.session.commit()
        db.session.refresh(who)
    browsers = [sign_in(committed_app, who) for _ in range(2)]
    presses = [Press(browser, page, f"{page}/risk", reason="Parts are late.") for browser in browsers]
    gate, take_step = Barrier(2), actions.take_step

    def together(*given: Any, **named: Any) -> Any:
        gate.wait(30)  # both have read it by now
        return take_step(*given, **named)

    monkeypatch.setattr(actions, "take_step", together)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda press: press(), presses))
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, page)] * 2
    assert sorted(DONE in browser.get(page).text for browser in browsers) == [False, True]
