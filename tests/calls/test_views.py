"""Pages of calls, programmes, centres and networks: who sees them, what they say, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.calls.models import NOTICE, Award, Call, EligibilityRule, Sanction
from marketplace.calls.stages import local_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Programme
from tests.calls.cast import close_call, make_call
from tests.forms import hidden, send
from tests.network.cast import make_centre, make_programme
from tests.network.pages import READERS, browser, clock_today, text
from tests.world import Rows, SignedIn, World

Counter = Callable[[], AbstractContextManager[list[str]]]


def test_public_list_shows_open_calls_with_their_deadline(client: FlaskClient, cast: World, rows: Rows) -> None:
    with rows():
        open_call, draft = make_call(cast.programme), make_call(cast.programme, state="draft")
        closed = make_call(cast.programme, opens=-9, closes=-1)  # its job has not run: the clock counts
        reference = make_call(cast.programme, is_reference=True, source="elsewhere")
    page = text(client, "/calls")
    assert (f'href="/calls/{open_call.id}"' in page and "in 1 week" in page) or "in 10 days" in page
    for hidden_call in (draft, closed, reference):
        assert f'href="/calls/{hidden_call.id}"' not in page
    assert f'href="/calls/{closed.id}"' in text(client, "/calls?status=past")
    assert f'href="/calls/{reference.id}"' in text(client, "/calls?status=reference")
    assert f'href="/calls/{draft.id}"' not in text(client, "/calls?status=draft")


def test_list_filters_by_track_region_and_centre(client: FlaskClient, cast: World, rows: Rows) -> None:
    with rows():
        here = make_call(cast.programme, track="on_demand")
        there = make_call(make_programme(make_centre(region="KR-26")), track="follow_up")
    for query in ("track=on_demand", "region=KR-27", f"centre={cast.centre.slug}"):
        page = text(client, f"/calls?{query}")
        assert f'href="/calls/{here.id}"' in page and f'href="/calls/{there.id}"' not in page
    assert "No call fits these filters" in text(client, "/calls?track=bottom_up")
    for nonsense in ("track=%27", "status=x", "region=x&page=99", "page=-1"):
        assert client.get(f"/calls?{nonsense}").status_code == 200


def test_list_answers_a_fragment_to_htmx(client: FlaskClient, cast: World) -> None:
    answer = client.get("/calls", headers={"HX-Request": "true"})
    assert "<html" not in answer.get_data(as_text=True)
    assert 'id="calls"' in answer.get_data(as_text=True)
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("address", ["/calls", "/programmes", "/centres"])
def test_lists_cost_the_same_for_one_and_three_rows(
    app: Flask, cast: World, rows: Rows, count_queries: Counter, address: str
) -> None:
    counts = []
    for number in (1, 2):
        with rows():
            for _ in range(number):
                make_call(make_programme(cast.centre, [cast.cooperating]))
        client = browser(app, cast, "manager")
        with count_queries() as seen:
            page = text(client, address)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15
    assert len(page) < 100_000


def test_call_page_tells_everything_in_public(client: FlaskClient, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, decisions_by=clock.today("Asia/Seoul") + timedelta(days=30))
        call.rules.append(EligibilityRule(position=2, kind="region", params={"regions": ["KR-27", "KR-26"]}))
        call.rules.append(EligibilityRule(position=3, kind="age", params={"years": 7}))
    page = text(client, f"/calls/{call.id}")
    for name in NOTICE[1:]:
        assert f"Words on {name}." in page
    for words in (
        "Open to startups only",
        "Headquarters in Daegu or Busan",
        "At most 7 years old on the notice date",
        "Startups apply to a challenge by",
        "100,000,000 KRW",
        "1 application",
        "Own contribution of the startup",
        "Answers are promised by",
    ):
        assert words in page, words
    assert "csrf_token" not in page and "Work on this call" not in page


def test_call_page_says_next_step_in_every_state(client: FlaskClient, cast: World, rows: Rows) -> None:
    said = {
        "published": "Applications open on",
        "open": "Startups apply to a challenge by",
        "closed": "The managing centre decides",
        "decided": "The selected pairs and the centre agree",
        "running": "Companies and startups work together",
        "closed_out": "This call is complete",
        "cancelled": "This call was cancelled",
    }
    for state, words in said.items():
        with rows():
            call = make_call(cast.programme, state=state, **({"opens": 2} if state == "published" else {}))
        assert words in text(client, f"/calls/{call.id}"), state


def test_reference_call_says_so_and_is_not_indexed(client: FlaskClient, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, is_reference=True, source="open-data-portal")
    answer = client.get(f"/calls/{call.id}")
    page = answer.get_data(as_text=True)
    assert "These are reference records" in page and "open-data-portal" in page
    assert answer.headers["X-Robots-Tag"] == "noindex" and 'content="noindex"' in page


def test_draft_is_seen_by_staff_of_its_programme_alone(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    seen = {role for role in READERS if browser(app, cast, role).get(f"/calls/{call.id}").status_code == 200}
    assert seen == {"manager", "broker", "cooperating_manager", "network_staff"}


def test_amendment_is_public_with_its_reason(app: Flask, cast: World, rows: Rows, client: FlaskClient) -> None:
    with rows():
        call = make_call(cast.programme)
    staff, address = browser(app, cast, "broker"), f"/calls/{call.id}/amendments/new"
    page = text(staff, address)
    words = {f"{name}_en": f"Words on {name}." for name in NOTICE}
    shown = local_of(call.closes_at, "Asia/Seoul")
    assert shown is not None
    version, same = hidden(page, "version"), {"title_en": call.texts["en"].title, "main_locale": "en"}
    nothing = send(
        staff, page, address, version=version, closes_at=f"{shown:%Y-%m-%dT%H:%M}", reason="Why", **words | same
    )
    assert nothing.status_code == 422 and "Nothing is changed yet" in nothing.get_data(as_text=True)
    earlier = f"{shown - timedelta(days=1):%Y-%m-%dT%H:%M}"
    refused = send(staff, page, address, version=version, closes_at=earlier, reason="Why", **words | same)
    assert refused.status_code == 422 and "can only move later" in refused.get_data(as_text=True)
    later = f"{shown + timedelta(days=5):%Y-%m-%dT%H:%M}"
    changed = words | same | {"contact_en": "Ask the desk"}
    done = send(staff, page, address, version=version, closes_at=later, reason="A holiday week.", **changed)
    assert done.status_code == 303
    public = text(client, f"/calls/{call.id}")
    for said in ("A holiday week.", "The deadline moved to", "Words corrected: Contact", "Ask the desk"):
        assert said in public


def test_amendment_moves_the_promised_day_or_is_refused(
    app: Flask, cast: World, rows: Rows, client: FlaskClient
) -> None:
    with rows():
        call = make_call(cast.programme)
        shown = local_of(call.closes_at, "Asia/Seoul")
        assert shown is not None
        call.decisions_by = shown.date() + timedelta(days=7)
    staff, address = browser(app, cast, "broker"), f"/calls/{call.id}/amendments/new"
    page = text(staff, address)
    sent = {f"{name}_en": f"Words on {name}." for name in NOTICE}
    sent |= {"title_en": call.texts["en"].title, "main_locale": "en", "version": hidden(page, "version")}
    sent |= {"closes_at": f"{shown + timedelta(days=30):%Y-%m-%dT%H:%M}", "reason": "A holiday month."}
    refused = send(staff, page, address, **sent)
    assert refused.status_code == 422 and "tick this to move that day too" in refused.text
    assert send(staff, page, address, shift="y", **sent).status_code == 303
    with app.app_context():
        assert db.session.get_one(Call, call.id).decisions_by == shown.date() + timedelta(days=37)
    public = text(client, f"/calls/{call.id}")
    assert public.count("Answers are promised by") == 2


def test_cancelled_and_reopened_calls_say_why(app: Flask, cast: World, rows: Rows, client: FlaskClient) -> None:
    with rows():
        call, other = make_call(cast.programme), close_call(make_call(cast.programme))
    staff = browser(app, cast, "manager")
    page = text(staff, f"/calls/{call.id}")
    silent = send(staff, page, f"/calls/{call.id}/cancellation")
    assert silent.status_code == 422
    done = send(staff, page, f"/calls/{call.id}/cancellation", reason="No funds.")
    assert done.status_code == 303
    assert "No funds." in text(client, f"/calls/{call.id}")
    page = text(staff, f"/calls/{other.id}/reopening")
    closes = f"{clock_today(app) + timedelta(days=3)}T10:00"
    done = send(
        staff,
        page,
        f"/calls/{other.id}/reopening",
        version=hidden(page, "version"),
        closes_at=closes,
        reason="Power cut.",
    )
    assert done.status_code == 303
    assert "Power cut." in text(client, f"/calls/{other.id}")
    assert browser(app, cast, "broker").get(f"/calls/{other.id}/reopening").status_code == 403


def test_call_opened_again_moves_the_promised_day_or_is_refused(
    app: Flask, cast: World, rows: Rows, client: FlaskClient
) -> None:
    with rows():
        call = close_call(make_call(cast.programme))
        before = local_of(call.closes_at, "Asia/Seoul")
        assert before is not None
        call.decisions_by = before.date() + timedelta(days=2)
    staff, address = browser(app, cast, "manager"), f"/calls/{call.id}/reopening"
    page = text(staff, address)
    sent = {"version": hidden(page, "version"), "reason": "Power cut."}
    sent["closes_at"] = f"{before + timedelta(days=5):%Y-%m-%dT%H:%M}"
    refused = send(staff, page, address, **sent)
    assert refused.status_code == 422 and "tick this to move that day too" in refused.text
    assert send(staff, page, address, shift="y", **sent).status_code == 303
    with app.app_context():
        call = db.session.get_one(Call, call.id)
        assert (call.state, call.decisions_by) == ("open", before.date() + timedelta(days=7))
    assert text(client, f"/calls/{call.id}").count("Answers are promised by") == 2


def test_copy_leads_to_one_new_draft(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme)
    staff = browser(app, cast, "manager")
    page = text(staff, f"/calls/{call.id}")
    once = hidden(page, "once", "/copies")
    first, second = (send(staff, page, f"/calls/{call.id}/copies", once=once).location for _ in range(2))
    assert first == second
    assert "Set the notice date" in text(staff, first)


def test_programme_is_set_up_by_a_manager(app: Flask, cast: World) -> None:
    got = {role: browser(app, cast, role).get("/programmes/new").status_code for role in READERS}
    managers = {"manager", "cooperating_manager", "foreign_manager"}
    assert got == {r: 303 if r == "anonymous" else 200 if r in managers else 403 for r in READERS}
    staff = browser(app, cast, "manager")
    page = text(staff, "/programmes/new")
    data = {"name_en": "Rivers", "name_ko": "강", "first_year": "2027", "last_year": "2026", "currency": "KRW"}
    wrong = send(staff, page, "/programmes/new", **data)
    assert wrong.status_code == 422 and "Rivers" in wrong.get_data(as_text=True)
    page = wrong.get_data(as_text=True)
    good = data | {"last_year": "2029", "budget": "1 000 000", "centre_ids": str(cast.cooperating.id)}
    done = send(staff, page, "/programmes/new", **good)
    assert done.status_code == 303
    id = int(done.location.rsplit("/", 1)[1])
    assert "No call yet" in text(staff, f"/programmes/{id}")
    page = text(staff, f"/programmes/{id}/edit")
    assert 'value="1,000,000"' in page
    done = send(staff, page, f"/programmes/{id}/edit", **good | {"name_en": "Lakes"})
    assert done.status_code == 303
    with app.app_context():
        stored = db.session.get_one(Programme, id)
        assert {c: t.name for c, t in stored.texts.items()} == {"en": "Lakes", "ko": "강"}
        assert [c.id for c in stored.cooperating_centres] == [cast.cooperating.id]
    seen = {r for r in READERS if browser(app, cast, r).get(f"/programmes/{id}").status_code == 200}
    assert seen == {"manager", "broker", "cooperating_manager", "network_staff"}


def test_centre_page_shows_its_open_calls_and_is_edited_by_its_manager(
    app: Flask, cast: World, rows: Rows, client: FlaskClient
) -> None:
    with rows():
        call = make_call(cast.programme)
    address = f"/centres/{cast.centre.slug}"
    assert f'href="/calls/{call.id}"' in text(client, address)
    got = {role: browser(app, cast, role).get(f"{address}/edit").status_code for role in READERS}
    assert got == {r: 303 if r == "anonymous" else 200 if r == "manager" else 403 for r in READERS}
    staff = browser(app, cast, "manager")
    page = text(staff, f"{address}/edit")
    data = {"time_zone": "Asia/Seoul", "languages": ["ko", "en"], "contact_name": "The desk", "contact_email": "x"}
    assert send(staff, page, f"{address}/edit", **data).status_code == 422
    good = data | {"contact_email": "desk@centre.example"}
    assert send(staff, page, f"{address}/edit", **good).status_code == 303
    assert "desk@centre.example" in text(client, address)


def test_network_page_is_public_and_its_work_is_for_its_own_staff(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme)
        draft, foreign = make_call(cast.programme, state="draft"), make_call(make_programme(cast.foreign_centre))
    address = f"/networks/{cast.network.slug}"
    readers = ("anonymous", "startup_owner", "evaluator", "manager", "network_staff", "foreign_network_staff")
    pages = {role: text(browser(app, cast, role), address) for role in readers}
    for page in pages.values():
        assert cast.centre.slug in page and cast.foreign_centre.slug not in page
        assert f'href="/calls/{call.id}"' in page
        assert f"/calls/{draft.id}" not in page and f"/calls/{foreign.id}" not in page
        assert 'class="region"' in page
    watching = {role for role, page in pages.items() if "Only its staff see these figures" in page}
    assert watching == {"network_staff"}
    assert browser(app, cast, "network_staff").get("/networks").location == address


def test_record_of_an_organisation_is_kept_by_managers(app: Flask, cast: World, signed_in: SignedIn) -> None:
    staff, base = signed_in(cast.memberships["manager"]), f"/organisations/{cast.startup.id}"
    page = text(staff, f"{base}/awards/new")
    data = {"title": "An earlier grant", "awarded_on": "2026-01-05", "programme_id": str(cast.programme.id)}
    data |= {"currency": "KRW"}
    for _ in range(2):
        assert send(staff, page, f"{base}/awards/new", **data).status_code == 303
    page = text(staff, f"{base}/sanctions/new")
    data = {"reason": "A copied plan.", "starts_on": "2026-01-05", "ends_on": "2099-01-05"}
    assert send(staff, page, f"{base}/sanctions/new", **data).status_code == 303
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        sanction = db.session.scalars(select(Sanction)).one()
        assert (award.programme_id, award.title) == (cast.programme.id, "An earlier grant")
        assert sanction.network_id == cast.network.id
    lifted = send(staff, page, f"{base}/sanctions/{sanction.id}/end", reason="Settled.")
    assert lifted.status_code == 303
    foreign = signed_in(cast.memberships["foreign_manager"])
    assert foreign.get(f"{base}/sanctions/new").status_code == 403
    page = text(foreign, "/settings")
    assert send(foreign, page, f"{base}/sanctions/{sanction.id}/end", reason="Mine").status_code == 403
    assert signed_in(cast.memberships["broker"]).get(f"{base}/awards/new").status_code == 403
    assert signed_in(cast.memberships["startup_owner"]).get(f"{base}/awards/new").status_code == 403


def test_an_award_recorded_by_mistake_leaves_the_page(app: Flask, cast: World) -> None:
    staff, base = browser(app, cast, "manager"), f"/organisations/{cast.startup.id}"
    form = text(staff, f"{base}/awards/new")
    data = {"title": "Grant of another firm", "currency": "KRW", "once": hidden(form, "once")}
    day = clock_today(app)
    early = send(staff, form, f"{base}/awards/new", awarded_on=str(day + timedelta(days=1)), **data)
    assert early.status_code == 422 and "This day is still to come" in early.get_data(as_text=True)
    form = text(staff, f"{base}/awards/new")
    data["once"] = hidden(form, "once")
    assert send(staff, form, f"{base}/awards/new", awarded_on=str(day), **data).status_code == 303
    page = text(staff, base)
    action = re.search(rf'action="({base}/awards/\d+/removal)"', page)
    assert action and "Grant of another firm" in page
    for role in ("cooperating_manager", "broker"):
        other = browser(app, cast, role)
        page = text(other, base)
        assert ("Grant of another firm" in page) == (role == "broker") and action[1] not in page
        assert send(other, page, action[1], reason="Mine.").status_code == 403
    page = text(staff, base)
    assert send(staff, page, action[1], reason="").status_code == 422
    assert send(staff, page, action[1], reason="Wrong firm.").status_code == 303
    assert "Grant of another firm" not in text(staff, base)
    assert send(staff, page, action[1], reason="Wrong firm.").status_code == 404
