"""The pages and forms of collaborations, walked as people walk them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from marketplace.collaborations import agreements, milestones
from marketplace.collaborations.models import Collaboration, Milestone, Outcome, Signature
from marketplace.kernel.db import db
from tests.collaborations.cast import (
    CLAIM,
    TERMS,
    begun,
    confirmed,
    drafted,
    milestone_of,
    outcome_of,
    report_of,
    sign,
    signed,
    to_sign,
)
from tests.forms import post
from tests.pairings.cast import pair
from tests.world import Rows, SignedIn, World


def test_confirmation_leads_to_a_planned_collaboration_twice(
    cast: World, rows: Rows, signed_in: SignedIn, app: Flask
) -> None:
    with rows():
        pairing = pair(cast, "accepted")
    browser, page = signed_in(cast.memberships["manager"]), f"/pairings/{pairing.id}"
    fields = {"version": pairing.version}
    first = post(browser, page, f"{page}/confirmation", **fields)
    second = post(browser, page, f"{page}/confirmation", **fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    shown = browser.get(first.location).get_data(as_text=True)
    assert "Haneul Water Utility and Loopwell" in shown
    assert "The centre drafts the agreement" in shown
    with app.app_context():
        assert db.session.query(Collaboration).count() == 1


STATES = ("planned", "active", "at_risk", "suspended", "final_report", "succeeded", "failed", "follow_up", "archived")


def test_page_opens_in_every_state(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = begun(cast)
        milestone_of(collaboration, days=-3)
    here = f"/collaborations/{collaboration.id}"
    people = ("company_owner", "startup_owner", "manager", "network_staff")
    browsers = {role: signed_in(cast.memberships[role]) for role in people}
    for state in STATES:
        with rows():
            found = db.session.get_one(Collaboration, collaboration.id)
            found.state = state
            if state == "final_report":
                report_of(cast, found)
        pages = {role: browser.get(here) for role, browser in browsers.items()}
        shown = {role: (page.status_code, "Sensors hear a leak" in page.text) for role, page in pages.items()}
        assert (state, shown) == (state, dict.fromkeys(people, (200, True)))
    histories = {role: browser.get(f"{here}/history").status_code for role, browser in browsers.items()}
    assert histories == dict.fromkeys(people, 200)


def test_others_find_nothing(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = signed(cast).collaboration
    here = f"/collaborations/{collaboration.id}"
    paths = ("", "/agreement", "/agreement/differences", "/agreement/text", "/history", "/report", "/termination")
    asked = (*(here + path for path in paths), f"/pairings/{collaboration.pairing_id}")
    for role in ("other_company", "foreign_manager", "evaluator"):
        browser = signed_in(cast.memberships[role])
        got = {path: browser.get(path).status_code for path in asked}
        assert (role, got) == (role, dict.fromkeys(asked, 404))


def test_agreement_is_written_read_and_signed_by_the_pages(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = drafted(cast).collaboration
    here = f"/collaborations/{collaboration.id}/agreement"
    staff, company, startup = (signed_in(cast.memberships[r]) for r in ("manager", "company_owner", "startup_owner"))
    version = {"version": collaboration.agreement.version}
    terms = {**{k: str(v) for k, v in TERMS.items()}, "text": "1. Scope\nSensors on twelve pipes.", **version}
    assert post(staff, f"{here}/text", f"{here}/text", **terms).status_code == 303
    assert "twelve pipes" in company.get(here).get_data(as_text=True)
    stale = post(staff, f"{here}/text", f"{here}/text", **{**terms, "text": "Other words."})
    assert stale.status_code == 409
    assert "Other words." in stale.get_data(as_text=True) and "twelve pipes" in stale.get_data(as_text=True)
    assert post(staff, here, f"{here}/review").status_code == 303
    assert post(company, here, f"{here}/return", reason="").status_code == 422
    assert post(staff, here, f"{here}/signing").status_code == 303
    shown = company.get(here).get_data(as_text=True)
    text_hash = shown.partition('name="text_hash"')[2].partition('value="')[2].partition('"')[0]
    assert text_hash and text_hash in shown.partition("<code>")[2]
    refused = post(company, here, f"{here}/signatures", text_hash=text_hash)
    assert refused.status_code == 422
    for browser in (company, startup):
        reply = post(browser, here, f"{here}/signatures", text_hash=text_hash, authority="y")
        assert reply.status_code == 303
    shown = startup.get(here).get_data(as_text=True)
    assert "The agreement is in force" in shown and "127.0.0.1" in shown


def test_text_sent_back_says_what_is_to_be_changed(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        agreement = drafted(cast)
        collaboration = agreement.collaboration
    here = f"/collaborations/{collaboration.id}/agreement"
    staff, company = signed_in(cast.memberships["manager"]), signed_in(cast.memberships["company_owner"])
    assert post(staff, here, f"{here}/review").status_code == 303
    assert post(company, here, f"{here}/return", reason="Name the second site.").status_code == 303
    for page in (staff.get(here), staff.get(f"{here}/text"), company.get(here)):
        assert "What is to be changed" in page.text and "Name the second site." in page.text


def test_signing_a_changed_text_shows_the_difference(cast: World, rows: Rows, signed_in: SignedIn, app: Flask) -> None:
    with rows():
        agreement = to_sign(cast)
        collaboration = agreement.collaboration
        read = agreement.proposed.text_hash()
        staff = cast.actor("manager")
        agreements.take_step(agreement, staff, "agreement.redraft", reason="A slip.")
        agreements.edit_agreement(agreement, staff, {**TERMS, "text": "1. Scope\nSensors on thirteen pipes."})
        agreements.take_step(agreement, staff, "agreement.send")
        agreements.take_step(agreement, staff, "agreement.open_signing")
    here = f"/collaborations/{collaboration.id}/agreement"
    browser = signed_in(cast.memberships["company_owner"])
    reply = post(browser, here, f"{here}/signatures", text_hash=read, authority="y")
    page = reply.get_data(as_text=True)
    assert reply.status_code == 409
    assert "thirteen pipes" in page and "ten pipes" in page and "Nothing was signed" in page
    with app.app_context():
        assert db.session.query(Signature).count() == 0
    assert browser.get(f"{here}/differences?from=1&to=2").status_code == 200


def test_amendment_by_the_pages_keeps_the_old_version_in_force(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = signed(cast).collaboration
    here = f"/collaborations/{collaboration.id}/agreement"
    staff = signed_in(cast.memberships["manager"])
    assert post(staff, here, f"{here}/amendment", reason="More pipes.").status_code == 303
    terms = {**{k: str(v) for k, v in TERMS.items()}, "amount": "120000000"}
    assert post(staff, f"{here}/text", f"{here}/text", **terms).status_code == 303
    assert post(staff, here, f"{here}/offer").status_code == 303
    shown = staff.get(f"/collaborations/{collaboration.id}").get_data(as_text=True)
    assert "Version 1 stays in force until all have signed version 2." in shown
    changed = staff.get(f"{here}/differences?from=1&to=2").get_data(as_text=True)
    assert "120,000,000" in changed and "Added:" in changed


def test_unsigned_amendment_is_never_shown_as_the_agreement(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        agreement, actor = signed(cast), cast.actor("manager")
        agreements.take_step(agreement, actor, "agreement.amend", reason="More time.")
        agreements.edit_agreement(agreement, actor, {**TERMS, "ends_on": date(2028, 8, 31)})
        agreements.offer_amendment(agreement, actor)
        sign(cast, agreement, "company_owner")
    here = f"/collaborations/{agreement.collaboration_id}"
    staff = signed_in(cast.memberships["manager"])
    overview = staff.get(here).text
    assert "4 January 2027 to 31 August 2027" in overview and "31 August 2028" not in overview
    assert "Version 1 stays in force until all have signed version 2." in overview
    assert "31 August 2028" in staff.get(f"{here}/agreement").text
    ending = {"ended_by": "company", "cause": "outside", "reason": "Flooded.", "settlement": "Half is paid."}
    assert post(staff, f"{here}/termination", f"{here}/termination", **ending).status_code == 303
    ended = staff.get(f"{here}/agreement").text
    assert "31 August 2027" in ended and "31 August 2028" not in ended and "Not signed" not in ended
    assert "4 January 2027 to 31 August 2027" in staff.get(here).text


def test_milestones_by_the_pages(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = begun(cast)
    here = f"/collaborations/{collaboration.id}"
    startup, company = signed_in(cast.memberships["startup_owner"]), signed_in(cast.memberships["company_owner"])
    fields = {"title": "Ten pipes fitted", "owner_id": cast.startup.id, "due_on": "2027-03-01", "note": ""}
    assert (
        post(startup, f"{here}/milestones/new", f"{here}/milestones/new", **{**fields, "title": ""}).status_code == 422
    )
    once = {**fields, "once": "a-key-of-one-drawing"}
    for _ in range(2):
        assert post(startup, f"{here}/milestones/new", f"{here}/milestones/new", **once).status_code == 303
    with rows():
        found = db.session.get_one(Collaboration, collaboration.id).milestones
    assert [m.title for m in found] == ["Ten pipes fitted"]
    at = f"{here}/milestones/{found[0].id}"
    assert company.get(f"{here}/milestones/new").status_code == 403
    assert post(company, at, f"{at}/judgement", verdict="not_met", reason="").status_code == 422
    assert post(company, at, f"{at}/judgement", verdict="not_met", reason="Two pipes only.").status_code == 303
    assert "Not met" in company.get(here).get_data(as_text=True)
    assert post(company, at, f"{at}/rescheduling", due_on="2027-05-01", reason="Winter.").status_code == 303
    assert post(startup, at, at, **{**fields, "title": "Twelve pipes fitted"}).status_code == 303
    assert "Twelve pipes fitted" in company.get(here).get_data(as_text=True)


def test_what_comes_next_leads_to_the_milestone(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        milestone = milestone_of(begun(cast, "active"), days=9)
    at = f"/collaborations/{milestone.collaboration_id}"
    page = signed_in(cast.memberships["startup_owner"]).get(at).text
    box = page.partition('class="next"')[2].partition("</section>")[0]
    assert f'href="{at}/milestones/{milestone.id}"' in box and "Open the milestone" in box


def test_new_work_asks_for_its_first_milestone_and_nothing_is_due_after_its_end(
    cast: World, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        collaboration = signed(cast).collaboration
        ends = collaboration.agreement.binding.ends_on
    here, startup = f"/collaborations/{collaboration.id}", signed_in(cast.memberships["startup_owner"])
    page = startup.get(here).text
    assert "The parties plan the first milestone" in page and "hands in the final report" not in page
    fields = {"title": "Ten pipes fitted", "owner_id": cast.startup.id, "note": "As drawn."}
    new = f"{here}/milestones/new"
    late = post(startup, new, new, **fields, due_on=(ends + timedelta(days=1)).isoformat())
    assert late.status_code == 422 and "The agreement ends on" in late.text and "As drawn." in late.text
    assert post(startup, new, new, **fields, due_on=ends.isoformat()).status_code == 303


def test_milestone_is_due_once_the_work_has_begun(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration, young = signed(cast).collaboration, confirmed(cast)
        judged = milestone_of(collaboration, "not_met", days=200)
    here = f"/collaborations/{collaboration.id}"
    startup, company = signed_in(cast.memberships["startup_owner"]), signed_in(cast.memberships["company_owner"])
    fields = {"title": "Ten pipes fitted", "owner_id": cast.startup.id, "due_on": "2020-01-01", "note": "As drawn."}
    refused = post(startup, f"{here}/milestones/new", f"{here}/milestones/new", **fields)
    assert refused.status_code == 422 and "The work begins on 4 January 2027 at the earliest" in refused.text
    assert all(kept in refused.text for kept in ("Ten pipes fitted", "2020-01-01", "As drawn."))
    early = post(startup, here, f"/collaborations/{young.id}/milestones/new", **fields)
    assert early.status_code == 422 and "The work begins on" in early.text
    fits = {**fields, "due_on": "2027-01-04"}
    assert post(startup, here, f"{here}/milestones/new", **fits).status_code == 303
    with rows():
        found = db.session.scalars(select(Milestone).where(Milestone.title == "Ten pipes fitted")).one()
    at = f"{here}/milestones/{found.id}"
    asked = post(startup, at, f"{at}/changes", **fields, reason="Winter.")
    assert asked.status_code == 422 and "The work begins on" in asked.text and "Winter." in asked.text
    again = f"{here}/milestones/{judged.id}"
    late = post(company, again, f"{again}/rescheduling", due_on="2020-01-01", reason="Winter.")
    assert late.status_code == 422 and "The work begins on" in late.text and "Winter." in late.text


def test_report_opinion_result_and_next_step_by_the_pages(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = signed(cast).collaboration
    here = f"/collaborations/{collaboration.id}"
    startup, company, staff = (signed_in(cast.memberships[r]) for r in ("startup_owner", "company_owner", "manager"))
    assert post(startup, f"{here}/report", f"{here}/report", goals="Leaks", reached="").status_code == 422
    assert post(startup, f"{here}/report", f"{here}/report", goals="Leaks", reached="Nine").status_code == 303
    assert post(startup, here, f"{here}/report-handover").status_code == 303
    assert post(company, f"{here}/opinion", f"{here}/opinion", opinion="Useful.").status_code == 303
    assert post(staff, here, f"{here}/result", result="partial", reason="").status_code == 422
    assert post(staff, here, f"{here}/result", result="partial", reason="Nine of ten.").status_code == 303
    assert post(staff, here, f"{here}/follow-up").status_code == 409
    assert post(company, f"{here}/next-step", f"{here}/next-step", next_step="buy", words="Forty.").status_code == 303
    assert post(staff, here, f"{here}/follow-up").status_code == 303
    page = company.get(here).get_data(as_text=True)
    assert "Nine of ten." in page and "What comes next: Buy" in page and "Completed the agreement" in page


def test_risk_needs_a_reason_that_all_read(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = begun(cast)
    here = f"/collaborations/{collaboration.id}"
    startup, company = signed_in(cast.memberships["startup_owner"]), signed_in(cast.memberships["company_owner"])
    assert post(startup, here, f"{here}/risk", reason=" ").status_code == 422
    assert post(startup, here, f"{here}/risk", reason="The rig is late.").status_code == 303
    page = company.get(here).get_data(as_text=True)
    assert "At risk" in page and "The rig is late." in page
    assert post(company, here, f"{here}/suspension", reason="No.").status_code == 403


def test_early_end_by_the_page(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = signed(cast).collaboration
    here = f"/collaborations/{collaboration.id}"
    staff = signed_in(cast.memberships["manager"])
    fields = {"ended_by": "company", "cause": "outside", "reason": "Flooded.", "settlement": ""}
    page = f"{here}/termination"
    assert post(staff, page, page, **fields).status_code == 422
    assert post(staff, page, page, **{**fields, "settlement": "Half is paid."}).status_code == 303
    shown = staff.get(here).get_data(as_text=True)
    assert "Half is paid." in shown and "Terminated the agreement" in shown
    assert staff.get(page).status_code == 409


def test_outcome_by_the_pages_to_the_public(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = begun(cast)
    here = f"/collaborations/{collaboration.id}"
    startup, company, staff = (signed_in(cast.memberships[r]) for r in ("startup_owner", "company_owner", "manager"))
    claim = {**{k: str(v) for k, v in CLAIM.items()}, "may_publish": "y"}
    new = f"{here}/outcomes/new"
    for bad in ("javascript:alert(1)", "ftp://files.example", "https://", "news"):
        assert post(startup, new, new, **{**claim, "evidence_url": bad}).status_code == 422
    assert post(startup, new, new, **claim).status_code == 303
    with rows():
        outcome = db.session.query(Outcome).one()
    at = f"{here}/outcomes/{outcome.id}"
    assert post(company, here, f"{at}/countersignature", consents="y").status_code == 303
    assert post(staff, here, f"{at}/verification").status_code == 303
    assert post(staff, here, f"{at}/publication").status_code == 303
    fix = {**claim, "value": "60000000", "reason": "A zero was missing."}
    assert post(startup, f"{at}/correction", f"{at}/correction", **fix).status_code == 303
    page = company.get(here).get_data(as_text=True)
    assert "60,000,000" in page and "50,000,000" in page and "Corrected since" in page


def test_note_is_written_once_per_drawing(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        collaboration = begun(cast)
    here = f"/collaborations/{collaboration.id}"
    browser = signed_in(cast.memberships["startup_owner"])
    assert post(browser, here, f"{here}/notes", text="").status_code == 422
    for _ in range(2):
        assert post(browser, here, f"{here}/notes", text="Fitted <b>six</b>.", once="one").status_code == 303
    page = browser.get(here).get_data(as_text=True)
    assert page.count("Fitted &lt;b&gt;six&lt;/b&gt;.") == 1


def test_page_costs_the_same_for_one_and_three_of_each(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]
) -> None:
    def made(many: int) -> Collaboration:
        with rows():
            agreement = signed(cast)
            for n in range(many):
                milestone_of(agreement.collaboration, days=n)
                outcome = outcome_of(cast)
                outcome.collaboration = agreement.collaboration
                milestones.write_note(agreement.collaboration, cast.actor("startup_owner"), text=f"Note {n}")
            return agreement.collaboration

    one, three = made(1), made(3)
    browser = signed_in(cast.memberships["manager"])
    seen = []
    for collaboration in (one, three):
        with count_queries() as statements:
            assert browser.get(f"/collaborations/{collaboration.id}").status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1]
    assert seen[1] <= 15


def test_list_costs_the_same_for_one_and_three(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]
) -> None:
    browser, seen = signed_in(cast.memberships["manager"]), []
    for _ in range(2):
        with rows():
            begun(cast)
            if seen:
                begun(cast)
        with count_queries() as statements:
            assert browser.get("/collaborations").status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 15
