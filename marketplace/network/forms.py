"""What centre staff fill in about programmes and centres."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    EmailField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.network.fields import TickField
from marketplace.people.forms import address_filter, check_reachable
from marketplace.web.forms import Form, options
from marketplace.web.money import MoneyField

CURRENCIES = ("CAD", "EUR", "KRW", "USD")
LANGUAGES = options((code, NAMES[code]) for code in LOCALES)
REQUIRED = DataRequired(_l("This is needed."))


def number_or_none(text: Any) -> int | None:
    """What a select of ids sends."""
    return int(text) if text not in (None, "") else None


class ProgrammeForm(Form):
    """Names per language are the fields ``name_en`` and ``summary_en``, and so on."""

    first_year = IntegerField(_l("First year"), [InputRequired(), NumberRange(min=2000, max=2100)])
    last_year = IntegerField(_l("Last year"), [InputRequired(), NumberRange(min=2000, max=2100)])
    funder_id = SelectField(_l("Funder"), [Optional()], coerce=number_or_none)
    budget = MoneyField(_l("Budget"), [Optional()])
    currency = SelectField(_l("Currency"), choices=options((c, c) for c in CURRENCIES))
    centre_ids = TickField(
        _l("Co-operating centres"),
        [Optional()],
        coerce=int,
        description=_l("They see and broker the cases of their own region; the managing centre decides."),
    )

    def texts(self) -> dict[str, dict[str, str]]:
        """Names and summaries by language; a language without a name is left out."""
        found = {c: {n: self[f"{n}_{c}"].data or "" for n in ("name", "summary")} for c in LOCALES}
        return {code: words for code, words in found.items() if words["name"]}


for _code in LOCALES:
    setattr(ProgrammeForm, f"name_{_code}", StringField(_l("Name"), [Length(max=200)]))
    setattr(ProgrammeForm, f"summary_{_code}", TextAreaField(_l("Summary"), [Length(max=5_000)]))


class CentreForm(Form):
    """How to reach a centre."""

    time_zone = SelectField(_l("Time zone"))
    languages = TickField(_l("Languages spoken"), [REQUIRED], choices=LANGUAGES)
    contact_name = StringField(_l("Contact person or desk"), [Length(max=200)])
    contact_email = EmailField(_l("E-mail"), [Optional(), check_reachable], filters=[address_filter])
    contact_phone = StringField(_l("Phone"), [Length(max=40)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.time_zone.choices = options((zone, zone) for zone in sorted(available_timezones()) if "/" in zone)
