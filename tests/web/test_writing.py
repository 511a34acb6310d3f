"""What people type: one line stays one, nothing counts as something, nothing turns the page, no name brings a link."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from marketplace.kernel import typed_text
from marketplace.kernel.db import db
from marketplace.kernel.locales import isolated, nfc
from marketplace.people.models import Organisation, OrganisationText, User
from marketplace.web.forms import Form
from tests.forms import token_in
from tests.people.cast import make_organisation, make_user
from tests.world import Rows

ENDS = ("\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029", " \n\t\n ")
NOTHING = (
    "\u115f", "\u1160", "\u3164", "\uffa0", "\u200b", "\u200d\u2060", "\ufeff", "\u0301", "\u20dd", "\u2800", "\u2063",
    "\u00ad", "\u180e", "\u034f", "\u202e", "\u00a0", "\u3000", "\U000e0041", "\ufe0f",
)  # fmt: skip
LINKS = (
    "Win http://evil.example", "www.evil.example", "Pay at evil.example/now", "ｈｔｔｐｓ：／／evil.example",
    "a@evil.example", "ftp://x", "EVIL.EXAMPLE/x", "evil.example:8080/x", "evil.example?x=1", "mailto:x",
)  # fmt: skip
NAMES = ("Booking.com", "A/B Lab", "Dr. M.-L. O’Brien", "AT&T", "S.A./N.V.", "1.5/2", "R&D: water", "㈜하늘", "Nº 5")


class Sample(Form):
    name = StringField("Name", [DataRequired("Name it.")])
    title = StringField("Title", [InputRequired("Title it.")])
    story = TextAreaField("Story", [InputRequired("Tell it.")])
    aside = TextAreaField("Aside")
    more = StringField("More", filters=[lambda value: value or "none"])


def sent(app: Flask, **data: str) -> Sample:
    with app.test_request_context("/", method="POST", data=data):
        app.preprocess_request()
        form = Sample(meta={"csrf": False})
        form.validate()
        return form


@pytest.mark.parametrize("end", ENDS)
def test_line_stays_one_line(app: Flask, end: str) -> None:
    form = sent(app, name=f"a{end}b", title=f"{end}a b", story=f"a{end}b", more=f"a{end}b")
    assert (form.name.data, form.title.data, form.more.data) == ("a b", "a b", "a b")
    assert not form.errors and set(form.story.data or "") <= {"a", "b", "\n", " ", "\t"}


@pytest.mark.parametrize("nothing", [*NOTHING, "—", "…", " . "])
def test_required_text_says_something(app: Flask, nothing: str) -> None:
    form = sent(app, name=nothing, title=nothing, story=nothing)
    assert form.errors == {"name": ["Name it."], "title": ["Title it."], "story": ["Tell it."]}


def test_what_cannot_be_seen_is_nothing_and_what_can_is_kept(app: Flask) -> None:
    assert {sent(app, aside=nothing).aside.data for nothing in NOTHING} == {""}
    assert sent(app, aside="👍 — …").aside.data == "👍 — …"
    assert all(typed_text.clean_line(name) == name for name in NAMES)


def test_text_is_turned_by_no_mark(app: Flask) -> None:
    marks = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    form = sent(app, name=f"a{marks}b", story=f"a{marks}b\n{marks}")
    assert (form.name.data, form.story.data, nfc(marks)) == ("ab", "ab", "")


def test_name_in_the_middle_of_a_sentence_turns_only_itself(app: Flask) -> None:
    with app.test_request_context("/"):
        shown = app.jinja_env.from_string("{{ _('%(who)s: %(what)s', who=who, what='x') }}").render(who="שלום")
    assert (shown, isolated("Ødegård 하늘")) == ("\u2068שלום\u2069: x", "Ødegård 하늘")


def test_names_hold_no_link() -> None:
    assert [link for link in LINKS if not typed_text.holds_link(link)] == []
    assert [name for name in NAMES if typed_text.holds_link(name)] == []


@pytest.mark.parametrize(("field", "path"), [
    ("name", "/sign-up?as=person"), ("name", "/sign-up?as=startup"), ("organisation_name", "/sign-up?as=startup"),
    ("organisation_name", "/sign-up?as=company"),
])  # fmt: skip
def test_sign_up_takes_no_link_and_no_line_end_in_a_name(
    app: Flask, client: FlaskClient, field: str, path: str
) -> None:
    given = {
        "name": "Ada", "email": "ada@people.example", "password": "four quiet rivers", "terms": "y", "privacy": "y",
        "organisation_name": "Works", "organisation_kind": "large", "csrf_token": token_in(client.get(path).text),
    }  # fmt: skip
    answer = client.post(path, data={**given, field: "Win\nwww.evil.example"})
    assert answer.status_code == 422 and "A name holds no web or e-mail address." in answer.text
    assert client.post(path, data={**given, field: "Win\u2028the\rday"}).status_code == 303
    with app.app_context():
        names = {*db.session.scalars(select(User.name)), *db.session.scalars(select(OrganisationText.name))}
    assert "Win the day" in names


def test_database_keeps_names_in_one_line(app: Flask) -> None:
    with app.app_context():
        make_user("Ada")
        make_organisation("startup", "Works")
        for end in ENDS[:8]:
            for table in ("users", "organisation_texts"):
                with pytest.raises(IntegrityError), db.session.begin_nested():
                    db.session.execute(text(f"UPDATE {table} SET name = :name"), {"name": f"a{end}b"})


def test_files_and_commands_bring_names_in_one_line(app: Flask, rows: Rows, tmp_path: Path) -> None:
    file = tmp_path / "organisations.jsonl"
    file.write_text('{"id": "1", "name": "A\\nB\\u2029C"}\n{"id": "2", "name": "\\u3164"}\n', "utf-8")
    runner = app.test_cli_runner()
    said = runner.invoke(args=["import", "organisations", str(file), "--source", "Somewhere"]).output
    assert "refused 1" in said or "the row has no name" in said
    for name, code in (("A\nB", 0), ("www.evil.example", 1), ("\u3164", 1)):
        email = f"u{abs(hash(name))}@people.example"
        args = ["people", "create-user", email, "--name", name, "--password", "four quiet rivers"]
        assert runner.invoke(args=args).exit_code == code
    with app.app_context():
        found = db.session.scalars(select(Organisation).where(Organisation.source == "Somewhere")).all()
        assert [one.name("en") for one in found] == ["A B C"]
        assert db.session.scalars(select(User.name).where(User.name.startswith("A"))).all() == ["A B"]
