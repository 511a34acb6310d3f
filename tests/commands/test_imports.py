"""Rows from elsewhere: all of a file, repeatable, with every refusal named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.imports import job as working
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.people.models import Organisation
from tests.calls.cast import close_call, make_call
from tests.places.cast import make_region
from tests.real import data
from tests.world import Rows


def write(path: Path, *lines: Any) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])


def last(result: Result) -> str:
    return result.stdout.strip().splitlines()[-1]


ROW = {
    "id": "c1",
    "title": "Leaks",
    "sponsor": "City",
    "description": "Find <b>leaks</b>.",
    "source": "s",
    "closes": "2020-01-02",
}


def test_challenge_becomes_a_reference_record(app: Flask, rows: Rows, tmp_path: Path) -> None:
    result = run(app, "challenges", write(tmp_path / "a.jsonl", ROW))
    assert (result.exit_code, last(result)) == (0, "added 1, changed 0, unchanged 0, refused 0")
    with rows():
        challenge = db.session.scalars(sa.select(Challenge)).one()
        assert (challenge.is_reference, challenge.call.is_reference, challenge.call.source) == (True, True, "s")
        assert challenge.texts["en"].problem == "Find leaks."
        assert challenge.organisation is not None
        assert (challenge.organisation.state, challenge.state_at(clock.now())) == ("unverified", "archived")
        assert set(db.session.scalars(sa.select(Event.subject_type))) == {"import"}  # nobody is told of a record


def test_import_twice_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", ROW, {**ROW, "id": "c2"})
    run(app, "challenges", path)
    assert last(run(app, "challenges", path)) == "added 0, changed 0, unchanged 2, refused 0"
    write(path, {**ROW, "title": "More leaks"}, {**ROW, "id": "c2"})
    assert last(run(app, "challenges", path)) == "added 0, changed 1, unchanged 1, refused 0"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "The line is not JSON."),
        ("[1]", "yet not an object with named values"),
        ({**ROW, "title": "", "description": None}, "title: The row has neither a title nor a description."),
        ({**ROW, "closes": "2026-02-30"}, "closes: There is no such day: “2026-02-30”."),
        ({**ROW, "closes": "soon"}, "closes: “soon” is not a day."),
        ({**ROW, "prize": "much", "currency": "EUR"}, "prize: “much” is not an amount."),
        ({**ROW, "prize": "NaN", "currency": "EUR"}, "prize: “NaN” is not an amount."),
        ({**ROW, "prize": float("nan"), "currency": "EUR"}, "The line is not JSON."),
        ({**ROW, "prize": float("inf"), "currency": "EUR"}, "The line is not JSON."),
        ({**ROW, "prize": 5}, "Currency: There is an amount without a currency."),
        ({**ROW, "prize": 5, "currency": "$$$"}, "currency: “$$$” is not the code of a currency"),
        ({**ROW, "id": "\ud83d"}, "holds a byte that is no text (U+FFFD)"),
        ({**ROW, "title": "Leaks \ud83d"}, "holds a byte that is no text (U+FFFD)"),
        ({**ROW, "categories": [{"of": "\ud83d"}]}, "categories: This is not a text or a number."),
        ({**ROW, "url": "javascript:alert(1)"}, "url: “javascript:alert(1)” is not a web address"),
        ({**ROW, "language": "de"}, "language: “de” is not one of the languages here"),
        ({**ROW, "title": {"a": "b"}}, "title: This is not a text or a number."),
        ({"id": "c9", "title": "x"}, "source: This is needed and is missing."),
    ],
)
def test_bad_row_is_refused_with_its_line_and_reason(app: Flask, tmp_path: Path, line: Any, reason: str) -> None:
    result = run(app, "challenges", write(tmp_path / "a.jsonl", {**ROW, "id": "good"}, line))
    assert (result.exit_code, last(result)) == (1, "added 1, changed 0, unchanged 0, refused 1")
    report = Path(result.stdout.split("Refused rows: ")[1].splitlines()[0]).read_text("utf-8").splitlines()
    assert report[1].startswith("2,")
    assert reason.replace('"', '""') in report[1]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"country": "??"}, "country: “??” is not a country."),
        ({"country": "EU"}, "country: “EU” is not a country."),
        ({"description": "\ud83d"}, "holds a byte that is no text (U+FFFD)"),
    ],
)
def test_bad_organisation_is_refused_and_the_others_are_taken(
    app: Flask, tmp_path: Path, values: dict[str, str], reason: str
) -> None:
    row = {"name": "Invented", "source": "s"}
    lines = [{**row, "id": "o1", "country": "kr"}, {**row, "id": "o2", **values}, {**row, "id": "o3"}]
    result = run(app, "organisations", write(tmp_path / "a.jsonl", *lines))
    assert (result.exit_code, last(result)) == (1, "added 2, changed 0, unchanged 0, refused 1")
    assert reason in Path(result.stdout.split("Refused rows: ")[1].splitlines()[0]).read_text("utf-8")


def test_organisation_may_be_in_the_country_of_a_region_on_record(app: Flask, rows: Rows, tmp_path: Path) -> None:
    with rows():
        make_region("XD-01")
    lines = [{"id": f"o{n}", "name": "Invented", "source": "s", "country": said} for n, said in enumerate(("kr", "XD"))]
    assert run(app, "organisations", write(tmp_path / "a.jsonl", *lines)).exit_code == 0
    with rows():
        found = sa.select(Organisation.country).where(Organisation.source == "s").order_by(Organisation.source_id)
        assert list(db.session.scalars(found)) == ["KR", "XD"]


def test_names_that_are_too_long_together_spoil_their_own_row(app: Flask, tmp_path: Path) -> None:
    long = "".join(chr(0xAC00 + n * 7919 % 11172) for n in range(500))
    path = write(tmp_path / "a.jsonl", {**ROW, "source": long, "sponsor": long}, {**ROW, "id": "c2"})
    assert last(run(app, "challenges", path)) == "added 1, changed 0, unchanged 0, refused 1"


def test_missing_title_is_made_from_the_first_words(app: Flask, rows: Rows, tmp_path: Path) -> None:
    words = " ".join(f"word{n}" for n in range(30))
    run(app, "challenges", write(tmp_path / "a.jsonl", {**ROW, "title": None, "description": words}))
    with rows():
        title = db.session.scalars(sa.select(Challenge)).one().title("en")
    assert title == " ".join(f"word{n}" for n in range(12)) + "…"


def test_reference_is_open_only_by_its_own_dates(app: Flask, rows: Rows, tmp_path: Path) -> None:
    with rows():
        now = clock.now()
    later, sooner = str((now + timedelta(days=9)).date()), str((now - timedelta(days=9)).date())
    spans = {"a": (sooner, later), "b": (None, later), "c": (later, later), "d": (sooner, None), "e": (None, None)}
    lines = [{**ROW, "id": key, "opens": opens, "closes": closes} for key, (opens, closes) in spans.items()]
    run(app, "challenges", write(tmp_path / "a.jsonl", *lines))
    with rows():
        states = {c.source_id: c.state_at(now) for c in db.session.scalars(sa.select(Challenge)).unique()}
    assert states == {"a": "open", "b": "open", "c": "open", "d": "archived", "e": "archived"}


def test_adopted_challenge_takes_applications(app: Flask, rows: Rows, tmp_path: Path) -> None:
    with rows():
        call = make_call()
    result = run(app, "challenges", write(tmp_path / "a.jsonl", ROW), "--adopt", call.id)
    assert result.exit_code == 0
    with rows():
        challenge = db.session.scalars(sa.select(Challenge).where(Challenge.call_id == call.id)).one()
        assert (challenge.is_reference, challenge.state_at(clock.now())) == (False, "open")


def test_adopting_needs_a_call_of_ours(app: Flask, tmp_path: Path) -> None:
    result = run(app, "challenges", write(tmp_path / "a.jsonl", ROW), "--adopt", 999999)
    assert result.exit_code == 1
    assert "There is no call 999999" in result.stderr


def test_csv_refuses_the_row_of_an_amount_that_is_none(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,title,source,prize,currency", "1,Water,s,NaN,EUR", "2,Leaks,s,5,EUR")
    assert last(run(app, "challenges", path)) == "added 1, changed 0, unchanged 0, refused 1"


@pytest.mark.parametrize("state", ["draft", "published", "closed", "decided", "cancelled"])
def test_adopting_needs_an_open_call(app: Flask, rows: Rows, tmp_path: Path, state: str) -> None:
    with rows():
        call = make_call(state=state, opens=5) if state == "published" else make_call(state=state)
    result = run(app, "challenges", write(tmp_path / "a.jsonl", ROW), "--adopt", call.id)
    assert result.exit_code == 1
    assert f"Call {call.id} is not open for applications: no challenge can be adopted into it." in result.stderr
    with rows():
        assert db.session.scalars(sa.select(Challenge)).all() == []


def test_adopting_ends_at_the_deadline(app: Flask, rows: Rows, tmp_path: Path) -> None:
    with rows():
        call = close_call(make_call())
    assert run(app, "challenges", write(tmp_path / "a.jsonl", ROW), "--adopt", call.id).exit_code == 1


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "utf-8"), (";", "utf-8-sig"), (",", "utf-16"), (";", "utf-16"), ("\t", "utf-16"), ("\t", "utf-8")],
)
def test_csv_is_read_as_a_spreadsheet_writes_it(
    app: Flask, rows: Rows, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    lines = ["id,title,source,categories", '1,수자원,s,"robotics;water"', "2,Fuites d’été,s,"]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(line.replace(",", delimiter) for line in lines).encode(encoding))
    assert last(run(app, "challenges", path)) == "added 2, changed 0, unchanged 0, refused 0"
    with rows():
        found = db.session.scalars(sa.select(Challenge).where(Challenge.source_id == "1")).one()
        assert (found.title("en"), found.fields) == ("수자원", ["robotics", "water"])


def test_csv_cut_within_a_character_spoils_only_its_last_row(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,title,source\r\n1,Water,s\r\n2,Leaks,s".encode("utf-16")[:-1])
    assert last(run(app, "challenges", path)) == "added 1, changed 0, unchanged 0, refused 1"


def test_csv_takes_lists_and_spoils_only_a_bad_row(app: Flask, rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"id,title,source,categories\n1,Water,s,robotics;water\n2,Bad \xff byte,s,\n3,too,many,cells,here\n"
        + "4,수자원,s,\n".encode()
    )
    result = run(app, "challenges", path)
    assert last(result) == "added 2, changed 0, unchanged 0, refused 2"
    with rows():
        found = db.session.scalars(sa.select(Challenge).where(Challenge.source_id == "1")).one()
        assert found.fields == ["robotics", "water"]


def test_organisation_is_unverified_until_its_people_come(app: Flask, rows: Rows, tmp_path: Path) -> None:
    row = {"id": "s1", "name": "Invented", "language": "fr", "country": "FR", "region": "Ile-de-France", "source": "s"}
    path = write(tmp_path / "a.jsonl", {**row, "founded": "2020-10-01"})
    assert last(run(app, "organisations", path)) == "added 1, changed 0, unchanged 0, refused 0"
    with rows():
        found = db.session.scalars(sa.select(Organisation).where(Organisation.source == "s")).one()
        assert (found.state, found.region_code, str(found.registered_on)) == ("unverified", "FR-IDF", "2020-10-01")


@pytest.mark.parametrize(("group", "name"), [("organisations", "startups"), ("challenges", "challenges")])
def test_real_file_is_taken_or_each_refusal_explained(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, name: str
) -> None:
    monkeypatch.setattr(working, "CHUNK", 25)
    lines = data(f"{name}.jsonl").read_text("utf-8").splitlines()
    head = lines[::40] if len(lines) > 40 else lines
    result = run(app, group, write(tmp_path / "a.jsonl", *head))
    added, refused = (int(part.split()[1]) for part in (last(result).split(", ")[0], last(result).split(", ")[3]))
    assert added + refused == len(head)
    assert refused <= len(head) // 90


def test_real_calls_stay_apart_by_source(app: Flask, rows: Rows, tmp_path: Path) -> None:
    run(app, "challenges", write(tmp_path / "a.jsonl", ROW, {**ROW, "id": "c2", "source": "t"}))
    with rows():
        assert sorted(db.session.scalars(sa.select(Call.source).where(Call.is_reference))) == ["s", "t"]  # type: ignore[type-var]


HEAD = "id,title,description,source"


@pytest.mark.parametrize(
    ("lines", "added", "refused"),
    [
        ([HEAD, "1,One,Fine.,s", '2,Two,"Fine.,s', "3,Three,Fine.,s"], 1, ["3,"]),
        ([HEAD, '1,"One,Fine.,s', "2,Two,Fine.,s", '3,Three",Fine.,s', "4,Four,Fine.,s"], 1, ["2,"]),
        (["sep=;", HEAD.replace(",", ";"), "1;One;Fine.;s"], 1, []),
        (["\ufeff\ufeff" + HEAD, "1,One,Fine.,s"], 1, []),
        ([HEAD, "1,One,Fine.,s", "2,Two"], 1, ["3,"]),
        ([HEAD, "1,O\0ne,Fine.,s"], 1, []),
    ],
)
def test_csv_is_read_as_in_the_browser(
    app: Flask, tmp_path: Path, lines: list[str], added: int, refused: list[str]
) -> None:
    result = run(app, "challenges", write(tmp_path / "a.csv", *lines))
    assert last(result) == f"added {added}, changed 0, unchanged 0, refused {len(refused)}"
    if refused:
        report = Path(result.stdout.split("Refused rows: ")[1].splitlines()[0]).read_text("utf-8").splitlines()
        assert [line[: len(start)] for line, start in zip(report[1:], refused, strict=True)] == refused


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["id,title,description,title,source", "1,a,b,c,s"], "Two columns are named “title”"),
        ([HEAD], "no row below them"),
        ([""], "The file holds nothing"),
    ],
)
def test_csv_that_cannot_be_told_apart_is_refused_as_a_whole(
    app: Flask, tmp_path: Path, lines: list[str], reason: str
) -> None:
    result = run(app, "challenges", write(tmp_path / "a.csv", *lines))
    assert (result.exit_code, reason in result.stderr) == (1, True)
