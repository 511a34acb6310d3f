"""The editor of a call: its sections, its stages, its rules; nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.calls.models import NOTICE, Call
from marketplace.calls.stages import local_of
from marketplace.kernel.db import db
from tests.calls.cast import make_call
from tests.forms import hidden, send
from tests.network.pages import READERS, browser, clock_today, text
from tests.world import Rows, World

EDITING = ("edit", "edit/notice", "edit/money", "edit/stages", "edit/rules", "preview")


def test_editor_opens_for_managing_staff_alone(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    got = {
        role: [who.get(f"/calls/{call.id}/{path}").status_code for path in EDITING]
        for role, who in ((role, browser(app, cast, role)) for role in READERS)
    }
    expected = dict.fromkeys(READERS, 404) | {
        "anonymous": 303, "manager": 200, "broker": 200, "cooperating_manager": 403, "network_staff": 403,
    }  # fmt: skip
    assert got == {role: [status] * len(EDITING) for role, status in expected.items()}


@pytest.mark.parametrize("section", ["notice", "money", "stages", "rules"])
def test_published_call_offers_nothing_to_fill_in(app: Flask, cast: World, rows: Rows, section: str) -> None:
    with rows():
        call, draft = make_call(cast.programme), make_call(cast.programme, state="draft")
    staff = browser(app, cast, "manager")
    below = text(staff, f"/calls/{call.id}/edit/{section}").partition('class="tabs"')[2]
    before, found, rest = below.partition("<fieldset disabled")
    assert found and 'method="post"' not in before
    assert ('method="post"' in rest) is (section != "rules"), "rules of a published call are read alone"
    assert "<fieldset disabled" not in text(staff, f"/calls/{draft.id}/edit/{section}")


def test_call_is_built_published_and_read(app: Flask, cast: World, client: FlaskClient) -> None:
    staff = browser(app, cast, "manager")
    page = text(staff, f"/calls/new?programme={cast.programme.id}")
    once, data = hidden(page, "once"), {"title": "Quiet rivers", "locale": "fr", "track": "top_down"}
    answer = send(staff, page, "/calls", programme=cast.programme.id, once=once, **data)
    edit = answer.location
    assert answer.status_code == 303 and edit.endswith("/edit")
    again = send(staff, page, "/calls", programme=cast.programme.id, once=once, **data)
    assert again.location == edit  # a double press makes one
    id = int(edit.split("/")[2])
    assert "The notice still lacks" in text(staff, edit)
    notice = text(staff, f"/calls/{id}/edit/notice")
    words = {f"{name}_fr": f"Mots {name}" for name in NOTICE} | {"title_ko": "조용한 강"}
    saved = send(
        staff, notice, f"/calls/{id}/edit/notice", main_locale="fr", version=hidden(notice, "version"), **words
    )
    assert saved.status_code == 303
    money = text(staff, f"/calls/{id}/edit/money")
    wrong = send(staff, money, f"/calls/{id}/edit/money", award_amount="many", award_count="3")
    assert wrong.status_code == 422 and "many" in wrong.get_data(as_text=True)
    saved = send(
        staff, money, f"/calls/{id}/edit/money", version=hidden(money, "version"), award_count="3",
        award_amount="100,000,000", currency="KRW", budget="", own_contribution_percent="20",
        applications_per_startup="1", awards_per_startup="1", fit_role="advisory", identity_revealed="at_closing",
        grace_seconds="60", questions_close_days="4", answer_working_days="3",
    )  # fmt: skip
    assert saved.status_code == 303, saved.get_data(as_text=True)[:3000]
    stages = text(staff, f"/calls/{id}/edit/stages")
    today = clock_today(app)
    part = re.search(r'name="(stage_\d+)-', stages[stages.index("This window is the call") :])
    assert part
    window = {"opens_at": f"{today}T00:00", "closes_at": f"{today + timedelta(days=20)}T16:00"}
    saved = send(
        staff, stages, f"/calls/{id}/edit/stages", version=hidden(stages, "version"), notice_date=str(today),
        **{f"{part[1]}-{name}": value for name, value in window.items()},
    )  # fmt: skip
    assert saved.status_code == 303
    assert client.get(f"/calls/{id}").status_code == 404
    overview = text(staff, edit)
    assert "Everything is there" in overview
    assert "This is how the public will see the call" in text(staff, f"/calls/{id}/preview")
    assert "Publish the call “" in overview
    published = send(staff, overview, f"/calls/{id}/publication", version=hidden(overview, "version", "publication"))
    assert published.status_code == 303 and published.location == f"/calls/{id}"
    public = text(client, f"/calls/{id}?lang=ko")
    assert "조용한 강" in public and "16:00 KST" in public
    with app.app_context():
        call = db.session.get_one(Call, id)
        assert (call.state, call.time_zone, call.main_locale) == ("open", "Asia/Seoul", "fr")
        assert str(local_of(call.closes_at, "Asia/Seoul")) == f"{today + timedelta(days=20)} 16:00:00"


def test_two_editors_see_both_versions(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    first, second = browser(app, cast, "manager"), browser(app, cast, "broker")
    address = f"/calls/{call.id}/edit/notice"
    drawn = text(first, address)
    other = text(second, address)
    words = {f"{name}_en": f"Words on {name}." for name in NOTICE}
    version = hidden(drawn, "version")
    first_saved = send(first, drawn, address, main_locale="en", version=version, **words | {"subject_en": "Mine first"})
    assert first_saved.status_code == 303
    late = send(second, other, address, main_locale="en", version=version, **words | {"subject_en": "Mine too late"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "Mine first" in page and "Mine too late" in page


def test_stages_are_added_moved_and_removed_by_buttons(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    staff, base = browser(app, cast, "broker"), f"/calls/{call.id}"

    def press(path: str, **data: str) -> int:
        page = text(staff, f"{base}/edit/stages")
        status: int = send(staff, page, f"{base}/{path}", **data).status_code
        return status

    assert press("stages", **{"new-kind": "paper", "new-actor": "panel"}) == 303
    assert press("stages", **{"new-kind": "startups_apply", "new-actor": "startups"}) == 422
    ids = [stage.id for stage in call.stages]
    assert press(f"stages/{ids[1]}/position", direction="up") == 303
    assert press(f"stages/{ids[2]}/removal") == 303
    assert press("stages/1/removal") == 404
    with app.app_context():
        stored = db.session.get_one(Call, call.id)
        assert [stage.kind for stage in stored.stages] == ["screening", "startups_apply", "paper"]


# A button of the page of stages, and what it does beside.
BUTTONS = {"Save all": "edit/stages", "Add": "stages", "Move": "stages/{1}/position", "Remove": "stages/{2}/removal"}


@pytest.mark.parametrize("button", list(BUTTONS))
def test_every_button_of_the_stages_keeps_all_that_was_typed(app: Flask, cast: World, rows: Rows, button: str) -> None:
    with rows():
        call = make_call(cast.programme, state="draft", time_zone="Asia/Seoul")
    ids = [stage.id for stage in call.stages]
    staff, base = browser(app, cast, "broker"), f"/calls/{call.id}"
    page = text(staff, f"{base}/edit/stages")
    typed = {
        "notice_date": "2026-11-02", "decisions_by": "2031-01-31", "direction": "up", "new-kind": "final",
        f"stage_{ids[0]}-opens_at": "2030-11-01T09:00", f"stage_{ids[0]}-closes_at": "2030-12-01T16:00",
        f"stage_{ids[1]}-opens_at": "2030-12-02T09:00", f"stage_{ids[1]}-cut": "7",
    }  # fmt: skip
    answer = send(staff, page, f"{base}/{BUTTONS[button].format(*ids)}", **typed)
    assert answer.status_code == 303
    with app.app_context():
        stored = db.session.get_one(Call, call.id)
        stages = {stage.id: stage for stage in stored.stages}
        assert str(stored.notice_date) == "2026-11-02" and str(stored.decisions_by) == "2031-01-31"
        assert stored.closes_at == stages[ids[0]].closes_at
        assert str(local_of(stored.closes_at, "Asia/Seoul")) == "2030-12-01 16:00:00"
        assert str(local_of(stages[ids[1]].opens_at, "Asia/Seoul")) == "2030-12-02 09:00:00"
        assert stages[ids[1]].cut == 7
    chosen = '<option selected value="final"' in text(staff, answer.location)
    assert chosen is (button != "Add"), "a stage about to be added stays chosen until it is"


@pytest.mark.parametrize("button", list(BUTTONS))
def test_a_window_that_cannot_be_is_said_at_its_field_and_nothing_is_kept_or_lost(
    app: Flask, cast: World, rows: Rows, button: str
) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    ids = [stage.id for stage in call.stages]
    staff, base = browser(app, cast, "manager"), f"/calls/{call.id}"
    page = text(staff, f"{base}/edit/stages")
    typed = {
        "notice_date": "2026-11-02", "direction": "up", f"stage_{ids[0]}-cut": "8",
        f"stage_{ids[1]}-opens_at": "2030-12-02T09:00", f"stage_{ids[1]}-closes_at": "2030-12-01T09:00",
    }  # fmt: skip
    answer = send(staff, page, f"{base}/{BUTTONS[button].format(*ids)}", **typed)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="stage_{ids[1]}-closes_at-error"' in shown and "It must open before it closes" in shown
    assert all(f'value="{value}"' in shown for name, value in typed.items() if name != "direction")
    with app.app_context():
        stored = db.session.get_one(Call, call.id)
        assert [stage.id for stage in stored.stages] == ids and [stage.cut for stage in stored.stages] == [None] * 3
        assert str(stored.notice_date) != "2026-11-02"


def test_two_editors_of_the_stages_see_both_versions(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    first, second = browser(app, cast, "manager"), browser(app, cast, "broker")
    address, name = f"/calls/{call.id}/edit/stages", f"stage_{call.stages[1].id}-cut"
    page, other = text(first, address), text(second, address)
    assert send(first, page, address, **{name: "41"}).status_code == 303
    late = send(second, other, address, **{name: "43"})
    shown = late.get_data(as_text=True)
    assert late.status_code == 409 and "41" in shown and "43" in shown and "How many go on (" in shown


def test_rules_are_added_changed_and_removed(app: Flask, cast: World, rows: Rows) -> None:
    with rows():
        call = make_call(cast.programme, state="draft")
    staff, base = browser(app, cast, "manager"), f"/calls/{call.id}"
    page = text(staff, f"{base}/rules/new?kind=region")
    assert 'value="KR-27"' in page and 'value="CA-QC-02"' not in page
    empty = send(staff, page, f"{base}/rules/new?kind=region")
    assert empty.status_code == 422
    data = {"regions": ["KR-27", "KR-26"]}
    assert send(staff, page, f"{base}/rules/new?kind=region", **data).status_code == 303
    page = text(staff, f"{base}/rules/new?kind=no_sanction")
    assert send(staff, page, f"{base}/rules/new?kind=no_sanction").status_code == 303
    rules = text(staff, f"{base}/edit/rules")
    assert "Headquarters in Daegu or Busan" in rules
    with app.app_context():
        stored = {r.kind: (r.id, r.params) for r in db.session.get_one(Call, call.id).rules}
    assert stored["region"][1] == {"regions": ["KR-26", "KR-27"]} or stored["region"][1] == {
        "regions": ["KR-27", "KR-26"]
    }
    address = f"{base}/rules/{stored['region'][0]}"
    page = text(staff, address)
    assert send(staff, page, address, regions=["KR-26"]).status_code == 303
    page = text(staff, f"{base}/edit/rules")
    gone = send(staff, page, f"{base}/rules/{stored['kind'][0]}/removal")
    assert gone.status_code == 303
    with app.app_context():
        kept = [(r.kind, r.params) for r in db.session.get_one(Call, call.id).rules]
    assert kept == [("region", {"regions": ["KR-26"]}), ("no_sanction", {})]
    assert staff.get(f"{base}/rules/new?kind=invented").status_code == 404
