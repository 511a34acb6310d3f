"""The profile of an organisation, written once and used everywhere."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.people.chosen_centre import nearest_centres
from marketplace.people.forms import NAME_LENGTH, address_filter, check_no_link, check_reachable
from marketplace.people.labels import KIND_LABELS, LEGAL_FORM_LABELS, ORIGIN_LABELS, SCHEME_LABELS, SECTION_LABELS
from marketplace.people.models import KINDS, Organisation
from marketplace.people.organisation_actions import FIRST_YEAR, is_future
from marketplace.people.registrations import SCHEMES, format_number, normal_number, number_problem
from marketplace.people.sectors import SECTORS
from marketplace.people.states import NEEDED
from marketplace.places.countries import countries
from marketplace.places.queries import all_regions, all_zones
from marketplace.web.forms import Form, SelectChoice, options
from marketplace.web.language import current_locale
from marketplace.web.money import MoneyField

CURRENCIES = ("KRW", "CAD", "EUR", "USD", "JPY", "GBP", "CHF", "CNY")
OTHER = "other"
LARGEST = 10**16 - 1
_EMPTY = ("", _l("Not said"))


def tidy_website(text: str | None) -> str:
    """A web address with its scheme; what is none is left for the validator."""
    value = (text or "").strip()
    return f"https://{value}" if value and "://" not in value else value


def check_website(_form: Any, field: Any) -> None:
    """A public address under http or https, without a password in it."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in host or "@" in parts.netloc or " " in field.data:
        raise ValidationError(_l("This is not a web address, such as https://company.example."))


def not_in_future(form: Any, field: Any) -> None:
    """A day that has come already where the organisation is."""
    place = form.region_code.data or form.country.data
    if isinstance(field.data, date) and is_future(field.data, place):
        raise ValidationError(_l("This day has not come yet."))


def region_options(locale: str) -> list[SelectChoice]:
    """Every region under its country's name."""
    names = Locale.parse(locale).territories
    found = options([("", _l("Another region, or none"))])
    for country, regions in groupby(all_regions(locale), key=lambda region: region.country):
        found += options(((region.code, region.name(locale)) for region in regions), names.get(country, country))
    return found


def country_options(locale: str) -> list[SelectChoice]:
    """Every country by name."""
    return options([_EMPTY, *countries(locale).items()])


class Checkboxes(SelectMultipleField):
    """Several of a list, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewOrganisationForm(Form):
    """What an organisation begins with; the rest is filled in on its profile."""

    name = StringField(
        _l("Name of the organisation"),
        [DataRequired(_l("Enter the name of the organisation.")), Length(max=NAME_LENGTH), check_no_link],
        render_kw={"autocomplete": "organization"},
    )
    kind = SelectField(
        _l("Kind of organisation"),
        [DataRequired(_l("Choose the kind of your organisation."))],
        choices=options([("", _l("Choose one")), *((kind, KIND_LABELS[kind]) for kind in KINDS if kind != "centre")]),
    )
    region_code = SelectField(NEEDED["region_code"], [Optional()])

    def offer(self, locale: str) -> NewOrganisationForm:
        """Offer the regions in the page's language."""
        self.region_code.choices = region_options(locale)
        return self


class ProfileForm(Form):
    """Everything that stands once on a profile, in sections."""

    kind = SelectField(_l("Kind of organisation"), choices=options(KIND_LABELS.items()))
    name_en = StringField(_l("Name"), [Length(max=NAME_LENGTH), check_no_link])
    description_en = TextAreaField(_l("What it does"), [Length(max=4000)])
    name_fr = StringField(_l("Name"), [Length(max=NAME_LENGTH), check_no_link])
    description_fr = TextAreaField(_l("What it does"), [Length(max=4000)])
    name_ko = StringField(_l("Name"), [Length(max=NAME_LENGTH), check_no_link])
    description_ko = TextAreaField(_l("What it does"), [Length(max=4000)])
    website = StringField(
        _l("Website"), [check_website, Length(max=500)], filters=[tidy_website], render_kw={"inputmode": "url"}
    )
    legal_form = SelectField(_l("Legal form"), choices=options([_EMPTY, *LEGAL_FORM_LABELS.items()]))
    opened_on = DateField(
        NEEDED["opened_on"],
        [Optional(), not_in_future],
        description=_l("For a sole trader: the day the business opened. Its age counts from here."),
    )
    registered_on = DateField(
        NEEDED["registered_on"],
        [Optional(), not_in_future],
        description=_l("For a company or another body: the day it was registered. Its age counts from here."),
    )
    origin = RadioField(
        _l("How it came about"),
        choices=options([_EMPTY, *ORIGIN_LABELS.items()]),
        default="",
        filters=[lambda value: value or ""],
    )
    scheme = SelectField(
        _l("Register"), choices=options([_EMPTY, *((name, SCHEME_LABELS[name]) for name in (*SCHEMES, OTHER))])
    )
    other_scheme = StringField(
        _l("Name of the other register"),
        [Length(max=80)],
        description=_l("Only where you chose another register, such as the commercial register of a city."),
    )
    registration_number = StringField(NEEDED["registration_number"], [Length(max=80)])
    region_code = SelectField(NEEDED["region_code"], [Optional()])
    country = SelectField(
        _l("Country"), [Optional()], description=_l("Only where the region above is not in the list.")
    )
    zones = Checkboxes(_l("Zones"))
    sectors = Checkboxes(_l("Sectors"), choices=options(SECTORS.items()))

    @classmethod
    def of(cls, organisation: Organisation, locale: str, **values: Any) -> ProfileForm:
        """The form of a stored profile; ``formdata=None`` draws what is stored."""
        texts = {
            f"{part}_{code}": getattr(text, part)
            for code, text in organisation.texts.items()
            for part in ("name", "description")
        }
        scheme = organisation.registration_scheme or ""
        form = cls(
            obj=organisation,
            version=organisation.version,
            zones=[zone.code for zone in organisation.zones],
            scheme=scheme if scheme in ("", *SCHEMES) else OTHER,
            other_scheme="" if scheme in SCHEMES else scheme,
            registration_number=format_number(scheme, organisation.registration_number),
            **texts,
            **values,
        )
        form.region_code.choices = region_options(locale)
        form.country.choices = country_options(locale)
        form.zones.choices = options((zone.code, zone.name(locale)) for zone in all_zones(locale))
        kinds = ("centre",) if organisation.kind == "centre" else tuple(k for k in KINDS if k != "centre")
        form.kind.choices = options((kind, KIND_LABELS[kind]) for kind in kinds)
        return form

    def validate_other_scheme(self, field: Any) -> None:
        """Another register needs a name."""
        if self.scheme.data == OTHER and not field.data:
            raise ValidationError(_l("Enter the name of the register."))

    def validate_registration_number(self, field: Any) -> None:
        """A number belongs to a register, which knows how its numbers look."""
        if field.data and not self.scheme.data:
            raise ValidationError(_l("Choose the register that this number is from."))
        if (scheme := self._scheme) and (wrong := number_problem(scheme, normal_number(scheme, field.data or ""))):
            raise ValidationError(wrong)

    @property
    def _scheme(self) -> str | None:
        scheme: str | None = self.other_scheme.data if self.scheme.data == OTHER else self.scheme.data
        return scheme

    def values(self) -> dict[str, Any]:
        """What ``edit_organisation`` takes."""
        plain = self.content("kind", "website", "legal_form", "opened_on", "registered_on", "origin", "region_code")
        texts = {
            code: {part: self._fields[f"{part}_{code}"].data or "" for part in ("name", "description")}
            for code in LOCALES
        }
        more = {"country": self.country.data, "zones": self.zones.data or [], "sectors": self.sectors.data or []}
        number = self.registration_number.data
        return {**plain, **more, "texts": texts, "registration_scheme": self._scheme, "registration_number": number}

    def languages(self) -> list[tuple[str, str, bool, bool]]:
        """Code, own name, whether written and whether wrong, for the sets of fields by language."""
        return [
            (
                code,
                NAMES[code],
                bool(self._fields[f"name_{code}"].data),
                any(self._fields[f"{part}_{code}"].errors for part in ("name", "description")),
            )
            for code in LOCALES
        ]


class RepresentativeForm(Form):
    """A person who legally represents the organisation."""

    name = StringField(
        _l("Name of the representative"),
        [DataRequired(_l("Enter the name.")), Length(max=NAME_LENGTH), check_no_link],
    )
    qualifies = RadioField(
        _l("Do they meet the conditions for founders in a call, such as no running sanction?"),
        [InputRequired(_l("Choose one."))],
        choices=options([("yes", _l("Yes")), ("no", _l("No")), ("unknown", _l("Not sure: the centre decides"))]),
    )

    @property
    def answer(self) -> bool | None:
        """True, False, or None where they are not sure."""
        return {"yes": True, "no": False}.get(str(self.qualifies.data))


class YearForm(Form):
    """One year's figures."""

    year = IntegerField(
        _l("Year"),
        [InputRequired(_l("Enter the year.")), NumberRange(FIRST_YEAR, 2999, _l("Enter a year, such as 2025."))],
    )
    revenue = MoneyField(_l("Revenue"), [Optional()], largest=LARGEST)
    investment = MoneyField(_l("Investment received"), [Optional()], largest=LARGEST)
    currency = SelectField(_l("Currency"), choices=options([_EMPTY, *((code, code) for code in CURRENCIES)]))
    staff = IntegerField(_l("Staff at the end of the year"), [Optional(), NumberRange(0, 10_000_000)])


class ShownForm(Form):
    """Whether an organisation may be found, and which parts of its profile strangers see."""

    is_listed = BooleanField(
        _l("Let others find us"),
        description=_l("In the directory, in search engines and in the public data, once a centre has verified you."),
    )
    shown = Checkboxes(_l("What others see"), choices=options(SECTION_LABELS.items()))


class ContactForm(Form):
    """A person to talk to."""

    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=NAME_LENGTH), check_no_link])
    role = StringField(_l("What to ask them about"), [DataRequired(_l("Enter what they answer for.")), Length(max=120)])
    email = StringField(
        _l("E-mail"),
        [Optional(), check_reachable, Length(max=254)],
        filters=[address_filter],
        description=_l("Everybody can read it: leave it empty, or give one that is meant for this."),
        render_kw={"type": "email", "autocomplete": "off"},
    )
    phone = StringField(_l("Phone"), [Length(max=40)], render_kw={"inputmode": "tel", "autocomplete": "off"})


class ClaimForm(Form):
    """Why an imported organisation is one's own."""

    position = StringField(
        _l("What you do there"), [DataRequired(_l("Enter what you do there, such as founder.")), Length(max=120)]
    )
    reason = TextAreaField(
        _l("How the centre can tell that it is yours"),
        [DataRequired(_l("Say how the centre can tell that it is yours.")), Length(max=4000)],
        description=_l(
            "Such as a page of its website that names you, a public register, or a phone number where you are reached."
        ),
    )
    centre_id = SelectField(_l("The centre that checks it"), [Optional()], coerce=int)

    def offer(self, organisation: Organisation) -> ClaimForm:
        """Fill the choices: the centres near it."""
        near = nearest_centres(organisation) if organisation.kind != "centre" else []
        self.centre_id.choices = options((centre.id, centre.name(current_locale())) for centre in near)
        return self
