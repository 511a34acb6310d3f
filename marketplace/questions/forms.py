"""Asking, looking over and answering."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.web.forms import Form, options

LANGUAGES = options((code, NAMES[code]) for code in LOCALES)
NEEDED = InputRequired(_l("Write it down first."))


class AskForm(Form):
    """One question, in one language."""

    words = TextAreaField(
        _l("Your question"),
        description=_l("One thing at a time. Leave out your name and everything that gives you away."),
        validators=[NEEDED, Length(max=2000)],
    )
    locale = SelectField(_l("Language of the question"), choices=LANGUAGES)


class LookOverForm(Form):
    """What everybody will read of a question."""

    wording = TextAreaField(
        _l("The question as everybody will read it"),
        description=_l("Take out what tells who asked, and nothing that matters to the answer. The original is kept."),
        validators=[NEEDED, Length(max=2000)],
    )


class AnswerForm(Form):
    """An answer, or its correction."""

    words = TextAreaField(
        _l("Your answer"),
        description=_l("Everybody who can see the challenge reads it."),
        validators=[NEEDED, Length(max=8000)],
    )
    locale = SelectField(_l("Language of the answer"), choices=LANGUAGES)


class ReasonForm(Form):
    """A step that needs a reason."""

    reason = TextAreaField(_l("Why"), validators=[Length(max=2000)])


class PlainForm(Form):
    """A step that needs nothing but the version it was pressed on."""
