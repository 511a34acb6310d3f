"""Saving what somebody follows, and when their digests come."""

from __future__ import annotations

from babel.dates import get_day_names
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.following.models import FREQUENCIES
from marketplace.kernel.locales import _l
from marketplace.web.forms import Form, options

FREQUENCY_LABELS = {
    "now": _l("At once"),
    "daily": _l("Once a day"),
    "weekly": _l("Once a week"),
}
CHOOSE = InputRequired(_l("Choose how often you want to hear of it."))


class FollowForm(Form):
    """How often, and under which name; ``of`` says what is followed."""

    of = HiddenField()
    frequency = RadioField(
        _l("How often do you want to hear of it?"),
        choices=options((name, FREQUENCY_LABELS[name]) for name in FREQUENCIES),
        default="now",
        validators=[CHOOSE],
    )
    name = StringField(
        _l("A name of your own"),
        description=_l("It stands in your messages and in your list in place of ours."),
        validators=[Length(max=120, message=_l("A name has at most %(max)d characters."))],
    )


class RhythmForm(Form):
    """Hour and weekday of digests."""

    hour = SelectField(_l("Hour"), choices=options((n, f"{n:02}:00") for n in range(24)), coerce=int)
    weekday = SelectField(_l("Day of the weekly digest"), coerce=int)

    def offer(self, locale: str) -> RhythmForm:
        """Fill in the days to choose from."""
        days = get_day_names("wide", "stand-alone", locale)
        self.weekday.choices = options((number, days[number]) for number in range(7))
        return self


class PlainForm(Form):
    """A step that needs nothing more."""
