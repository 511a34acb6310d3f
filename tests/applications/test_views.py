"""The applicant's pages, from the check to the receipt."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from marketplace.applications.models import Application
from marketplace.calls.models import Call, Declaration, EligibilityRule
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import add
from tests.forms import carried, post, token_in
from tests.world import Rows, SignedIn, World

CONTENT = {
    "locale": "en", "title": "Listening pipes", "solution": "Sensors that hear leaks.", "fit": "Made for iron.",
    "evidence": "Two trials.", "team": "Five engineers.", "timeline": "Six months.", "needs": "A site.",
    "trl_now": "5", "amount": "90,000,000", "own_cash": "", "own_in_kind": "",
}  # fmt: skip
SECRET = "A drum that nobody may hear before the close"


class Cast:
    """A world with an open challenge, made in one go; ids stay readable afterwards."""

    def __init__(self, rows: Rows, **call: Any) -> None:
        with rows():
            self.world = World.kept()
            self.call = make_call(self.world.programme, **call)
            self.challenge = make_challenge(self.world.company, self.call)
            self.members = self.world.memberships


@pytest.fixture
def cast(rows: Rows) -> Cast:
    return Cast(rows)


def start(browser: FlaskClient, cast: Cast) -> int:
    """Begin a draft from the check page; returns the application's id."""
    page = f"/challenges/{cast.challenge.id}/applications/new"
    reply = post(browser, page, f"/calls/{cast.call.id}/applications", challenge=cast.challenge.id)
    assert reply.status_code == 303
    return int(re.search(r"/applications/(\d+)/draft", reply.headers["Location"])[1])  # type: ignore[index]


def stored(app: Flask, application_id: int) -> Application:
    with app.app_context():
        found = db.session.get_one(Application, application_id)
        _ = (found.revisions, found.results, found.parties)
        return found


def test_startup_goes_from_check_to_receipt(app: Flask, cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    page = browser.get(f"/challenges/{cast.challenge.id}/applications/new").get_data(as_text=True)
    assert "You qualify" in page
    application_id = start(browser, cast)
    here = f"/applications/{application_id}"
    saved = post(browser, f"{here}/draft", f"{here}/draft", **CONTENT, then="preview")
    assert saved.headers["Location"] == f"{here}/preview"
    read = browser.get(f"{here}/preview").get_data(as_text=True)
    assert "Ready to submit" in read and "Sensors that hear leaks." in read
    sent = post(browser, f"{here}/preview", f"{here}/submission")
    assert sent.headers["Location"] == f"{here}/receipt"
    receipt = browser.get(f"{here}/receipt").get_data(as_text=True)
    application = stored(app, application_id)
    assert application.state == "submitted"
    assert application.number is not None and re.fullmatch(r"T-\d{4}-\d{9}", application.number)
    assert application.number in receipt and application.revisions[0].sha256 in receipt
    assert [result.verdict for result in application.results] == ["meets"]
    shown = browser.get(here).get_data(as_text=True)
    assert "Submitted: nothing to do for you now" in shown


def test_draft_begins_in_the_language_of_the_page(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    cast = Cast(rows)
    browser = signed_in(cast.members["startup_owner"])
    browser.get("/desk?lang=fr")
    assert stored(app, start(browser, cast)).draft.locale == "fr"  # type: ignore[union-attr]


def test_failing_rule_blocks_with_its_reason(rows: Rows, signed_in: SignedIn) -> None:
    cast = Cast(rows)
    with rows():
        cast.call.rules[0].params = {"kinds": ["sme"]}
        db.session.merge(cast.call.rules[0])
    browser = signed_in(cast.members["startup_owner"])
    page = browser.get(f"/challenges/{cast.challenge.id}/applications/new")
    shown = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "You cannot apply now" in shown and "Start the draft" not in shown
    refused = post(
        browser, f"/challenges/{cast.challenge.id}/applications/new", f"/calls/{cast.call.id}/applications",
        challenge=cast.challenge.id,
    )  # fmt: skip
    assert refused.status_code == 409
    assert "Open to small and medium-sized companies only" in refused.get_data(as_text=True)


def test_declaration_is_kept_with_date_and_person(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    cast = Cast(rows)
    with rows():
        rule = EligibilityRule(call_id=cast.call.id, position=2, kind="declaration", params={"codes": ["tax_arrears"]})
        add(rule)
    browser = signed_in(cast.members["startup_owner"])
    here = f"/challenges/{cast.challenge.id}/applications/new"
    assert "the centre decides on what is open" in browser.get(here).get_data(as_text=True)
    answer = {f"declare-{rule.id}-tax_arrears": "clear", "challenge": cast.challenge.id}
    assert post(browser, here, f"/calls/{cast.call.id}/declarations", **answer).status_code == 303
    page = browser.get(here).get_data(as_text=True)
    assert "You qualify" in page and "Declared on" in page
    with app.app_context():
        kept = db.session.scalars(select(Declaration)).one()
    assert (kept.excluded, kept.declared_by_id) == (False, cast.members["startup_owner"].user_id)
    post(
        browser, here, f"/calls/{cast.call.id}/declarations", **{**answer, f"declare-{rule.id}-tax_arrears": "applies"}
    )
    assert "You cannot apply now" in browser.get(here).get_data(as_text=True)


def test_autosave_replaces_the_version_and_writes_no_event(app: Flask, cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    here = f"/applications/{start(browser, cast)}/draft"
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Event))
    page = browser.get(here).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]  # type: ignore[index]
    sent = {**CONTENT, "csrf_token": token_in(page), "version": version}
    first = browser.post(here, data=sent, headers={"HX-Request": "true", "HX-Autosave": "true"})
    line = first.get_data(as_text=True)
    assert first.status_code == 200 and "Saved " in line
    fresh = re.search(r'data-version="(\d+)"', line)[1]  # type: ignore[index]
    assert fresh != version
    again = {**sent, "version": fresh, "team": "Six engineers."}
    assert browser.post(here, data=again, headers={"HX-Request": "true", "HX-Autosave": "true"}).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == before
    assert "Six engineers." in browser.get(here).get_data(as_text=True)


def test_autosave_keeps_what_can_be_read_and_names_what_cannot(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    here = f"/applications/{start(browser, cast)}/draft"
    page = browser.get(here).get_data(as_text=True)
    sent = {**CONTENT, "amount": "a lot", **carried(page, here)}
    line = browser.post(here, data=sent, headers={"HX-Autosave": "true"}).get_data(as_text=True)
    assert "but not: Amount asked" in line
    assert "Sensors that hear leaks." in browser.get(here).get_data(as_text=True)


def test_unreadable_amount_is_refused_and_nothing_is_lost(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    here = f"/applications/{start(browser, cast)}/draft"
    refused = post(browser, here, here, **{**CONTENT, "amount": "a lot"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Write a number, such as 90,000,000." in page and 'value="a lot"' in page and "Two trials." in page


def test_second_writer_sees_both_versions(app: Flask, cast: Cast, signed_in: SignedIn) -> None:
    owner, member = signed_in(cast.members["startup_owner"]), signed_in(cast.members["startup_member"])
    here = f"/applications/{start(owner, cast)}/draft"
    page = member.get(here).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]  # type: ignore[index]
    assert post(owner, here, here, **CONTENT).status_code == 303
    late = {**CONTENT, "team": "Nine divers.", "csrf_token": token_in(page), "version": version}
    refused = member.post(here, data=late)
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "Nine divers." in shown and "Five engineers." in shown
    fresh = re.search(r'name="version" value="(\d+)"', shown)[1]  # type: ignore[index]
    assert member.post(here, data={**late, "version": fresh}).status_code == 303
    assert "Nine divers." in owner.get(here).get_data(as_text=True)


def test_double_press_makes_one(app: Flask, cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    first, second = start(browser, cast), start_again(browser, cast)
    assert first == second
    here = f"/applications/{first}"
    post(browser, f"{here}/draft", f"{here}/draft", **CONTENT)
    page = browser.get(f"{here}/preview").get_data(as_text=True)
    fields = dict(re.findall(r'name="(version|once)" value="([^"]*)"', page)) | {"csrf_token": token_in(page)}
    replies = [browser.post(f"{here}/submission", data=fields) for _ in range(2)]
    assert [reply.headers["Location"] for reply in replies] == [f"{here}/receipt"] * 2
    with app.app_context():
        steps = db.session.scalars(select(Event.step).where(Event.step == "application.submit")).all()
    assert steps == ["application.submit"]


def start_again(browser: FlaskClient, cast: Cast) -> int:
    """Press start a second time, with the token of any other page."""
    token = token_in(browser.get("/applications").get_data(as_text=True))
    reply = browser.post(
        f"/calls/{cast.call.id}/applications", data={"csrf_token": token, "challenge": cast.challenge.id}
    )
    return int(re.search(r"/applications/(\d+)", reply.headers["Location"])[1])  # type: ignore[index]


def test_check_leads_to_the_application_begun(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    begun = start(browser, cast)
    reply = browser.get(f"/challenges/{cast.challenge.id}/applications/new")
    assert reply.headers["Location"] == f"/applications/{begun}"


def test_late_submission_is_refused_and_the_draft_kept(app: Flask, cast: Cast, rows: Rows, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    here = f"/applications/{start(browser, cast)}"
    post(browser, f"{here}/draft", f"{here}/draft", **CONTENT)
    page = browser.get(f"{here}/preview").get_data(as_text=True)
    with rows():
        close_call(db.session.get_one(Call, cast.call.id))
    refused = browser.post(f"{here}/submission", data=carried(page, f"{here}/submission"))
    assert refused.status_code == 409
    assert "Applications closed on" in refused.get_data(as_text=True)
    assert "Sensors that hear leaks." in browser.get(here).get_data(as_text=True)
    assert "Not submitted before the close" in browser.get(here).get_data(as_text=True)


def test_grace_takes_what_was_queued_and_records_lateness(
    app: Flask, cast: Cast, rows: Rows, signed_in: SignedIn
) -> None:
    browser = signed_in(cast.members["startup_owner"])
    application_id = start(browser, cast)
    here = f"/applications/{application_id}"
    post(browser, f"{here}/draft", f"{here}/draft", **CONTENT)
    page = browser.get(f"{here}/preview").get_data(as_text=True)
    with rows():
        close_call(db.session.get_one(Call, cast.call.id), timedelta(seconds=20)).grace_seconds = 120
    for address in (here, f"{here}/draft", f"{here}/preview"):
        shown = browser.get(address).get_data(as_text=True)
        assert "The call has closed. Its grace still takes" in shown and "Not submitted before" not in shown
    taken = browser.post(f"{here}/submission", data=carried(page, f"{here}/submission"))
    assert taken.headers["Location"] == f"{here}/receipt"
    late = stored(app, application_id).late_seconds
    assert 20 <= late < 60
    assert f"It came {late} seconds after the close" in browser.get(f"{here}/receipt").get_data(as_text=True)


SEALED_FROM = ("company_owner", "other_startup", "manager", "network_staff", "evaluator")
NEAREST = ("company_owner", "other_startup", "manager")


def test_application_is_sealed_until_closing_through_every_door(cast: Cast, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        application = _sealed(cast)
    here, secrets = f"/applications/{application.id}", (SECRET, "Loopwell", application.number or "-")
    doors = [here, f"{here}/draft", f"{here}/preview", f"{here}/receipt", f"{here}/revisions/1", f"{here}/check",
             "/applications", "/applications?q=drum", f"/calls/{cast.call.id}/applications"]  # fmt: skip
    deeds = ("draft", "submission", "withdrawal", "revisions", "sign-offs", "deletion", "stepping-back", "place")
    wrong = []
    for role in SEALED_FROM:
        browser = signed_in(cast.members[role])
        answers = {door: browser.get(door) for door in doors}
        if role in NEAREST:
            sent = {"csrf_token": token_in(answers["/applications"].text), "reason": "x", "title": "x"}
            assert sent["csrf_token"], role
            answers |= {f"{here}/{deed} sent": browser.post(f"{here}/{deed}", data=sent) for deed in deeds}
        wrong += [(role, door, word) for door, reply in answers.items() for word in secrets if word in reply.text]
        statuses = {door: reply.status_code for door, reply in answers.items() if door.startswith(here)}
        wrong += [(role, door, str(status)) for door, status in statuses.items() if status != 404]
    assert wrong == []


def _sealed(cast: Cast) -> Application:
    """A submitted application whose every text is the secret."""
    application = make_application(cast.challenge, cast.world.startup)
    application.parties[0].organisation_id = cast.world.startup.id
    draft = application.revisions[0]
    for name in ("title", "solution", "fit", "evidence", "team", "timeline"):
        setattr(draft, name, SECRET)
    db.session.flush()
    draft.submitted_at = application.submitted_at = clock.now()
    application.number, application.state = "T-2026-900001", "submitted"
    db.session.flush()
    return application


def test_list_costs_the_same_for_one_and_three(
    rows: Rows, cast: Cast, signed_in: SignedIn, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    seen = {}
    for number in (1, 3):
        with rows():
            for _ in range(number if number == 1 else 2):
                make_application(make_challenge(call=cast.call), cast.world.startup, state="submitted")
        browser = signed_in(cast.members["startup_owner"])
        browser.get("/applications")
        with count_queries() as statements:
            page = browser.get("/applications").get_data(as_text=True)
        assert page.count('data-label="State"') == number
        seen[number] = len(statements)
    assert seen[1] == seen[3] <= 15


@pytest.mark.parametrize("state", ["draft", "submitted", "declined"])
def test_page_of_an_application_stays_small(
    rows: Rows,
    cast: Cast,
    signed_in: SignedIn,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    state: str,
) -> None:
    with rows():
        application = make_application(cast.challenge, cast.world.startup, state=state)
    browser = signed_in(cast.members["startup_owner"])
    for page in (f"/applications/{application.id}", f"/applications/{application.id}/draft"):
        browser.get(page)
        with count_queries() as statements:
            reply = browser.get(page)
        assert reply.status_code in (200, 303)
        assert len(statements) <= 15, statements
        assert len(reply.data) < 100_000


def test_company_names_a_startup_which_checks_and_agrees(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    cast = Cast(rows, track="bottom_up", bottom_up_kind="private_linked")
    company, startup = signed_in(cast.members["company_owner"]), signed_in(cast.members["startup_owner"])
    new = f"/calls/{cast.call.id}/applications/new"
    assert "A company names you first" in startup.get(new).get_data(as_text=True)
    found = company.get(f"{new}?q=loopwell").get_data(as_text=True)
    assert f"with={cast.world.startup.id}" in found and "Onda Labs" not in found
    page = f"{new}?with={cast.world.startup.id}"
    named = post(company, page, f"/calls/{cast.call.id}/applications", partner=cast.world.startup.id)
    here = named.headers["Location"]
    assert "The startup answers" in company.get(here).get_data(as_text=True)
    assert "A company wants to apply with you" in startup.get(here).get_data(as_text=True)
    check = startup.get(f"{here}/check").get_data(as_text=True)
    assert "Agree and start writing" in check
    startup.get("/desk?lang=ko")
    agreed = post(startup, f"{here}/check", f"{here}/confirmation")
    assert stored(app, int(here.split("/")[2])).draft.locale == "ko"  # type: ignore[union-attr]
    assert agreed.headers["Location"] == f"{here}/draft"
    assert company.get(f"{here}/draft").status_code == 403


def test_both_confirm_a_joint_application_on_its_preview(rows: Rows, signed_in: SignedIn) -> None:
    cast = Cast(rows, track="on_demand")
    company, startup = signed_in(cast.members["company_owner"]), signed_in(cast.members["startup_owner"])
    page = f"/calls/{cast.call.id}/applications/new?with={cast.world.company.id}"
    begun = post(startup, page, f"/calls/{cast.call.id}/applications", partner=cast.world.company.id)
    here = begun.headers["Location"].removesuffix("/draft")
    post(startup, f"{here}/draft", f"{here}/draft", **CONTENT)
    for browser in (startup, company):
        shown = browser.get(f"{here}/preview").get_data(as_text=True)
        read = re.search(r'name="content_hash" value="(\w+)"', shown)[1]  # type: ignore[index]
        post(browser, f"{here}/preview", f"{here}/sign-offs", content_hash=read)
    assert "Ready to submit" in startup.get(f"{here}/preview").get_data(as_text=True)
    changed = post(company, f"{here}/draft", f"{here}/draft", **{**CONTENT, "team": "Three divers."})
    assert changed.status_code == 303
    assert "Confirm this version" in startup.get(f"{here}/preview").get_data(as_text=True)


@pytest.mark.parametrize("given", ["?with=999999", "?with=-1", "?with=x"])
def test_unknown_partner_is_not_found_or_ignored(rows: Rows, signed_in: SignedIn, given: str) -> None:
    cast = Cast(rows, track="on_demand")
    reply = signed_in(cast.members["startup_owner"]).get(f"/calls/{cast.call.id}/applications/new{given}")
    assert reply.status_code == (404 if given == "?with=999999" else 200)


def test_challenge_of_another_call_is_not_found(rows: Rows, cast: Cast, signed_in: SignedIn) -> None:
    with rows():
        other = make_challenge()
    browser = signed_in(cast.members["startup_owner"])
    reply = post(browser, "/applications", f"/calls/{cast.call.id}/applications", challenge=other.id)
    assert reply.status_code == 404


@pytest.mark.parametrize("role", ["manager", "network_staff", "person", "evaluator"])
def test_only_organisations_apply(cast: Cast, signed_in: SignedIn, role: str) -> None:
    who = cast.world.person if role == "person" else cast.members[role]
    reply = signed_in(who).get(f"/challenges/{cast.challenge.id}/applications/new")
    assert reply.status_code == 403
    assert "Only a startup, or the company that recommends one may do this." in reply.get_data(as_text=True)


def test_withdrawal_without_a_reason_keeps_the_page(rows: Rows, cast: Cast, signed_in: SignedIn) -> None:
    with rows():
        application = make_application(cast.challenge, cast.world.startup, state="submitted")
    here = f"/applications/{application.id}"
    browser = signed_in(cast.members["startup_owner"])
    refused = post(browser, here, f"{here}/withdrawal", reason=" ")
    assert refused.status_code == 422
    assert "Give a reason: those concerned will read it." in refused.get_data(as_text=True)
    done = post(browser, here, f"{here}/withdrawal", reason="We were bought.")
    assert done.status_code == 303
    assert "We were bought." in browser.get(here).get_data(as_text=True)


def test_challenge_page_counts_what_came_in(rows: Rows, cast: Cast, signed_in: SignedIn) -> None:
    with rows():
        for state in ("draft", "submitted", "submitted", "withdrawn"):
            make_application(cast.challenge, state=state)
    page = signed_in(cast.members["company_owner"]).get(f"/challenges/{cast.challenge.id}").get_data(as_text=True)
    assert re.search(r"Applications received</dt>\s*<dd>2\b", page)


def test_earlier_version_stays_readable(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.members["startup_owner"])
    here = f"/applications/{start(browser, cast)}"
    post(browser, f"{here}/draft", f"{here}/draft", **CONTENT)
    post(browser, f"{here}/preview", f"{here}/submission")
    post(browser, here, f"{here}/revisions")
    post(browser, f"{here}/draft", f"{here}/draft", **{**CONTENT, "team": "Three divers."})
    post(browser, f"{here}/preview", f"{here}/submission")
    assert "Five engineers." in browser.get(f"{here}/revisions/1").get_data(as_text=True)
    assert "Three divers." in browser.get(f"{here}/revisions/2").get_data(as_text=True)
    assert browser.get(f"{here}/revisions/3").status_code == 404


def test_application_without_a_challenge_names_the_company_it_is_written_with(rows: Rows, signed_in: SignedIn) -> None:
    cast = Cast(rows, track="on_demand")
    startup = signed_in(cast.members["startup_owner"])
    page = f"/calls/{cast.call.id}/applications/new?with={cast.world.company.id}"
    begun = post(startup, page, f"/calls/{cast.call.id}/applications", partner=cast.world.company.id)
    shown = startup.get(begun.headers["Location"].removesuffix("/draft")).get_data(as_text=True)
    with rows():
        name = cast.world.company.name("en")
    assert re.search(rf"<dt>Demand company</dt>\s*<dd>{re.escape(name)}", shown)
