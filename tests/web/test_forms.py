"""What every form refuses or mends before an action sees it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from wtforms import DateField, DecimalField, FieldList, FormField, IntegerField, StringField, TextAreaField
from wtforms import Form as Part

from marketplace.web.forms import Form


class Inner(Part):
    count = IntegerField("Count")


class Sample(Form):
    name = StringField("Name")
    note = TextAreaField("Note")
    number = IntegerField("Number")
    amount = DecimalField("Amount")
    day = DateField("Day")
    inner = FormField(Inner)
    rows = FieldList(FormField(Inner), min_entries=1)


def sent(app: Flask, **data: Any) -> Sample:
    with app.test_request_context("/", method="POST", data=data):
        app.preprocess_request()
        form = Sample(meta={"csrf": False})
        form.checked = form.validate()  # type: ignore[attr-defined]
        return form


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("number", "2147483648", "This number is too large."),
        ("number", "-9999999999999999999999", "This number is too large."),
        ("amount", "1e12", "This number is too large."),
        ("amount", "NaN", "This number is too large."),
        ("amount", "-Infinity", "This number is too large."),
        ("day", "0001-01-01", "Check the year."),
        ("day", "9999-12-31", "Check the year."),
    ],
)
def test_value_that_no_column_holds_is_an_error_of_its_field(app: Flask, field: str, typed: str, says: str) -> None:
    form = sent(app, **{field: typed})
    assert (form.checked, [str(e) for e in form[field].errors]) == (False, [says])  # type: ignore[attr-defined]


def test_forms_within_a_form_are_held_to_the_same(app: Flask) -> None:
    form = sent(app, **{"inner-count": "99999999999", "rows-0-count": "99999999999"})
    assert not form.checked  # type: ignore[attr-defined]
    assert form.inner.form["count"].errors and form.rows[0].form["count"].errors


def test_text_is_kept_without_nul_and_with_its_lines(app: Flask) -> None:
    form = sent(app, name=" a\x00b\r\nc ", note=" a\x00b\r\n\u2028c ")
    assert (form.name.data, form.note.data) == ("ab c", "ab\n\nc")


def test_largest_values_pass(app: Flask) -> None:
    form = sent(app, number="2147483647", amount="999999999999.99", day="1850-05-01")
    assert form.checked, form.errors  # type: ignore[attr-defined]
