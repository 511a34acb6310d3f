"""The company corrects the text of a published challenge, or adds a language."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.challenges import corrections
from marketplace.challenges.drafting_views import find_own, lock_own
from marketplace.challenges.forms import CorrectionForm
from marketplace.challenges.models import Challenge
from marketplace.challenges.sections import LABELS
from marketplace.challenges.views import blueprint
from marketplace.kernel import policy
from marketplace.kernel.errors import Blocked
from marketplace.kernel.locales import LOCALES, NAMES
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find


@blueprint.get("/challenges/<int:id>/corrections/new")
def new_correction(id: int) -> Response:
    """What may be corrected, with what stays as published beside it."""
    challenge = find(find_own(current_actor(), id))
    policy.require(current_actor(), "challenge.correct", challenge)
    if message := corrections.correction_obstacle(challenge):
        raise Blocked(message)
    return _page(challenge, CorrectionForm.drawn(challenge))


@blueprint.post("/challenges/<int:id>/corrections")
def correct(id: int) -> Response:
    """Publish a correction."""
    actor = current_actor()
    challenge = lock_own(actor, id)
    form = CorrectionForm.drawn(challenge, request.form)
    form_recovery.compare(lambda: CorrectionForm.drawn(challenge))
    if not form.validate():
        return _page(challenge, form, 422)
    form.take(
        lambda: corrections.correct_challenge(
            challenge, actor, form.sent_texts(), str(form.note.data or ""), form.version_seen
        )
    )
    if form.errors:
        return _page(challenge, form, 422)
    flash(_("Corrected. The page says what and when."), "done")
    return see_other(url_for("challenges.show", id=id))


def _page(challenge: Challenge, form: CorrectionForm, status: int = 200) -> Response:
    order = (challenge.main_locale, *(code for code in LOCALES if code != challenge.main_locale))
    sets = [(code, NAMES[code], code in challenge.texts, bool(form[f"text_{code}"].errors)) for code in order]
    fixed = {
        code: [
            (LABELS[name], words)
            for name in corrections.TEXTS
            if name not in form[f"text_{code}"].form._fields
            and (row := challenge.texts.get(code)) is not None
            and (words := getattr(row, name))
        ]
        for code in order
    }
    page = render_template(
        "challenges/correct.html",
        challenge=challenge,
        title=challenge.title(current_locale()),
        form=form,
        sets=sets,
        fixed=fixed,
    )
    return make_response(page, status)
