"""What people fill in on a collaboration's pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms import TextAreaField as Area
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from marketplace.challenges.models import IP_OPTIONS
from marketplace.collaborations.models import CAUSES, ENDERS, NEXT_STEPS, OUTCOME_KINDS
from marketplace.kernel.locales import NAMES, _l
from marketplace.web.forms import Form, Sometimes, options
from marketplace.web.money import MoneyField

CURRENCIES = ("KRW", "CAD", "EUR", "USD")
IP_WORDS = {
    "startup_keeps": _l("The startup keeps its rights"),
    "company_licence": _l("The company gets a licence"),
    "joint": _l("Both own what they make together"),
    "transfer": _l("Rights pass to the company against payment"),
    "other": _l("Other, in words"),
}
KIND_WORDS = {
    "contract": _l("Contract"),
    "purchase": _l("Purchase"),
    "investment": _l("Investment"),
    "joint_research": _l("Joint research and development"),
    "ip": _l("Intellectual property"),
    "jobs": _l("Jobs"),
}
CAUSE_WORDS = {
    "company": _l("The company"),
    "startup": _l("The startup"),
    "both": _l("Both sides"),
    "centre": _l("The centre"),
    "outside": _l("Something outside"),
}
NEXT_WORDS = {"buy": _l("Buy"), "invest": _l("Invest"), "extend": _l("Extend the work"), "stop": _l("Stop here")}
RESULT_WORDS = {
    "succeeded": _l("Succeeded"),
    "partial": _l("Partly succeeded"),
    "good_faith_failure": _l("Failed in good faith"),
    "failed": _l("Failed"),
}
VERDICT_WORDS = {"met": _l("Met"), "partially_met": _l("Partly met"), "not_met": _l("Not met")}
LONG = Length(max=20000)
REQUIRED = InputRequired(_l("Fill this in."))
AMOUNT = NumberRange(min=0, max=999_999_999_999, message=_l("Give an amount between 0 and 999,999,999,999."))


def choices_of(words: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Values with their words, in the order of the names."""
    return [(name, words[name]) for name in names]


def currencies(*further: str | None) -> list[tuple[str, str]]:
    """The empty choice and the currencies, with one that a stored row already has."""
    codes = dict.fromkeys([*CURRENCIES, *(code for code in further if code)])
    return [("", "–"), *((code, code) for code in codes)]


def code_of(value: Any) -> str | None:
    """A chosen value, or None for the empty choice."""
    return str(value) if value else None


class TermsForm(Form):
    """The terms and the text of an agreement."""

    purpose = Area(_l("Purpose"), validators=[LONG])
    starts_on = DateField(_l("Begins on"), validators=[Optional()])
    ends_on = DateField(_l("Ends on"), validators=[Optional()])
    amount = MoneyField(_l("Amount"), validators=[Optional(), AMOUNT])
    currency = SelectField(_l("Currency"), choices=options(currencies()), coerce=code_of)
    ip_option = SelectField(
        _l("Intellectual property"), choices=options([("", "–"), *choices_of(IP_WORDS, IP_OPTIONS)]), coerce=code_of
    )
    ip_terms = Area(_l("Intellectual property terms, in words"), validators=[LONG])
    governing_law = StringField(
        _l("Governing law"),
        description=_l("Which law applies, and which court decides."),
        validators=[Length(max=300)],
    )
    ruling_locale = SelectField(
        _l("Language that rules"),
        description=_l("Where translations differ, this language decides."),
        choices=options(NAMES.items()),
    )
    text = Area(_l("Text of the agreement"), validators=[Length(max=200_000)])


class SignerForm(Form):
    """Who signs for a party."""

    signer_id = SelectField(_l("Person"), coerce=lambda v: int(v) if v else 0, validators=[REQUIRED])
    capacity = StringField(
        _l("Capacity"),
        description=_l("In which capacity this person signs, such as managing director."),
        validators=[REQUIRED, Length(max=200)],
    )


class SignForm(Form):
    """The explicit act: over exactly this text, with authority declared."""

    text_hash = HiddenField()
    authority = BooleanField(_l("I may bind my organisation by my signature, and I have read the whole text."))


class MilestoneForm(Form):
    """Something due by a day."""

    title = StringField(_l("What is reached"), validators=[REQUIRED, Length(max=300)])
    owner_id = SelectField(_l("Who delivers it"), coerce=int)
    due_on = DateField(_l("Due on"), validators=[REQUIRED])
    note = Area(_l("Note"), description=_l("How one will see that it was met."), validators=[Length(max=4000)])


class JudgementForm(Form):
    """Whether a milestone was met."""

    verdict = RadioField(
        _l("Was it met?"), choices=options(VERDICT_WORDS.items()), validators=[InputRequired(_l("Choose an answer."))]
    )
    reason = Area(
        _l("Why"),
        description=_l("Needed unless it was fully met. Both sides read it."),
        validators=[Sometimes(), Length(max=4000)],
    )


class ChangeForm(Form):
    """What is to become of a milestone that was signed for; its sides have to agree."""

    title = StringField(_l("What is reached"), validators=[REQUIRED, Length(max=300)])
    owner_id = SelectField(_l("Who delivers it"), coerce=int)
    due_on = DateField(_l("Due on"), validators=[REQUIRED])
    reason = Area(_l("Why"), description=_l("Both sides read it."), validators=[REQUIRED, Length(max=4000)])


class NotingForm(Form):
    """How one will see that a milestone was met: words that bind nobody."""

    note = Area(_l("Note"), description=_l("How one will see that it was met."), validators=[Length(max=4000)])


class RescheduleForm(Form):
    """A new day for a milestone."""

    @property
    def day(self) -> date:
        """The day given, once validated."""
        assert self.due_on.data is not None
        return self.due_on.data

    due_on = DateField(_l("New day"), validators=[REQUIRED])
    reason = Area(_l("Why"), validators=[REQUIRED, Length(max=4000)])


class NoteForm(Form):
    """A progress note."""

    text = Area(
        _l("What happened since the last note"),
        validators=[InputRequired(_l("Write what happened.")), Length(max=8000)],
    )


class TerminationForm(Form):
    """An early end."""

    ended_by = RadioField(
        _l("Who ends it"),
        choices=options(choices_of(CAUSE_WORDS, ENDERS)),
        validators=[InputRequired(_l("Choose an answer."))],
    )
    cause = RadioField(
        _l("Where the cause lies"),
        choices=options(choices_of(CAUSE_WORDS, CAUSES)),
        validators=[InputRequired(_l("Choose an answer."))],
    )
    reason = Area(_l("Why"), description=_l("Both sides read it."), validators=[REQUIRED, Length(max=8000)])
    settlement = Area(
        _l("Settlement"),
        description=_l("How money, equipment, data and rights are settled."),
        validators=[REQUIRED, Length(max=8000)],
    )


class ReportForm(Form):
    """The final report."""

    goals = Area(_l("What the goals were"), validators=[REQUIRED, LONG])
    reached = Area(_l("What was reached"), validators=[REQUIRED, LONG])
    spending = Area(_l("What the money was spent on"), validators=[LONG])


class OpinionForm(Form):
    """The company's opinion on the report."""

    opinion = Area(
        _l("The company’s opinion"),
        description=_l("What was useful, what was not, and whether the goals were reached."),
        validators=[REQUIRED, LONG],
    )


class ResultForm(Form):
    """The result class."""

    result = RadioField(
        _l("How it ended"), choices=options(RESULT_WORDS.items()), validators=[InputRequired(_l("Choose an answer."))]
    )
    reason = Area(
        _l("Why"),
        description=_l("Needed unless it succeeded. Both sides read it."),
        validators=[Sometimes(), Length(max=8000)],
    )


class NextStepForm(Form):
    """What the company does next."""

    next_step = RadioField(
        _l("What comes next"),
        choices=options(choices_of(NEXT_WORDS, NEXT_STEPS)),
        validators=[InputRequired(_l("Choose an answer."))],
    )
    words = Area(
        _l("In words"), description=_l("What, by when, and who decides."), validators=[REQUIRED, Length(max=8000)]
    )


class OutcomeForm(Form):
    """An outcome with its evidence."""

    kind = SelectField(_l("Kind"), choices=options(choices_of(KIND_WORDS, OUTCOME_KINDS)))
    value = MoneyField(
        _l("Value"),
        description=_l("An amount of money; for jobs their number."),
        validators=[Optional(), AMOUNT],
    )
    currency = SelectField(_l("Currency"), choices=options(currencies()), coerce=code_of)
    happened_on = DateField(_l("Day it happened"), validators=[REQUIRED])
    evidence_url = StringField(
        _l("Evidence"),
        description=_l("The address of a page or document that shows it, beginning with https:// or http://."),
        validators=[REQUIRED, Length(max=2000)],
    )
    description = Area(_l("In words"), validators=[Length(max=4000)])
    may_publish = BooleanField(_l("We agree that this outcome is published once the centre has verified it."))


class CorrectionForm(OutcomeForm):
    """The same, in place of an earlier one."""

    reason = Area(
        _l("Why it is corrected"), description=_l("Both sides read it."), validators=[REQUIRED, Length(max=4000)]
    )


class StepForm(Form):
    """A step on the page itself: a reason, perhaps a consent."""

    reason = Area(_l("Why"), validators=[Length(max=8000)])
    consents = BooleanField(_l("We agree that this outcome is published once the centre has verified it."))
