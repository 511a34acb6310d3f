"""Opening a pairing, and answering one."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from marketplace.kernel.locales import _l
from marketplace.web.forms import Form, options

ANSWERS = (("accept", _l("We accept this pair")), ("refuse", _l("We refuse")))


def number(value: Any) -> int | None:
    """A chosen id, or None for the empty choice."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


class PairingForm(Form):
    """What the centre fills in: who pairs with whom, and until when both answer."""

    application_id = HiddenField(_l("Application"), validators=[Optional()])
    call_id = SelectField(_l("Call"), coerce=number, validators=[InputRequired(_l("Choose a call."))])
    company_id = SelectField(_l("Demand company"), coerce=number, validators=[InputRequired(_l("Choose a company."))])
    startup_id = SelectField(_l("Startup"), coerce=number, validators=[InputRequired(_l("Choose a startup."))])
    centre_id = SelectField(
        _l("Centre that brokers the pair"), coerce=number, validators=[InputRequired(_l("Choose a centre."))]
    )
    answer_by = DateField(
        _l("Both answer by"),
        description=_l("Until the end of that day. Without both answers the pairing then expires by itself."),
        validators=[InputRequired(_l("Choose a day."))],
    )
    message = TextAreaField(
        _l("Message to both sides"),
        description=_l("Why you bring them together. Both read it."),
        validators=[Length(max=2000)],
    )


class AnswerForm(Form):
    """One side's answer."""

    answer = RadioField(
        _l("Your answer"), choices=options(ANSWERS), validators=[InputRequired(_l("Accept or refuse."))]
    )
    reason = TextAreaField(
        _l("Why"),
        description=_l("The centre reads it at once; the other side after its own answer."),
        validators=[InputRequired(_l("Give a reason: the other side and the centre will read it.")), Length(max=4000)],
    )


class ReasonForm(Form):
    """A step that needs a reason."""

    reason = TextAreaField(_l("Why"), validators=[Length(max=4000)])
