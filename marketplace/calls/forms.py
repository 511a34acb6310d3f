"""What centre staff fill in about calls, awards and exclusions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from wtforms import (
    BooleanField,
    DateField,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from marketplace.calls import labels
from marketplace.calls.models import NOTICE
from marketplace.calls.rule_words import DECLARATIONS, KINDS_IN_WORDS
from marketplace.kernel.locales import LOCALES, _l
from marketplace.network.fields import MomentField, TickField, choices
from marketplace.network.forms import CURRENCIES, LANGUAGES, REQUIRED, number_or_none
from marketplace.people.sectors import SECTORS
from marketplace.web.forms import Form, options
from marketplace.web.money import MoneyField

WHOLE = NumberRange(min=1, max=9999, message=_l("A whole number from 1 to 9,999."))


class NoticeForm(Form):
    """One field a part and language: ``subject_en``, ``contact_ko``, …"""

    main_locale = SelectField(_l("Main language"), choices=LANGUAGES)

    def notice(self) -> dict[str, dict[str, str]]:
        """The words by language and part."""
        return {code: {name: self[f"{name}_{code}"].data or "" for name in NOTICE} for code in LOCALES}


class AmendForm(NoticeForm):
    """A later deadline, corrected words, and why."""

    closes_at = MomentField(_l("Applications close"), [Optional()])
    shift = BooleanField(_l("Move the later stages and the promised day by the same time"))
    reason = TextAreaField(
        _l("Reason"), [REQUIRED], description=_l("Everyone reads it on the call’s page; all with a draft are told.")
    )


def _add_languages() -> None:
    for code in LOCALES:
        title = StringField(labels.NOTICE["title"], [Length(max=200)])
        for form in (NoticeForm, AmendForm):
            setattr(form, f"title_{code}", title)
            for name in NOTICE[1:]:
                setattr(form, f"{name}_{code}", TextAreaField(labels.NOTICE[name], [Length(max=20_000)]))


_add_languages()


class NewCallForm(Form):
    """The few things a draft begins with."""

    title = StringField(_l("Title"), [REQUIRED, Length(max=200)])
    locale = SelectField(_l("Main language"), choices=LANGUAGES)
    track = RadioField(_l("How it starts"), choices=choices(labels.TRACKS), default="top_down")
    bottom_up_kind = SelectField(
        _l("Linked to"),
        [Optional()],
        choices=choices(labels.BOTTOM_UP_KINDS, _l("Nothing")),
        description=_l("Only where companies recommend a startup."),
    )

    def validate_bottom_up_kind(self, field: Any) -> None:
        if self.track.data == "bottom_up" and not field.data:
            raise ValidationError(_l("Choose what the recommendation is linked to."))


class MoneyForm(Form):
    """Numbers, amounts and limits, and what the notice says of identity and fit."""

    award_count = IntegerField(_l("Number of awards"), [Optional(), WHOLE])
    award_amount = MoneyField(_l("Amount of an award"), [Optional()])
    currency = SelectField(_l("Currency"), choices=options((c, c) for c in CURRENCIES))
    budget = MoneyField(_l("Budget of the call"), [Optional()])
    own_contribution_percent = IntegerField(
        _l("Own contribution of the startup, percent"), [InputRequired(), NumberRange(min=0, max=100)], default=0
    )
    applications_per_startup = IntegerField(_l("Applications a startup may send"), [InputRequired(), WHOLE], default=1)
    awards_per_startup = IntegerField(_l("Awards a startup may win"), [InputRequired(), WHOLE], default=1)
    fit_role = RadioField(_l("What the company’s view of fit does"), choices=choices(labels.FIT_ROLES))
    identity_revealed = RadioField(_l("An anonymous company’s name is shown"), choices=choices(labels.IDENTITY))
    grace_seconds = IntegerField(
        _l("Grace after the deadline, seconds"),
        [InputRequired(), NumberRange(min=0, max=3600)],
        default=0,
        description=_l("For what was already under way when the deadline came; lateness is recorded."),
    )
    questions_close_days = IntegerField(
        _l("Questions close, days before applications do"),
        [InputRequired(), NumberRange(min=0, max=60)],
        default=3,
        description=_l("So that everybody can still use every answer."),
    )
    answer_working_days = IntegerField(
        _l("A question is answered within, working days"),
        [InputRequired(), NumberRange(min=1, max=30)],
        default=5,
        description=_l("Counted from its publication; the day is shown with the question."),
    )


class StageForm(wtforms.Form):
    """Who acts in a stage, when, and how many go on."""

    actor = SelectField(_l("Who acts"), choices=choices(labels.STAGE_ACTORS))
    opens_at = MomentField(_l("Opens"), [Optional()])
    closes_at = MomentField(_l("Closes"), [Optional()])
    cut = IntegerField(_l("How many go on"), [Optional(), WHOLE])


class NewStageForm(wtforms.Form):
    """A stage to add at the end."""

    kind = SelectField(_l("Stage"), choices=choices(labels.STAGE_KINDS), default="paper")
    actor = SelectField(_l("Who acts"), choices=choices(labels.STAGE_ACTORS), default="panel")


class PlanForm(Form):
    """Two days of the call's own zone, its stages (``stage_7`` by their id), and one to add."""

    families = ("stage_",)
    notice_date = DateField(
        _l("Notice date"), [Optional()], description=_l("Age and running grants are judged on this day.")
    )
    decisions_by = DateField(
        _l("Answers promised by"), [Optional()], description=_l("Applicants read it on the call’s page.")
    )
    new = FormField(NewStageForm, _l("Add a stage"))

    @staticmethod
    def of(stages: Iterable[Any]) -> type[PlanForm]:
        """The form with a part for each of these stages."""
        parts = {f"stage_{stage.id}": FormField(StageForm, labels.STAGE_KINDS[stage.kind]) for stage in stages}
        return type("PlanForm", (PlanForm,), parts)

    def part(self, stage: Any) -> StageForm:
        """The part of a stage."""
        found: StageForm = self[f"stage_{stage.id}"].form
        return found


class RuleForm(Form):
    """Fields of every kind of rule; ``FIELDS`` says which a kind asks for."""

    FIELDS = {
        "age": ("years", "extended_years", "extended_fields"),
        "region": ("regions",),
        "zone": ("zones",),
        "kind": ("kinds",),
        "running_grants": ("most",),
        "declaration": ("codes",),
    }
    years = IntegerField(_l("Years at most"), [InputRequired(), NumberRange(min=1, max=50)], default=7)
    extended_years = IntegerField(_l("Years in the fields below"), [Optional(), NumberRange(min=1, max=50)])
    extended_fields = TickField(_l("Fields with more years"), [Optional()], choices=choices(SECTORS))
    regions = TickField(_l("Regions"), [REQUIRED])
    zones = TickField(_l("Zones"), [REQUIRED])
    kinds = TickField(_l("Kinds of organisation"), [REQUIRED], choices=choices(KINDS_IN_WORDS))
    most = IntegerField(_l("Running grants at most"), [InputRequired(), NumberRange(min=0, max=99)], default=0)
    codes = TickField(_l("What the startup declares not to apply"), [REQUIRED], choices=choices(DECLARATIONS))

    def keep(self, kind: str) -> RuleForm:
        """The same form with the fields of one kind alone."""
        wanted = self.FIELDS.get(kind, ())
        for fields in self.FIELDS.values():
            for name in fields:
                if name not in wanted:
                    del self[name]
        return self

    def params(self, kind: str) -> dict[str, Any]:
        """What was filled in, as the rule keeps it."""
        found = {name: self[name].data for name in self.FIELDS.get(kind, ())}
        return {name: value for name, value in found.items() if value not in (None, [])}


class ReopenForm(Form):
    """A new deadline after an outage, and why."""

    closes_at = MomentField(_l("New closing instant"), [REQUIRED])
    shift = BooleanField(_l("Move the later stages and the promised day by the same time"))
    reason = TextAreaField(_l("Reason"), [REQUIRED], description=_l("Everyone reads it on the call’s page."))


class AwardForm(Form):
    """An earlier grant of an organisation."""

    programme_id = SelectField(
        _l("Programme"), [Optional()], coerce=number_or_none, description=_l("Empty for a grant from elsewhere.")
    )
    title = StringField(_l("What it was for"), [REQUIRED, Length(max=200)])
    awarded_on = DateField(_l("Awarded on"), [REQUIRED])
    ends_on = DateField(
        _l("Ends on"), [Optional()], description=_l("Empty while no end is known: it counts as running.")
    )
    amount = MoneyField(_l("Amount"), [Optional()])
    currency = SelectField(_l("Currency"), choices=options((c, c) for c in CURRENCIES))


class SanctionForm(Form):
    """An exclusion from the network's programmes."""

    reason = TextAreaField(_l("Reason, read by the organisation"), [REQUIRED])
    starts_on = DateField(_l("From"), [REQUIRED])
    ends_on = DateField(_l("Until and including"), [REQUIRED])
