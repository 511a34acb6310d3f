"""An import in the browser, from the file to the undone import."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from flask import Flask

from marketplace.challenges.models import Challenge
from marketplace.imports import job as working
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.refusals import BATCH
from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.kernel.relay import MAX_ATTEMPTS
from tests.calls.cast import make_call
from tests.forms import carried, token_in
from tests.imports.desk import LEAK, imported, let_work, lines, press, rows_of, send, sent, tried
from tests.world import Rows, SignedIn, World


def version_in(page: str) -> str:
    return re.findall(r'<input[^>]*name="version"[^>]*value="(\d+)"', page)[0]


def challenges() -> int:
    return db.session.query(Challenge).count()


def test_import_goes_from_a_file_to_records_and_back(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        manager, before = World.kept().memberships["manager"], challenges()
    browser = signed_in(manager)
    reply = send(browser, lines(LEAK, {**LEAK, "id": "c2", "closes": "soon"}, "{"))
    assert reply.status_code == 303
    at = reply.location
    assert "The file is being read" in browser.get(at).text
    let_work(app)
    assert "Match the columns" in browser.get(at).text
    page = browser.get(f"{at}/columns").text
    assert "Find leaks." in page and "“soon” is not a day" in page
    chosen = dict(re.findall(r'<select[^>]*name="(column_\w+)"[^>]*>.*?<option selected value="(\d*)"', page, re.S))
    reply = press(browser, f"{at}/columns", version=version_in(page), **chosen)
    assert reply.status_code == 303, reply.text
    let_work(app)
    page = browser.get(at).text
    assert "“soon” is not a day. Write it as 2026-03-31." in page and "The line is not JSON." in page
    with rows():
        assert challenges() == before
    assert press(browser, f"{at}/run", version=version_in(page)).status_code == 303
    let_work(app)
    page = browser.get(at).text
    assert "Undo the import of" in page and "It removes one challenge." in page
    with rows():
        assert challenges() == before + 1
    refused = browser.get(f"{at}/refusals.csv").text
    assert refused.splitlines()[1].startswith('2,"closes: “soon” is not a day.')
    assert press(browser, f"{at}/reversal", version=version_in(page)).status_code == 303
    assert "Undone as a whole" in browser.get(at).text
    with rows():
        assert challenges() == before
    assert "file.jsonl" in browser.get("/imports").text
    assert token_in(browser.get("/imports/new").text)


def a_file(app: Flask, rows: Rows, role: str = "manager", count: int = 1) -> int:
    """A file that was read; its import's id."""
    with rows():
        actor = World.kept().actor(role)
        return int(sent(actor, lines(*({**LEAK, "id": f"{role}{n}"} for n in range(count)))).id)


def test_import_of_another_centre_is_nowhere(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    id = a_file(app, rows)
    with rows():
        world = World.kept()
        roles = ("foreign_manager", "cooperating_manager", "foreign_network_staff")
        others = [world.memberships[role] for role in roles]
        watcher = world.memberships["network_staff"]
    for other in others:
        browser = signed_in(other)
        assert "file.jsonl" not in browser.get("/imports").text
        for path in ("", "/columns", "/refusals.csv"):
            assert browser.get(f"/imports/{id}{path}").status_code == 404
        assert press(browser, f"/imports/{id}/disposal").status_code == 404
    browser = signed_in(watcher)
    assert "file.jsonl" in browser.get("/imports").text
    assert "Match the columns" in browser.get(f"/imports/{id}").text
    assert press(browser, f"/imports/{id}/disposal").status_code == 403


def test_first_rows_are_shown_through_what_was_chosen(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    id = a_file(app, rows)
    with rows():
        manager = World.kept().memberships["manager"]
    browser = signed_in(manager)
    drawn = carried(browser.get(f"/imports/{id}/columns").text, f"/imports/{id}/columns")
    page = press(browser, f"/imports/{id}/columns", preview="1", column_title="2", constant_language="fr").text
    assert "City of Springs" in page.partition('id="preview"')[2]
    assert "Left out, since no field is told by them:" in page and "<b>description</b>" in page
    reply = press(browser, f"/imports/{id}/columns", **drawn, column_title="2", constant_language="fr")
    assert (reply.status_code, "Choose a column, or write one value for all rows." in reply.text) == (422, True)
    reply = press(browser, f"/imports/{id}/columns", **drawn, column_title="77")
    assert reply.status_code == 422


def test_double_press_makes_one_import(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    browser = signed_in(manager)
    replies = [send(browser, lines(LEAK), once="the same drawing") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [303, 303]
    assert replies[0].location == replies[1].location
    with rows():
        assert db.session.query(Import).count() == 1


def test_progress_is_a_fragment_that_ends_with_the_page(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    browser = signed_in(manager)
    at = send(browser, lines(LEAK)).location
    part = browser.get(at, headers={"HX-Request": "true"})
    assert "<html" not in part.text and 'hx-trigger="every 1s"' in part.text
    let_work(app)
    assert browser.get(at, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_work_that_fails_says_when_it_is_tried_again_and_can_be_left(
    app: Flask, rows: Rows, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    browser = signed_in(manager)
    at = send(browser, lines(LEAK)).location
    assert "last try failed" not in browser.get(at).text

    def fails(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(working, "_reading", fails)
    let_work(app)
    assert "The last try failed" in browser.get(at).text
    with rows():
        db.session.query(Outbox).filter(Outbox.attempts > 0).update({"attempts": MAX_ATTEMPTS})
    page = browser.get(at).text
    assert "It came to a halt" in page and "It failed 8 times" in page
    assert press(browser, f"{at}/disposal", version=version_in(page)).status_code == 303
    monkeypatch.undo()
    with rows():
        db.session.query(Outbox).filter(Outbox.attempts > 0).update({"attempts": 0, "due_at": db.func.now()})
    let_work(app)
    with rows():
        job = db.session.query(Import).one()
        assert (job.state, db.session.query(ImportRow).count()) == ("discarded", 0)


def test_large_file_is_taken_and_a_larger_one_refused(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        memberships = World.kept().memberships
        manager, startup = memberships["manager"], memberships["startup_owner"]
    browser = signed_in(manager)
    line = lines({**LEAK, "description": "x" * 10_000}) + b"\n"
    assert send(browser, line * 1100).status_code == 303
    reply = send(browser, line * 2100)
    assert (reply.status_code, "larger than 20 MB" in reply.text) == (422, True)
    assert send(browser, line * 6000).status_code == 413
    assert send(signed_in(startup), line * 600).status_code == 413


def test_form_says_what_is_missing(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        browser = signed_in(World.kept().memberships["manager"])
    for fields, words in (
        ({"kind": "candidates", "call": "999999"}, "Not a valid choice"),
        ({"kind": "candidates"}, "Choose a call that your centre manages"),
        ({"kind": "draft_calls"}, "Choose a programme"),
        ({"kind": "anything"}, "Not a valid choice"),
        ({"encoding": "klingon"}, "Not a valid choice"),
    ):
        reply = send(browser, lines(LEAK), **fields)
        assert (fields, reply.status_code, words in reply.text) == (fields, 422, True)


def test_refused_rows_are_sent_after_the_request_has_ended(
    app: Flask, rows: Rows, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rows():
        world = World.kept()
        browser, actor = signed_in(world.memberships["manager"]), world.actor("manager")
        bad = [{**LEAK, "id": str(number), "closes": "soon"} for number in range(BATCH + 1)]
        id = tried(sent(actor, lines(*bad)), actor).id
        db.session.commit()
    monkeypatch.setitem(db.session.session_factory.kw, "expire_on_commit", True)  # as the product's own sessions are
    told = browser.get(f"/imports/{id}/refusals.csv", headers={"Accept-Language": "fr"}).text.splitlines()
    assert (len(told), told[0][:16]) == (BATCH + 2, '\ufeff"Ligne";"Motif"')
    assert {line.partition(";")[0] for line in told[1:]} == {str(number) for number in range(1, BATCH + 2)}


def test_column_at_fault_is_named_as_the_file_names_it(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    late = {**LEAK, "id": "1", "opens": "2026-02-02", "closes": "2026-02-01"}
    with rows():
        world = World.kept()
        browser, actor = signed_in(world.memberships["manager"]), world.actor("manager")
        id = tried(sent(actor, lines(late, {**LEAK, "closes": "soon"})), actor).id
    told = browser.get(f"/imports/{id}/refusals.csv").text.splitlines()
    assert told[1].startswith('1,"closes: It would close before it opens.') and told[2].startswith('2,"closes: ')


def test_refused_rows_cannot_compute_in_a_spreadsheet(app: Flask, rows: Rows, signed_in: SignedIn) -> None:
    evil = {**LEAK, "id": "=1+1", "title": "@SUM(A1)", "sponsor": "-2+3", "closes": "soon", "prize": -5}
    with rows():
        world = World.kept()
        browser, actor = signed_in(world.memberships["manager"]), world.actor("manager")
        id = tried(sent(actor, lines(evil)), actor).id
    told = browser.get(f"/imports/{id}/refusals.csv").text
    row = next(csv.reader(io.StringIO(told.splitlines()[1])))
    assert [cell for cell in row if cell.startswith(("=", "@", "+")) or cell == "-2+3"] == []
    assert {"'=1+1", "'@SUM(A1)", "'-2+3", "-5"} <= set(row)


@pytest.mark.parametrize("kind", ["reference_challenges", "candidates", "reference_calls", "draft_calls"])
def test_template_can_be_sent_as_it_is(app: Flask, rows: Rows, signed_in: SignedIn, kind: str) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    browser = signed_in(manager)
    found = [browser.get(f"/imports/templates/{kind}.{format}").data for format in ("csv", "xlsx")]
    with rows():
        world = World.kept()
        where = {"candidates": {"call": make_call(world.programme)}, "reference_calls": {"kind": kind},
                 "draft_calls": {"kind": kind, "target": world.programme}}.get(kind, {})  # fmt: skip
        for data, name in zip(found, ("a.csv", "a.xlsx"), strict=True):
            job = tried(sent(world.actor("manager"), data, name, **where), world.actor("manager"))
            wrong = [reason["code"] for row in rows_of(job) for reason in row.reasons]
            assert (job.state, wrong) in (("checked", []), ("checked", ["decision_early"]))


def test_lists_cost_the_same_for_one_and_three(app: Flask, rows: Rows, signed_in: SignedIn, count_queries: Any) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    browser, counted = signed_in(manager), []
    for _ in range(2):
        a_file(app, rows)
        browser.get("/imports")
        with count_queries() as seen:
            assert browser.get("/imports").status_code == 200
        counted.append(len(seen))
        a_file(app, rows)
    assert counted[0] == counted[1] <= 15


def test_pages_of_an_import_cost_the_same_for_one_and_three_rows(
    app: Flask, rows: Rows, signed_in: SignedIn, count_queries: Any
) -> None:
    with rows():
        world = World.kept()
        browser, actor = signed_in(world.memberships["manager"]), world.actor("manager")
        good = [imported(actor, lines(*({**LEAK, "id": f"{size}{n}"} for n in range(size)), "{")).id for size in (1, 3)]
        read = [sent(actor, lines(*({**LEAK, "id": f"r{n}"} for n in range(size)))).id for size in (1, 3)]
    for paths in ([f"/imports/{id}" for id in good], [f"/imports/{id}/columns" for id in read]):
        counted = []
        for path in paths:
            browser.get(path)
            with count_queries() as seen:
                assert browser.get(path).status_code == 200
            counted.append(len(seen))
        assert counted[0] == counted[1] <= 15, counted
