"""The forms of the drafting, one a section, in plain questions."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date
from typing import Any

import wtforms
from wtforms import (
    BooleanField,
    DateField,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.challenges.corrections import TEXTS, open_texts
from marketplace.challenges.labels import (
    FIELD_LABELS,
    IP_LABELS,
    RESOURCE_LABELS,
    VISIBILITY_LABELS,
)
from marketplace.challenges.models import Challenge
from marketplace.challenges.sections import LABELS, mark_of, section
from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.web.forms import Form, bind_clean, options
from marketplace.web.money import MoneyField

CURRENCIES = ("KRW", "CAD", "EUR", "USD")
LONG = 8000
MOST_FIELDS = 3


class Texts(wtforms.Form):
    """The texts of one section in one language."""

    class Meta(wtforms.meta.DefaultMeta):
        def bind_field(self, form: Any, unbound: Any, given: MutableMapping[str, Any]) -> Any:
            return bind_clean(form, unbound, dict(given))


def _line(name: str, hint: Any, most: int = 160) -> StringField:
    return StringField(LABELS[name], [Length(max=most)], description=hint)


def _text(name: str, hint: Any, most: int = LONG) -> TextAreaField:
    return TextAreaField(LABELS[name], [Length(max=most)], description=hint)


def _few(_form: Any, field: Any) -> None:
    if len(field.data or ()) > MOST_FIELDS:
        raise ValidationError(_l("Choose at most three: leave out those that fit least."))


def _many(name: str, choices: Any, hint: Any, *checks: Any) -> SelectMultipleField:
    return SelectMultipleField(
        LABELS[name],
        checks,
        choices=options(choices.items()),
        description=hint,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class NeedTexts(Texts):
    title = _line("title", _l("One line that a startup understands without knowing you: what should be solved?"))
    summary = _text(
        "summary", _l("Two or three sentences for the list. Everybody who sees the challenge reads them."), 800
    )
    problem = _text("problem", _l("What happens today, where, how often, and what does it cost you? Figures help."))
    why_now = _text("why_now", _l("What changes soon, and what happens if nothing is done?"))
    constraints = _text("constraints", _l("What must a solution respect: rules, machines, places, times?"))
    success_criteria = _text(
        "success_criteria", _l("How will both sides know that it worked? Name what you will measure.")
    )


class OfferTexts(Texts):
    resources_words = _text("resources_words", _l("How much of it, from when, and who helps to use it?"))
    payment_terms = _text("payment_terms", _l("In how many parts, and upon what?"), 1000)


class TermsTexts(Texts):
    ip_words = _text("ip_words", _l("Needed for “other terms”; else add what the choice leaves open."))
    purchase_route = _text(
        "purchase_route",
        _l("If the pilot succeeds: direct purchase up to which amount, a tender, an investment? Who signs?"),
    )


class AudienceTexts(Texts):
    anonymous_as = _line(
        "anonymous_as", _l("Shown in place of your name. Leave out your name, your website and the problem owner."), 120
    )


class SectionForm(Form):
    """``name`` is the section; texts stand in ``text_en``, ``text_fr`` and ``text_ko``."""

    name = ""

    @classmethod
    def drawn(cls, challenge: Challenge, formdata: Any = None, **kwargs: Any) -> SectionForm:
        """The form as stored, or as sent where ``formdata`` is given; it carries the section's mark as version."""
        part = section(cls.name)
        data: dict[str, Any] = {field: getattr(challenge, field) for field in part.values}
        for code, text in challenge.texts.items():
            data[f"text_{code}"] = {field: getattr(text, field) for field in part.texts}
        data.update(cls.stored(challenge))
        form = cls(formdata=formdata, data=data, **kwargs)
        if formdata is None:
            form.version.data = str(mark_of(challenge, cls.name))
        form.offer(challenge)
        return form

    @classmethod
    def stored(cls, challenge: Challenge) -> dict[str, Any]:
        return {}

    def offer(self, challenge: Challenge) -> None:
        """Fill in the choices that depend on the challenge."""

    def sent_texts(self) -> dict[str, dict[str, str]]:
        """Texts by language; fields with errors are left out, so that an autosave keeps what stood there."""
        found = {}
        for code in LOCALES:
            if f"text_{code}" in self._fields:
                inner = self._fields[f"text_{code}"].form
                found[code] = {f.short_name: f.data or "" for f in inner if not f.errors}
        return found

    def sent_values(self) -> dict[str, Any]:
        """Values by column; fields with errors are left out."""
        wanted = section(self.name).values
        return {
            name: self._fields[name].data for name in wanted if name in self._fields and not self._fields[name].errors
        }


class NeedForm(SectionForm):
    name = "need"
    main_locale = RadioField(
        LABELS["main_locale"], choices=options(NAMES.items()), validators=[DataRequired()],
        description=_l("Readers without a text in their own language see this one, and are told so."),
    )  # fmt: skip
    fields = _many("fields", FIELD_LABELS, _l("Startups find challenges by field. Choose one to three."), _few)
    text_en = FormField(NeedTexts, "English")
    text_fr = FormField(NeedTexts, "Français")
    text_ko = FormField(NeedTexts, "한국어")


class StartupForm(SectionForm):
    name = "startup"
    trl_from = IntegerField(
        LABELS["trl_from"], [Optional(), NumberRange(1, 9)],
        description=_l("Technology readiness, 1 to 9: 3 is a proof on the bench, 6 a prototype in a real setting."),
    )  # fmt: skip
    trl_to = IntegerField(
        LABELS["trl_to"], [Optional(), NumberRange(1, 9)], description=_l("9 is proven in daily use.")
    )
    startups_sought = IntegerField(
        LABELS["startups_sought"], [InputRequired(), NumberRange(1, 20)],
        description=_l("How many startups can you really work with at once?"),
    )  # fmt: skip

    def validate_trl_to(self, field: Any) -> None:
        if field.data is not None and self.trl_from.data is not None and field.data < self.trl_from.data:
            raise ValidationError(_l("Must not lie below the level it starts from."))

    def sent_values(self) -> dict[str, Any]:
        found = super().sent_values()
        low, high = found.get("trl_from"), found.get("trl_to")
        if (low is None) != (high is None):  # the database holds both or neither
            found["trl_from"] = found["trl_to"] = low if high is None else high
        return found


class OfferForm(SectionForm):
    name = "offer"
    resources = _many("resources", RESOURCE_LABELS, _l("What can the startup use during the pilot?"))
    budget = MoneyField(
        LABELS["budget"], [Optional()],
        description=_l("What you can spend on the pilot, for each startup."),
    )  # fmt: skip
    currency = SelectField(
        LABELS["currency"], [Optional()], choices=options([("", _l("Choose")), *((code, code) for code in CURRENCIES)])
    )
    payment_days = IntegerField(
        LABELS["payment_days"], [Optional(), NumberRange(1, 180)],
        description=_l("Days between an invoice and its payment. Startups live on this figure."),
    )  # fmt: skip
    text_en = FormField(OfferTexts, "English")
    text_fr = FormField(OfferTexts, "Français")
    text_ko = FormField(OfferTexts, "한국어")

    def validate_currency(self, field: Any) -> None:
        if self.budget.data is not None and not field.data:
            raise ValidationError(_l("Choose the currency of the budget."))

    def sent_values(self) -> dict[str, Any]:
        found = super().sent_values()
        if "currency" in found:
            found["currency"] = found["currency"] or None
        return found


class TermsForm(SectionForm):
    name = "terms"
    ip_option = RadioField(
        LABELS["ip_option"], [Optional()], choices=options(IP_LABELS.items()),
        description=_l("Who owns and who may use what the startup makes? Startups read this before they apply."),
    )  # fmt: skip
    owner_name = StringField(
        LABELS["owner_name"], [Length(max=120)],
        description=_l("The person who lives with the problem and decides about the result."),
    )  # fmt: skip
    owner_role = StringField(
        LABELS["owner_role"], [Length(max=120)], description=_l("For example: head of network losses.")
    )
    decision_date = DateField(
        LABELS["decision_date"], [Optional()], description=_l("The day by which every applicant has an answer.")
    )
    text_en = FormField(TermsTexts, "English")
    text_fr = FormField(TermsTexts, "Français")
    text_ko = FormField(TermsTexts, "한국어")

    def validate_decision_date(self, field: Any) -> None:
        if field.data is not None and not date(2000, 1, 1) <= field.data <= date(2100, 1, 1):
            raise ValidationError(_l("Choose a day of the coming months."))

    def sent_values(self) -> dict[str, Any]:
        return {name: value or None for name, value in super().sent_values().items()}


class AudienceForm(SectionForm):
    name = "audience"
    visibility = RadioField(LABELS["visibility"], [DataRequired()], choices=options(VISIBILITY_LABELS.items()))
    says_kind = BooleanField(_l("Say what kind of organisation it is"))
    place = RadioField(_l("Say where it is"), [Optional()], choices=[])
    described_sector = SelectField(_l("Say its sector"), [Optional()], choices=[])
    invited = SelectMultipleField(
        LABELS["invited"], [Optional()], choices=[], coerce=int,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False,
    )  # fmt: skip
    startup = StringField(_l("Find a startup by name"), [Length(max=120)])
    text_en = FormField(AudienceTexts, "English")
    text_fr = FormField(AudienceTexts, "Français")
    text_ko = FormField(AudienceTexts, "한국어")

    @classmethod
    def stored(cls, challenge: Challenge) -> dict[str, Any]:
        place = "region" if challenge.described_region else "country" if challenge.described_country else ""
        return {
            "says_kind": bool(challenge.described_kind),
            "place": place,
            "described_sector": challenge.described_sector or "",
            "invited": [row.organisation_id for row in challenge.invited],
        }

    def offer(self, challenge: Challenge) -> None:
        company = challenge.organisation
        places = [("region", LABELS["described_region"]), ("country", LABELS["described_country"])]
        self.place.choices = options([*(places if company and company.region_code else []), ("", _l("Do not say"))])
        sectors = company.sectors if company else []
        self.described_sector.choices = options(
            [("", _l("Do not say")), *((s, FIELD_LABELS.get(s, s)) for s in sectors)]
        )

    def describe(self, challenge: Challenge) -> dict[str, Any]:
        """The stated facts as columns."""
        company = challenge.organisation
        region = company.region_code if company else None
        return {
            "described_kind": company.kind if company and self.says_kind.data else None,
            "described_region": region if self.place.data == "region" else None,
            "described_country": (region or "").partition("-")[0] or None if self.place.data == "country" else None,
            "described_sector": self.described_sector.data or None,
        }


class DestinationForm(SectionForm):
    name = "destination"
    call_id = SelectField(LABELS["call_id"], [Optional()], choices=[], coerce=lambda v: int(v) if v else None)
    centre_id = SelectField(LABELS["centre_id"], [Optional()], choices=[], coerce=lambda v: int(v) if v else None)


FORMS: dict[str, type[SectionForm]] = {
    form.name: form for form in (NeedForm, StartupForm, OfferForm, TermsForm, AudienceForm, DestinationForm)
}


class CorrectionTexts(NeedTexts, OfferTexts, TermsTexts, AudienceTexts):
    """All texts in one language; what may not be written is taken out of the form."""


class CorrectionForm(Form):
    """What is corrected after publication, language by language, and the note that everybody reads."""

    text_en = FormField(CorrectionTexts, "English")
    text_fr = FormField(CorrectionTexts, "Français")
    text_ko = FormField(CorrectionTexts, "한국어")
    note = StringField(
        _l("What you corrected, and why"),
        [DataRequired(_l("Say what you corrected: everybody will read it.")), Length(max=300)],
        description=_l(
            "It stands on the challenge’s page with the date. Who writes an application or follows is told."
        ),
    )

    @classmethod
    def drawn(cls, challenge: Challenge, formdata: Any = None) -> CorrectionForm:
        """The form as published, or as sent where ``formdata`` is given, with the challenge's version."""
        rows = challenge.texts.items()
        data = {f"text_{code}": {name: getattr(row, name) for name in TEXTS} for code, row in rows}
        form = cls(formdata=formdata, data=data)
        if formdata is None:
            form.version.data = str(challenge.version)
        for code in LOCALES:
            inner, allowed = form[f"text_{code}"].form, open_texts(challenge, code)
            for name in set(inner._fields) - set(allowed):
                del inner[name]
        return form

    def sent_texts(self) -> dict[str, dict[str, str]]:
        """Texts by language."""
        return {code: {f.short_name: f.data or "" for f in self[f"text_{code}"].form} for code in LOCALES}


class NewForm(Form):
    """What begins a challenge: its language and a title."""

    main_locale = RadioField(
        _l("In which language do you write?"), [DataRequired()], choices=options(NAMES.items()),
        description=_l("You can add the other two languages until applications close."),
    )  # fmt: skip
    title = StringField(
        LABELS["title"], [DataRequired(_l("Write one line; you can change it later.")), Length(max=160)],
        description=_l("One line that a startup understands without knowing you: what should be solved?"),
    )  # fmt: skip
