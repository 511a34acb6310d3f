"""The board, its table and CSV, and a pairing's own pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.applications.submission import step_back_application
from marketplace.kernel import clock, relay
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from marketplace.kernel.events import Outbox
from marketplace.kernel.workflow import fire
from marketplace.pairings import actions
from marketplace.pairings.models import Pairing
from marketplace.people.models import User
from tests.calls.cast import close_call, make_call
from tests.collaborations.cast import begun, make_collaboration, milestone_of
from tests.factories import days_from_now, together
from tests.forms import post
from tests.pairings.cast import pair
from tests.world import Rows, SignedIn, World


def test_board_shows_each_pair_in_its_lane(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        pair(cast)
        pair(cast, "accepted", state_since=days_from_now(-9))
        begun(cast, "planned")
        milestone_of(begun(cast, "active"), days=-2)
        begun(cast, "at_risk")
        pair(cast, "declined")
    browser = signed_in(cast.memberships["manager"])
    page = browser.get("/pairings").get_data(as_text=True)
    assert "5 pairs under way." in page
    for words in (
        "Company and startup answer",
        "Confirmation overdue",
        "Milestone overdue",
        "the centre clears the risk",
    ):
        assert words in page
    assert "Ended pairs" in page and "Haneul Water Utility" in page
    late = browser.get("/pairings?overdue=1").get_data(as_text=True)
    assert "2 pairs under way." in late
    assert "No pair answers these filters" in browser.get("/pairings?region=CA-QC-02").get_data(as_text=True)
    table = browser.get("/pairings?view=table").get_data(as_text=True)
    assert table.count("Confirmation overdue") >= 1 and "<table" in table


def test_board_holds_what_the_reader_may_see(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        pair(cast)
        pair(cast, "accepted", centre=cast.cooperating)
    shown = {}
    for role in ("manager", "cooperating_manager", "network_staff", "foreign_manager", "foreign_network_staff"):
        page = signed_in(cast.memberships[role]).get("/pairings").text
        shown[role] = (page.count('class="pair"'), "Loopwell" in page, "Open a pairing" in page)
    assert shown == {
        "manager": (2, True, True),
        "cooperating_manager": (1, True, True),
        "network_staff": (2, True, False),
        "foreign_manager": (0, False, True),
        "foreign_network_staff": (0, False, False),
    }


def test_board_caps_lanes_and_costs_the_same(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]
) -> None:
    browser, seen, sizes = signed_in(cast.memberships["manager"]), [], []
    for many in (1, 10):
        with rows(), together():
            call = close_call(make_call(cast.programme))
            for _ in range(many):
                for state in ("requested", "accepted"):
                    pair(cast, state, call=call)
                for state in ("active", "at_risk", "planned"):
                    make_collaboration(pair(cast, "confirmed", call=call), state=state)
        with count_queries() as statements:
            reply = browser.get("/pairings")
        assert reply.status_code == 200
        seen.append(len(statements))
        sizes.append(len(reply.data))
    assert seen[0] == seen[1] <= 15
    assert sizes[1] <= 100_000
    assert "Show all 11" in reply.get_data(as_text=True)
    whole = browser.get("/pairings?all=accepted").get_data(as_text=True)
    assert whole.count('class="pair"') == 11 + 4 * 10


def test_csv_holds_every_pair_and_no_formula(app: Flask, cast: World, rows: Rows, signed_in: SignedIn) -> None:
    site = app.config["SITE_URL"]
    with rows():
        for _ in range(12):
            pair(cast)
        cast.startup.texts["en"].name = "=HYPERLINK(1)"
        db.session.merge(cast.startup.texts["en"])
    reply = signed_in(cast.memberships["manager"]).get("/pairings.csv")
    lines = reply.get_data(as_text=True).strip().splitlines()
    assert reply.mimetype == "text/csv"
    assert len(lines) == 13
    assert all("'=HYPERLINK" in line for line in lines[1:])
    assert all('+09:00",' in line and line.endswith(f'"{site}/pairings/{line.split(",")[1]}"') for line in lines[1:])
    assert signed_in(cast.memberships["company_owner"]).get("/pairings.csv").status_code == 403


def test_own_list_costs_the_same_for_one_and_three(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]
) -> None:
    browser, seen = signed_in(cast.memberships["startup_owner"]), []
    for many in (1, 2):
        with rows():
            for _ in range(many):
                pair(cast)
        with count_queries() as statements:
            page = browser.get("/pairings").get_data(as_text=True)
        seen.append(len(statements))
    assert page.count("You answer") == 3
    assert seen[0] == seen[1] <= 15


def test_both_answer_by_the_page_without_reading_each_other_first(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        pairing = pair(cast)
    here = f"/pairings/{pairing.id}"
    company, startup = signed_in(cast.memberships["company_owner"]), signed_in(cast.memberships["startup_owner"])
    assert post(company, here, f"{here}/answer", answer="accept", reason="").status_code == 422
    assert post(company, here, f"{here}/answer", answer="accept", reason="Secret motive.").status_code == 303
    page = startup.get(here).get_data(as_text=True)
    assert "Has answered" in page and "Secret motive." not in page
    assert "Secret motive." in signed_in(cast.memberships["manager"]).get(here).get_data(as_text=True)
    assert post(startup, here, f"{here}/answer", answer="accept", reason="Fine.").status_code == 303
    page = startup.get(here).get_data(as_text=True)
    assert "Secret motive." in page and "The centre confirms the pair" in page
    assert post(startup, here, f"{here}/confirmation").status_code == 403


def test_pairing_says_its_deadline_by_its_call_and_what_happened_by_the_reader(
    cast: World, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        pairing = pair(cast)
        pairing.call.time_zone, pairing.centre.time_zone = "Asia/Seoul", "America/Toronto"
        actions.answer_pairing(pairing, cast.actor("company_owner"), accepts=True, reason="We need it.")
        db.session.get_one(User, cast.memberships["manager"].user_id).time_zone = "Asia/Tokyo"
    browser = signed_in(cast.memberships["manager"])
    page = browser.get(f"/pairings/{pairing.id}").text
    assert page.count("KST") == 2 and page.count("JST") > 1 and "EST" not in page


def test_pairing_is_opened_from_the_application(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        first = pair(cast, "declined")
        application = first.application
    browser, new = signed_in(cast.memberships["manager"]), f"/pairings/new?application={application.id}"
    day = (clock_day(rows) + timedelta(days=10)).isoformat()
    fields = {
        "application_id": application.id,
        "call_id": application.call_id,
        "company_id": cast.company.id,
        "startup_id": cast.startup.id,
        "centre_id": cast.centre.id,
        "answer_by": day,
        "message": "They fit.",
    }
    assert post(browser, new, "/pairings", **{**fields, "answer_by": ""}).status_code == 422
    assert post(browser, new, "/pairings", **{**fields, "company_id": cast.other_company.id}).status_code == 422
    reply = post(browser, new, "/pairings", **fields)
    assert reply.status_code == 303
    assert "They fit." in browser.get(reply.location).get_data(as_text=True)
    assert browser.get(new).location == reply.location
    assert signed_in(cast.memberships["company_owner"]).get(new).status_code in (403, 404)


def clock_day(rows: Rows) -> Any:
    with rows():
        return clock.now().date()


def test_pairing_is_opened_directly_where_the_track_allows(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(cast.programme, track="on_demand")
        day = clock.now().date() + timedelta(days=10)
    browser = signed_in(cast.memberships["broker"])
    fields = {
        "call_id": call.id,
        "company_id": cast.company.id,
        "startup_id": cast.startup.id,
        "centre_id": cast.cooperating.id,
        "answer_by": day.isoformat(),
    }
    reply = post(browser, "/pairings/new", "/pairings", **fields)
    assert reply.status_code == 303
    with rows():
        made = db.session.query(Pairing).one()
        assert (made.centre_id, made.application_id) == (cast.cooperating.id, None)
    assert post(browser, "/pairings/new", "/pairings", **fields).status_code == 422
    assert signed_in(cast.memberships["startup_owner"]).get("/pairings/new").status_code == 403
    foreign = signed_in(cast.memberships["foreign_manager"])
    assert post(foreign, "/pairings/new", "/pairings", **fields).status_code in (404, 422)


def test_anonymous_company_stays_a_description_where_the_call_never_reveals(
    cast: World, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        pairing = pair(cast, challenge={"visibility": "anonymous"})
        pairing.call.identity_revealed = "never"
        actions.answer_pairing(pairing, cast.actor("company_owner"), accepts=True, reason="We need it.")
        collaboration = begun(cast)
        collaboration.pairing.challenge.visibility = "anonymous"
        collaboration.pairing.call.identity_revealed = "never"
    startup = signed_in(cast.memberships["startup_owner"])
    paths = ("/pairings", f"/pairings/{pairing.id}", "/collaborations", f"/collaborations/{collaboration.id}")
    for path in paths:
        page = startup.get(path).get_data(as_text=True)
        assert "Haneul" not in page, path
        assert "A public utility in the south" in page, path
    assert "Haneul" in signed_in(cast.memberships["manager"]).get(f"/pairings/{pairing.id}").get_data(as_text=True)


def test_address_answers_each_role(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        pairing = pair(cast)
    sees = {"company_owner", "company_member", "startup_owner", "startup_member", "manager", "broker", "network_staff"}
    answers = {
        role: signed_in(cast.memberships.get(role) or cast.user(role)).get(f"/pairings/{pairing.id}").status_code
        for role in World.ROLES
    }
    assert answers == {role: 200 if role in sees else 303 if role == "anonymous" else 404 for role in World.ROLES}


def test_lapse_needs_a_reason_and_reminder_waits_a_day(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        accepted, asked = pair(cast, "accepted"), pair(cast)
    browser = signed_in(cast.memberships["manager"])
    here = f"/pairings/{accepted.id}"
    assert post(browser, here, f"{here}/lapse", reason=" ").status_code == 422
    assert post(browser, here, f"{here}/lapse", reason="The budget is gone.").status_code == 303
    page = signed_in(cast.memberships["startup_owner"]).get(here).get_data(as_text=True)
    assert "The budget is gone." in page
    here = f"/pairings/{asked.id}"
    assert post(browser, here, f"{here}/reminders").status_code == 303
    assert post(browser, here, f"{here}/reminders").status_code == 409
    assert "Let lapse" in browser.get(here).text
    assert post(browser, here, f"{here}/lapse", reason="The site closed.").status_code == 303


def test_confirmed_pair_keeps_its_place(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        pairing = pair(cast, "confirmed")
        assert pairing.application is not None
        with pytest.raises(Blocked, match="the place taken"):
            step_back_application(pairing.application, cast.actor("startup_owner"), reason="We found better work.")
    page = signed_in(cast.memberships["startup_owner"]).get(f"/applications/{pairing.application_id}").text
    assert "How the work ends is said on the collaboration’s page" in page
    with rows():
        challenge = db.session.get_one(Pairing, pairing.id).challenge
        fire("challenge.withdraw", challenge, cast.actor("company_owner"), reason="Closed.")
    with rows():
        relay.run_due(1000)
        relay.run_due(1000)
    with rows():
        stored = db.session.get_one(Pairing, pairing.id)
        assert (stored.state, stored.application.state if stored.application else "") == ("confirmed", "selected")
        assert not db.session.scalars(select(Outbox).where(Outbox.done_at.is_(None), Outbox.attempts > 0)).all()


@pytest.mark.parametrize("step", ["challenge.withdraw", "call.cancel"])
def test_pairing_without_an_application_lapses_with_its_challenge_or_call(
    cast: World, rows: Rows, signed_in: SignedIn, step: str
) -> None:
    with rows():
        pairing, other, confirmed = pair(cast), pair(cast), pair(cast, "confirmed")
        for one in (pairing, other, confirmed):
            one.application = None
        confirmed.call, confirmed.challenge = pairing.call, pairing.challenge
        pairing.call.state = "closed"
        acts = {"challenge.withdraw": (pairing.challenge, "company_owner"), "call.cancel": (pairing.call, "manager")}
        subject, role = acts[step]
        fire(step, subject, cast.actor(role), reason="The plant closes.")
    with rows():
        relay.run_due(1000)
        relay.run_due(1000)
    with rows():
        states = {one.id: db.session.get_one(Pairing, one.id).state for one in (pairing, other, confirmed)}
    assert states == {pairing.id: "lapsed", other.id: "requested", confirmed.id: "confirmed"}
    for role in ("startup_owner", "company_owner", "manager"):
        page = signed_in(cast.memberships[role]).get(f"/pairings/{pairing.id}").text
        assert "This pairing has ended" in page and "The plant closes." in page, role


@pytest.mark.parametrize("ends", ["startup", "company"])
def test_pairing_lapses_with_its_application(cast: World, rows: Rows, signed_in: SignedIn, ends: str) -> None:
    with rows():
        pairing = pair(cast)
        actions.answer_pairing(pairing, cast.actor("company_owner"), accepts=True, reason="We need it.")
        if ends == "startup":
            step_back_application(pairing.application, cast.actor("startup_owner"), reason="Our engineer left.")
        else:
            fire("challenge.withdraw", pairing.challenge, cast.actor("company_owner"), reason="Our engineer left.")
    with rows():
        relay.run_due(1000)
        relay.run_due(1000)
    here = f"/pairings/{pairing.id}"
    for role in ("startup_owner", "company_owner", "manager"):
        browser = signed_in(cast.memberships[role])
        page = browser.get(here).text
        assert "This pairing has ended" in page and "Our engineer left." in page, role
        assert "Answer by" not in page and "Remind them" not in page, role
        assert f'href="{here}' not in browser.get("/desk").text, role
        assert ("Withdrew the challenge" if ends == "company" else "Stepped back after the decision") in page, role
        if role != "startup_owner" or ends == "company":
            assert here in browser.get("/notifications").text, role
