"""Screening: the register of one application, and what staff make of it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.applications import queries
from marketplace.applications.access_log import note_opening
from marketplace.applications.models import Application, EligibilityResult
from marketplace.evaluations import screening
from marketplace.evaluations.forms import OverrideForm, RefusalForm
from marketplace.evaluations.staff_queries import Filters, count_by_state
from marketplace.evaluations.views import blueprint, find_call, is_closed
from marketplace.evaluations.wording import FITS, JUDGED
from marketplace.kernel.errors import Forbidden, Missing
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import can, require
from marketplace.kernel.workflow import available_steps
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.lookups import find

SCREENING_STEPS = (
    "application.confirm_eligible", "application.find_ineligible", "application.shortlist", "application.unshortlist",
)  # fmt: skip


def _is_staff() -> bool:
    actor = current_actor()
    return actor.centre_id is not None or actor.network_operator_id is not None


def find_application(application_id: int) -> Application:
    """An application this reader may open, with what the deciding side shows of it."""
    query = queries.with_parts(queries.visible_to(current_actor())).where(Application.id == application_id)
    return find(query.options(joinedload(Application.opinions), joinedload(Application.organisation)))


def _opened(application_id: int) -> Application:
    """The same for staff alone, noting who opened it."""
    application = find_application(application_id)
    if not _is_staff():
        raise Forbidden(_l("Only the staff of a centre screens applications."))
    note_opening([application], current_actor())
    return application


@blueprint.get("/applications/<int:application_id>/screening")
def screening_of(application_id: int) -> Response:
    """Rules, facts and verdicts of one application, and what can be done about them."""
    return _page(_opened(application_id))


def _page(application: Application, status: int = 200, **forms: Any) -> Response:
    actor = current_actor()
    steps = {c.step.name: c for c in available_steps(application, actor) if c.step.name in SCREENING_STEPS}
    findings = screening.register_of(application)
    version = application.version
    return make_response(
        render_template(
            "evaluations/staff_screening.html",
            application=application,
            call=application.call,
            challenge=application.challenge,
            revision=application.current,
            findings=findings,
            steps=steps,
            may_judge=can(actor, "application.override_rule", application),
            may_prepare=can(actor, "application.prepare", application),
            override=forms.get("override") or OverrideForm(formdata=None, version=version),
            judging=forms.get("judging"),
            refusal=forms.get("refusal") or RefusalForm(formdata=None, version=version),
            version=version,
            fit_words=FITS,
            judged_words=JUDGED,
        ),
        status,
    )


def _back(application: Application) -> ResponseReturnValue:
    return see_other(url_for("evaluations.screening_of", application_id=application.id))


@blueprint.get("/applications/<int:application_id>/results/<int:result_id>/override")
def judge(application_id: int, result_id: int) -> Response:
    """The form for a verdict of one's own, beside the rule and its facts."""
    application = _opened(application_id)
    require(current_actor(), "application.override_rule", application)
    return _judge_page(application, _result(application, result_id))


@blueprint.post("/applications/<int:application_id>/results/<int:result_id>/override")
def override(application_id: int, result_id: int) -> ResponseReturnValue:
    """Put a person's verdict over a rule's, with the reason that the applicant reads."""
    application = _opened(application_id)
    actor = current_actor()
    require(actor, "application.override_rule", application)
    result = _result(application, result_id)
    form = OverrideForm()
    form_recovery.compare(lambda: _override_form(application, result))
    if form.validate_on_submit() and form.take(lambda: _override(application, result, form)):
        flash(_("Your verdict is on record with your name and reason."), "done")
        return _back(application)
    return _judge_page(application, result, form, 422)


def _override(application: Application, result: EligibilityResult, form: OverrideForm) -> bool:
    screening.override_rule(
        application,
        result,
        current_actor(),
        verdict=form.verdict.data,
        reason=form.reason.data or "",
        version=form.version_seen,
    )
    return True


def _override_form(application: Application, result: EligibilityResult) -> Form:
    return OverrideForm(
        formdata=None,
        version=application.version,
        verdict=result.override,
        reason=result.override_reason,
    )


def _judge_page(
    application: Application, result: EligibilityResult, form: OverrideForm | None = None, status: int = 200
) -> Response:
    finding = next(f for f in screening.register_of(application) if f.result.id == result.id)
    page = render_template(
        "evaluations/staff_override.html",
        application=application,
        finding=finding,
        form=form or _override_form(application, result),
        judged_words=JUDGED,
    )
    return make_response(page, status)


def _result(application: Application, result_id: int) -> EligibilityResult:
    query = select(EligibilityResult).where(
        EligibilityResult.id == result_id, EligibilityResult.application_id == application.id
    )
    return find(query)


@blueprint.post("/applications/<int:application_id>/results")
def results(application_id: int) -> ResponseReturnValue:
    """Let the rules judge the profile as it stands today."""
    application = _opened(application_id)
    screening.check_again(application, current_actor())
    flash(_("The rules were checked against today’s profile."), "done")
    return _back(application)


@blueprint.post("/applications/<int:application_id>/eligibility")
def eligibility(application_id: int) -> ResponseReturnValue:
    """Confirm that an application is eligible."""
    application = _opened(application_id)
    screening.confirm_eligible(application, current_actor(), version=Form().version_seen)
    flash(_("The application is eligible: the applicant is told."), "done")
    return _back(application)


@blueprint.post("/applications/<int:application_id>/ineligibility")
def ineligibility(application_id: int) -> ResponseReturnValue:
    """Refuse an application that is not eligible, with the reason."""
    application = _opened(application_id)
    require(current_actor(), "application.find_ineligible", application)
    form = RefusalForm()
    form_recovery.compare(lambda: RefusalForm(formdata=None, version=application.version))
    if form.validate_on_submit() and form.take(lambda: _refuse(application, form)):
        flash(_("The applicant is told, with your reason."), "done")
        return _back(application)
    return _page(application, 422, refusal=form)


def _refuse(application: Application, form: RefusalForm) -> bool:
    screening.find_ineligible(application, current_actor(), reason=form.reason.data or "", version=form.version_seen)
    return True


@blueprint.post("/applications/<int:application_id>/shortlisting")
def shortlisting(application_id: int) -> ResponseReturnValue:
    """Put an application on the shortlist."""
    application = _opened(application_id)
    screening.shortlist(application, current_actor(), version=Form().version_seen)
    flash(_("The application is on the shortlist."), "done")
    return _back_or(application)


@blueprint.post("/applications/<int:application_id>/shortlisting/removal")
def shortlisting_removal(application_id: int) -> ResponseReturnValue:
    """Take an application off the shortlist."""
    application = _opened(application_id)
    screening.unshortlist(application, current_actor(), version=Form().version_seen)
    flash(_("The application is off the shortlist."), "done")
    return _back_or(application)


def _back_or(application: Application) -> ResponseReturnValue:
    """Back to the board where the press came from there."""
    if request.form.get("back") == "board":
        return see_other(url_for("evaluations.board", call_id=application.call_id))
    return _back(application)


@blueprint.get("/calls/<int:call_id>/eligibility")
def screening_of_call(call_id: int) -> Response:
    """What can be confirmed together: how many meet every rule, and how many need a person."""
    actor = current_actor()
    call = find_call(call_id)
    require(actor, "call.confirm_clear", call)
    if not is_closed(call):
        raise Missing
    number = {
        verdict: count_by_state(actor, Filters(call=str(call.id), eligibility=verdict)).get("submitted", 0)
        for verdict in ("meets", "fails", "cannot_tell", "none")
    }
    return make_response(render_template("evaluations/staff_confirm.html", call=call, number=number))


@blueprint.post("/calls/<int:call_id>/eligibility")
def call_eligibility(call_id: int) -> ResponseReturnValue:
    """Confirm all submitted applications whose rules all meet."""
    call = find_call(call_id)
    require(current_actor(), "call.confirm_clear", call)
    if not is_closed(call):
        raise Missing
    number = screening.confirm_clear(call, current_actor())
    flash(
        ngettext("One application is confirmed as eligible.", "%(num)s applications are confirmed as eligible.", number)
        if number
        else _("No application meets every rule and still waits to be confirmed."),
        "done" if number else "moving",
    )
    return see_other(url_for("evaluations.of_call", call_id=call.id))
