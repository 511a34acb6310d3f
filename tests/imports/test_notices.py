"""Calls of other programmes: read as reference records, never applied to, told or indexed, and taken back whole."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from marketplace.applications import guards
from marketplace.calls.models import Call, CallText
from marketplace.calls.queries import state_at
from marketplace.imports import reversal
from marketplace.imports.models import Import
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications.models import Notification
from tests.imports.desk import LEAK, fresh, imported, let_work, lines, press, rows_of, send, sent, tried
from tests.imports.test_views import version_in
from tests.world import Rows, SignedIn, World

NOTICE = {
    "id": "f7", "title": "Quiet ports fund", "description": "Grants for <b>quiet</b> cranes.", "language": "en",
    "eligibility": "Firms with a berth.", "opens": "2020-01-01", "closes": "2039-02-01", "prize": "500000",
    "currency": "EUR", "url": "https://ports.example/f7", "source": "Fund of ports", "licence": "CC BY 4.0",
}  # fmt: skip


def stored() -> tuple[int, ...]:
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(m)) or 0 for m in (Call, CallText))


def outcomes(job: Import) -> list[str | None]:
    return [row.outcome for row in rows_of(job)]


def brought(world: World, *notices: dict[str, Any]) -> Import:
    return imported(world.actor("broker"), lines(*notices), kind="reference_calls")


def call_of(job: Import, place: int = 0) -> Call:
    return db.session.get_one(Call, rows_of(job)[place].subject_id)


def test_notice_says_what_its_row_says_and_nobody_is_told(world: World) -> None:
    about_others = sa.select(sa.func.count()).select_from(Notification).where(Notification.subject_type != "import")
    told = db.session.scalar(about_others)
    job = brought(world, NOTICE, {**NOTICE, "id": "f8", "title": "", "prize": "", "opens": "2038-01-01"})
    call, second = call_of(job), call_of(job, 1)
    assert (call.is_reference, call.is_notice, call.programme_id, call.stages) == (True, True, None, [])
    assert (call.source, call.source_id, call.source_url) == ("Fund of ports", "f7", "https://ports.example/f7")
    assert (call.licence, call.currency, call.budget and int(call.budget)) == ("CC BY 4.0", "EUR", 500_000)
    text = call.texts["en"]
    assert (text.title, text.subject, text.eligibility) == (
        "Quiet ports fund",
        "Grants for quiet cranes.",
        "Firms with a berth.",
    )
    assert (second.texts["en"].title, second.currency) == ("Grants for quiet cranes.", None)
    ids = [call.id, second.id]
    assert (
        db.session.scalars(sa.select(Event.id).where(Event.subject_type == "call", Event.subject_id.in_(ids))).all()
        == []
    )
    assert db.session.scalar(about_others) == told


def test_notice_is_open_only_while_its_own_dates_say_so(world: World) -> None:
    dates = [("2020-01-01", "2039-01-01"), ("", "2039-01-01"), ("2038-01-01", "2039-01-01"), ("2020-01-01", ""),
             ("", ""), ("2020-01-01", "2020-02-01")]  # fmt: skip
    job = brought(world, *({**NOTICE, "id": str(n), "opens": a, "closes": b} for n, (a, b) in enumerate(dates)))
    now, calls = clock.now(), [call_of(job, n) for n in range(len(dates))]
    found = [call.state_at(now) for call in calls]
    assert found == ["open", "open", "published", "closed", "closed", "closed"]
    by_id = dict(db.session.execute(sa.select(Call.id, state_at(now)).where(Call.is_reference)).all())
    assert [by_id[call.id] for call in calls] == found


def test_notice_takes_no_application(world: World) -> None:
    call = call_of(brought(world, NOTICE))
    assert guards.why_closed(call, None, clock.now())


def test_file_twice_changes_nothing_and_another_centre_changes_nothing(world: World) -> None:
    job = brought(world, NOTICE)
    call, before = call_of(job), stored()
    assert outcomes(brought(world, NOTICE)) == ["unchanged"]
    other = imported(world.actor("foreign_manager"), lines({**NOTICE, "title": "Ours"}), kind="reference_calls")
    assert [reason["code"] for reason in rows_of(other)[0].reasons] == ["not_yours"]
    assert (stored(), call_of(job).texts["en"].title) == (before, "Quiet ports fund")
    assert call.id == call_of(job).id


def test_source_keeps_its_challenges_beside_its_notices(world: World) -> None:
    actor = world.actor("manager")
    brought(world, {**NOTICE, "source": LEAK["source"]}, {**NOTICE, "id": "f9", "source": LEAK["source"]})
    assert outcomes(imported(actor, lines(LEAK))) == ["added"]
    assert outcomes(imported(actor, lines(LEAK, {**LEAK, "id": "c2"}))) == ["unchanged", "added"]
    held = db.session.scalars(sa.select(Call).where(Call.source == LEAK["source"], Call.source_id.is_(None))).one()
    assert (held.is_reference, held.is_notice, held.state_at(clock.now())) == (True, False, "open")


def test_trial_names_what_is_wrong_and_writes_nothing(world: World) -> None:
    actor, before = world.actor("broker"), stored()
    wrong = [{"closes": "2019-01-01"}, {"currency": ""}, {"title": "", "description": ""}, {"url": "ports"}]
    job = tried(
        sent(actor, lines(*({**NOTICE, "id": str(n)} | w for n, w in enumerate(wrong))), kind="reference_calls"), actor
    )
    found = [[reason["code"] for reason in row.reasons] for row in rows_of(job)]
    assert found == [["day_order"], ["no_currency"], ["no_words"], ["not_a_link"]]
    assert stored() == before


def test_undo_removes_what_came_and_gives_back_what_was(world: World) -> None:
    actor = world.actor("broker")
    first = brought(world, NOTICE)
    before = stored()
    again = brought(
        world, {**NOTICE, "title": "Loud ports", "closes": "2031-03-01", "prize": 7, "url": ""}, {**NOTICE, "id": "new"}
    )
    assert outcomes(again) == ["changed", "added"]
    assert call_of(again).texts["en"].title == "Loud ports"
    assert reversal.dependents(fresh(first))  # the later import holds the same record
    counts = reversal.undo_import(fresh(again), actor)
    assert (counts["removed"], counts["restored"], stored()) == (1, 1, before)
    call = db.session.scalars(sa.select(Call).where(Call.source_id == "f7")).one()
    assert (call.texts["en"].title, call.source_url) == ("Quiet ports fund", "https://ports.example/f7")
    assert call.closes_at is not None and (call.closes_at.year, call.budget and int(call.budget)) == (2039, 500_000)


def test_notice_is_shown_as_a_reference_and_nowhere_else(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        browsers = [signed_in(None), signed_in(world.memberships["startup_owner"])]
        id = call_of(brought(world, NOTICE)).id
    link = f'href="/calls/{id}"'
    for browser in browsers:
        answer = browser.get(f"/calls/{id}")
        page = answer.text
        for words in ("Quiet ports fund", "Grants for quiet cranes.", "Firms with a berth.", "500,000 EUR",
                      "Source: Fund of ports.", "Licence: CC BY 4.0.", 'href="https://ports.example/f7"',
                      "This is a reference record: nobody applies to it here."):  # fmt: skip
            assert words in page, words
        assert answer.headers["X-Robots-Tag"] == "noindex" and 'content="noindex"' in page
        assert "/applications" not in page.split("<main", 1)[1]
        for path in ("/calls", "/calls?status=past", "/calls?status=reference&track=top_down", "/calls?q=cranes"):
            assert link not in browser.get(path).text, path
        found = browser.get("/calls?status=reference&q=cranes").text
        assert link in found and "Reference record" in found and "CC BY 4.0" in found
        assert link in browser.get("/search?q=cranes").text
    closed = browsers[1].get(f"/calls/{id}/applications/new").text.split("<main", 1)[1]
    assert "nobody applies to it here" in closed and 'name="once"' not in closed
    browser = browsers[0]
    assert f"/calls/{id}<" not in browser.get("/sitemaps/calls/1.xml").text
    for status in ("open", "upcoming", "closed"):
        assert id not in [row["id"] for row in browser.get(f"/api/v1/calls?status={status}").json["data"]]
    (row,) = [row for row in browser.get("/api/v1/calls?status=reference").json["data"] if row["id"] == id]
    assert (row["status"], row["state"], row["track"], row["source"], row["source_url"], row["licence"]) == (
        "reference", "open", None, "Fund of ports", "https://ports.example/f7", "CC BY 4.0",
    )  # fmt: skip


def test_notices_go_from_a_file_to_the_list_and_back(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        browser = signed_in(World.kept().memberships["broker"])
    at = send(browser, lines(NOTICE, {**NOTICE, "id": "f8"}), kind="reference_calls").location
    let_work(app)
    page = browser.get(f"{at}/columns").text
    assert "Calls of other programmes as reference records" in page and "Text of the notice" in page
    names = ("id", "title", "description", "eligibility", "language", "opens", "closes", "prize", "currency", "url",
             "source", "licence")  # fmt: skip
    chosen = {f"column_{name}": str(list(NOTICE).index(name)) for name in names}
    assert press(browser, f"{at}/columns", version=version_in(page), **chosen).status_code == 303
    let_work(app)
    assert press(browser, f"{at}/run", version=version_in(browser.get(at).text)).status_code == 303
    let_work(app)
    page = browser.get(at).text
    assert "See the calls on record" in page and "It removes 2 calls." in page
    assert "Quiet ports fund" in browser.get("/calls?status=reference").text
    assert press(browser, f"{at}/reversal", version=version_in(page)).status_code == 303
    assert "Quiet ports fund" not in browser.get("/calls?status=reference").text


def test_list_of_notices_costs_the_same_for_one_and_three(rows: Rows, signed_in: SignedIn, count_queries: Any) -> None:
    browser, counted = signed_in(None), []
    for number in (1, 2):
        with rows():
            brought(World.kept(), *({**NOTICE, "id": f"{number}.{n}"} for n in range(number)))
        browser.get("/calls?status=reference&page=1")
        with count_queries() as seen:
            browser.get(f"/calls?status=reference&q=cranes{' ' * number}")
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 15
