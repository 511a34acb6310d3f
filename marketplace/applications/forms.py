"""What the applicant's side fills in. A draft may be saved with gaps; what cannot be read is said at once."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import Length, Optional, ValidationError

from marketplace.applications.models import Application, ApplicationRevision
from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.web.forms import Form
from marketplace.web.money import MoneyField

LONG = 8000
READINESS = {
    1: _l("The basic principle is observed"),
    2: _l("The concept is worked out"),
    3: _l("The concept is proven by experiment"),
    4: _l("It works in the laboratory"),
    5: _l("It works in a place like the real one"),
    6: _l("It was shown in a place like the real one"),
    7: _l("It was shown in the real place"),
    8: _l("The system is complete and qualified"),
    9: _l("It is proven in everyday use"),
}


def _long(label: Any, hint: Any = "") -> TextAreaField:
    limit = Length(max=LONG, message=_l("Write %(max)d characters at most."))
    return TextAreaField(label, [Optional(), limit], description=hint)


class DraftForm(Form):
    """The whole application; its version is the application's."""

    locale = SelectField(_l("Language you write in"), choices=[SelectChoice(code, NAMES[code]) for code in LOCALES])
    title = StringField(
        _l("Title"),
        [Optional(), Length(max=150, message=_l("Write %(max)d characters at most."))],
        description=_l("What you will do, in one line."),
    )
    solution = _long(_l("Your solution"), _l("How it works and what is new about it. The company reads this first."))
    fit = _long(_l("Fit with the need"), _l("Why it answers this need, under these conditions."))
    evidence = _long(_l("Evidence so far"), _l("Trials, customers, measurements: what can be checked."))
    pair_evidence = _long(
        _l("What you have done together"),
        _l("The earlier project, its result, and where it can be seen: the centre checks it."),
    )
    team = _long(_l("Team"), _l("Who does the work and what they have done before. No private addresses or numbers."))
    timeline = _long(_l("Timeline"), _l("The steps with their months, and what is there at the end of each."))
    needs = _long(_l("What you need from the company"), _l("Data, a site, a crew, equipment, experts."))
    trl_now = RadioField(
        _l("Where are you now?"),
        [Optional()],
        choices=[SelectChoice(str(level), f"TRL {level}") for level in READINESS],
        validate_choice=False,
    )
    amount = MoneyField(_l("Amount asked"), [Optional()])
    own_cash = MoneyField(_l("Own cash"), [Optional()])
    own_in_kind = MoneyField(_l("Own contribution in kind"), [Optional()])

    @classmethod
    def of(cls, application: Application, revision: ApplicationRevision) -> DraftForm:
        """The form as drawn from what is stored."""
        return cls(obj=revision, version=application.version)

    def validate_trl_now(self, field: RadioField) -> None:
        if field.data not in (None, "", "None") and str(field.data) not in map(str, READINESS):
            raise ValidationError(_l("Choose one of the nine levels."))

    def written(self) -> dict[str, Any]:
        """What can be stored, by column: fields that were sent and could be read."""
        found = {}
        for name in self.content():
            field = self._fields[name]
            if name in ApplicationRevision.CONTENT and field.raw_data and not field.errors:
                found[name] = field.data
        if "trl_now" in found:
            found["trl_now"] = int(found["trl_now"]) if found["trl_now"] else None
        return found


class ReasonForm(Form):
    """A step that is taken with a reason others will read."""

    reason = TextAreaField(
        _l("Reason"), [Optional(), Length(max=2000, message=_l("Write %(max)d characters at most."))]
    )


class SignOffForm(Form):
    """``content_hash`` is that of the text on the page that was read."""

    content_hash = HiddenField()


class StartForm(Form):
    """Begins an application: the challenge it answers, and the partner where there are two."""

    challenge = HiddenField()
    partner = HiddenField()
