"""Forms of the deciding side: a rule judged otherwise, a refusal, the company's view, a decision, its release."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from marketplace.evaluations.wording import FITS, JUDGED, OUTCOMES, REASONS
from marketplace.kernel.locales import _l
from marketplace.network.fields import choices
from marketplace.web.forms import Form, Sometimes

LONG = 4000
SAID = Length(max=LONG, message=_l("Keep it under %(max)d characters."))


class OverrideForm(Form):
    """A person's verdict over a rule's."""

    verdict = RadioField(
        _l("Your verdict"),
        choices=choices(JUDGED),
        validators=[InputRequired(_l("Choose what you find."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        description=_l("The applicant reads it. Say which paper or fact decided."),
        validators=[InputRequired(_l("Give a reason: the applicant reads it.")), SAID],
    )


class RefusalForm(Form):
    """Why an application is not eligible."""

    reason = TextAreaField(
        _l("Why the application is not eligible"),
        validators=[InputRequired(_l("Give a reason: the applicant reads it.")), SAID],
    )


class OpinionForm(Form):
    """The company's view; ``version`` is the opinion's, 0 where there is none yet."""

    fit = RadioField(
        _l("How well does it fit your need?"),
        choices=choices({code: words for code, (_family, words) in FITS.items() if code != "none"}),
        validators=[InputRequired(_l("Choose how well it fits."))],
    )
    reasons = TextAreaField(
        _l("Your reasons"),
        description=_l(
            "The startup reads them after the decisions are released. Say what convinces you and what is missing."
        ),
        validators=[InputRequired(_l("Give your reasons: the startup reads them after the decision.")), SAID],
    )


class DeclineForm(Form):
    """The reason of many refusals at once."""

    reason_code = SelectField(
        _l("Main reason"),
        choices=choices({"": _l("Choose the main reason"), **REASONS}),
        validators=[InputRequired(_l("Choose the main reason: the applicant reads it."))],
    )
    comments = TextAreaField(
        _l("Comments for the applicants"),
        description=_l("They read them word for word, together with the reason."),
        validators=[InputRequired(_l("Write what the applicants can learn from.")), SAID],
    )


class DecisionForm(Form):
    """One prepared decision; what a refusal asks for beyond the outcome is the action's to check."""

    outcome = RadioField(
        _l("Decision"),
        choices=choices({code: words for code, (_family, words) in OUTCOMES.items() if code != "none"}),
        validators=[InputRequired(_l("Choose a decision."))],
    )
    reason_code = SelectField(
        _l("Main reason, if you decline"),
        choices=choices({"": _l("Choose the main reason"), **REASONS}),
        validators=[Sometimes(), AnyOf(["", *REASONS])],
    )
    comments = TextAreaField(
        _l("Comments for the applicant"),
        description=_l("Read word for word after the release. Needed where you decline."),
        validators=[Sometimes(), SAID],
    )


class ReleaseForm(Form):
    """The one word that lets all decisions out."""

    sure = BooleanField(
        _l("I have read what follows from this, and it cannot be undone"),
        validators=[InputRequired(_l("Confirm that you have read what follows from this."))],
    )


def version_of(subject: Any) -> int:
    """The version a form about a row that may not exist yet carries."""
    return subject.version if subject is not None else 0
