"""``/kit``: every component in every state, in three languages and both themes. Development only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.kernel import clock
from marketplace.kernel.locales import LOCALES
from marketplace.web.actor import public

blueprint = Blueprint("kit", __name__, url_prefix="/kit")

THEMES = ("light", "dark")
ERRORS = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def _form(words: dict[str, str], prefix: str) -> Form:
    """A form of every kind of field, with two errors, in the words of one language."""
    needed = InputRequired(words["needed"])

    class Sample(Form):
        title = StringField(words["title"], [needed], description=words["title_hint"])
        amount = DecimalField(words["amount"], [needed, NumberRange(max=140_000_000, message=words["too_much"])])
        region = SelectField(words["region"], choices=[("g", words["region_1"]), ("s", words["region_2"])])
        people = IntegerField(words["people"])
        evidence = TextAreaField(words["evidence"], [needed, Length(min=200, message=words["too_short"])])
        fit = RadioField(words["fit"], [needed], choices=[("yes", words["yes"]), ("no", words["no"])])
        fields = SelectMultipleField(
            words["fields"],
            choices=[("w", words["water"]), ("e", words["energy"])],
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
        declare = BooleanField(words["declare"], [needed], description=words["declare_hint"])
        start = DateField(words["start"])
        closes = DateTimeLocalField(words["closes"], format="%Y-%m-%dT%H:%M")
        email = EmailField(words["email"])
        password = PasswordField(words["password"])

    name = f"{prefix}-"
    sent = {
        "title": words["title_value"], "amount": "150000000", "region": "g", "people": "6", "fit": "yes",
        "evidence": words["evidence_value"], "fields": "w", "declare": "y", "start": "2027-05-03",
        "closes": "2027-03-12T16:00", "email": "startup@demo.example",
    }  # fmt: skip
    form = Sample(MultiDict({name + key: value for key, value in sent.items()}), prefix=prefix)
    form.validate()
    return form


def _pane(code: str, theme: str) -> Markup:
    """All components once, in one language and one theme."""
    prefix = f"{code}-{theme}"
    with force_locale(code):
        words = _words(code)
        return Markup(
            render_template(
                "kit/_components.html",
                w=words, p=prefix, lang=code, theme=theme, form=_form(words, prefix), now=clock.now(),
                soon=clock.now() + timedelta(days=4), past=datetime(2027, 2, 24, 1, 12, tzinfo=UTC),
                opened=date(2027, 2, 9),
            )
        )  # fmt: skip


def _words(code: str) -> dict[str, str]:
    """The sample texts of one language, kept beside the template that shows them."""
    module: Any = current_app.jinja_env.get_template(f"kit/_words_{code}.html").module
    found: dict[str, str] = module.words
    return found


@blueprint.get("")
@public
def show() -> str:
    """The kit; ``only`` and ``theme`` in the address pick one pane, for pictures."""
    codes = [code for code in LOCALES if request.args.get("only") in (None, code)]
    themes = [theme for theme in THEMES if request.args.get("theme") in (None, theme)]
    panes = [(code, theme, _pane(code, theme)) for code in codes for theme in themes]
    return render_template("kit/show.html", panes=panes)


@blueprint.get("/page")
@public
def page() -> str:
    """A page in the layout of its reader, with every block filled."""
    return render_template("kit/page.html")


@blueprint.get("/errors/<int:status>")
@public
def error(status: int) -> str:
    """An error page with sample content."""
    if status not in ERRORS:
        abort(404)
    rows = [{"name": "title", "label": "Title", "yours": "Listening to water", "theirs": "Hearing water"},
            {"name": "people", "label": "People", "yours": "6", "theirs": "7"}]  # fmt: skip
    return render_template(
        f"errors/{status}.html", reason=request.args.get("reason"), retry_after=240,
        conflict={"rows": rows, "version": "8"} if status == 409 else None,
        resend={"action": "/kit", "fields": [("title", "Listening to water")]} if status == 409 else None,
    )  # fmt: skip
