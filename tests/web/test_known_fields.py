"""What may be shown again is decided by the class of a field; no form has a field that the product does not know."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import FieldList, Form, FormField, PasswordField, StringField

from config import ROOT
from marketplace.imports.forms import MatchingForm
from marketplace.web import form_recovery, known_fields
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form as OurForm
from tests.world import Rows, SignedIn, World

PASSWORD, TYPED = "four hidden rivers", "What somebody wrote at length"


class Inner(Form):
    pin = StringField("Code from your device", render_kw={"autocomplete": "one-time-code"})


class Outer(OurForm):
    opening_words = PasswordField("Opening words")
    inner = FormField(Inner)
    rows = FieldList(FormField(Inner))


def left_out(app: Flask, **data: Any) -> dict[str, Any]:
    with app.test_request_context("/settings", method="POST", data=data):
        return form_recovery.sent_form()


@pytest.mark.parametrize("name", ["opening_words", "inner-pin", "rows-7-pin", "old_password", "password"])
def test_secret_is_left_out_by_its_class_wherever_it_stands(app: Flask, name: str) -> None:
    sent = left_out(app, **{name: PASSWORD, "reason": TYPED})
    assert (sent["fields"], len(sent["again"])) == ([("reason", TYPED)], 1)


def test_only_fields_of_forms_are_kept(app: Flask) -> None:
    assert left_out(app, nothing_of_ours=TYPED, **{"<b>": TYPED})["fields"] == []
    assert left_out(app, **{"column_title": "3", "stage_7-cut": "4"})["fields"] == [
        ("column_title", "3"), ("stage_7-cut", "4"),
    ]  # fmt: skip
    assert MatchingForm.families == ("column_", "constant_")


def test_every_field_that_a_template_writes_is_known() -> None:
    names, left_out = known_fields.known_names()
    written = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for form in re.findall(r"<form[^>]*post.*?</form>", path.read_text("utf-8"), re.S)
        for name in re.findall(r"<(?:input|select|textarea|button)[^>]* name=\"([\w-]+)\"", form)
    }
    assert written - names - set(left_out) - {"email"} <= {"held", "List-Unsubscribe"}


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/settings/password", {"old_password": PASSWORD, "password": PASSWORD}),
        ("/settings/closing", {"password": PASSWORD, "sure": "y"}),
        ("/imports", {"file": (BytesIO(b"title\nA"), "a.csv")}),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_stale_page_says_what_is_to_be_given_again(
    rows: Rows, signed_in: SignedIn, client: FlaskClient, address: str, typed: dict[str, Any], is_there: bool
) -> None:
    with rows():
        manager = World.kept().memberships["manager"]
    sent = {
        name: (BytesIO(b"title\nA"), "a.csv") if isinstance(value, tuple) else value for name, value in typed.items()
    }
    answer = (signed_in(manager) if is_there else client).post(address, data=sent | {"csrf_token": "old"})
    assert answer.status_code == (400 if is_there else 401)
    assert PASSWORD not in answer.text
    if is_there:
        assert "Open the form again" in answer.text and f'<form method="post" action="{address}"' not in answer.text
    if address == "/imports" and is_there:
        assert "File." in answer.text


def test_stale_sign_up_shows_the_words_and_asks_for_the_password_again(client: FlaskClient) -> None:
    answer = client.post("/sign-up?as=person", data={"name": TYPED, "password": PASSWORD, "csrf_token": "old"})
    assert answer.status_code == 400
    assert TYPED in answer.text and PASSWORD not in answer.text
    assert "Password." in answer.text and 'action="/sign-up' not in answer.text


def test_sign_in_page_carries_on_what_this_site_kept_alone(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"held": TYPED, "password": PASSWORD, "csrf_token": "old"})
    assert TYPED not in answer.text and PASSWORD not in answer.text


def test_conflict_shows_no_secret(app: Flask) -> None:
    class Changed(OurForm):
        words = StringField("Words")
        secret = PasswordField("Secret")

    with app.test_request_context("/settings", method="POST", data={"words": "mine", "secret": PASSWORD}):
        current_actor()
        form_recovery.compare(
            lambda: Changed(formdata=None, words="theirs", secret="stored", version="2", meta={"csrf": False})
        )
        rows = (form_recovery.differing_fields() or {})["rows"]
    assert [row["name"] for row in rows] == ["words"]
