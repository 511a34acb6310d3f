"""How a collaboration ends: the final report, the company's opinion and next step, the result, an early end."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from marketplace.collaborations import actions
from marketplace.collaborations.form_pages import form_page
from marketplace.collaborations.forms import NextStepForm, OpinionForm, ReportForm, ResultForm, TerminationForm
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.states import LIVE, RESULTS
from marketplace.collaborations.views import address_of, blueprint, find_collaboration, page_of
from marketplace.kernel import policy
from marketplace.kernel.errors import Blocked
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other


def _drawn_report(collaboration: Collaboration) -> ReportForm:
    report = collaboration.report
    return ReportForm(formdata=None, obj=report, version=report.version) if report else ReportForm(formdata=None)


@blueprint.route("/collaborations/<int:collaboration_id>/report", methods=["GET", "POST"])
def write_report(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    policy.require(actor, "collaboration.write_report", collaboration)
    form = _drawn_report(collaboration) if request.method == "GET" else ReportForm()
    form_recovery.compare(lambda: _drawn_report(collaboration))
    if request.method == "POST" and form.validate():
        written = form.take(
            lambda: actions.write_report(
                collaboration,
                actor,
                goals=form.goals.data or "",
                reached=form.reached.data or "",
                spending=form.spending.data or "",
                version=form.version_seen,
            )
        )
        if written:
            flash(_("The report is kept. Hand it in when every milestone has been judged."))
            return see_other(address_of(collaboration, "report"))
    return form_page(
        collaboration,
        form,
        title=_("Final report"),
        lead=_("Goals against what was reached, and what the money was spent on. The company adds its opinion."),
        button=_("Keep the report"),
    )


@blueprint.route("/collaborations/<int:collaboration_id>/opinion", methods=["GET", "POST"])
def give_opinion(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    policy.require(actor, "collaboration.give_opinion", collaboration)
    report = collaboration.report
    if report is None:
        raise Blocked(_("The company gives its opinion once the final report has been handed in."))
    if request.method == "GET" and collaboration.state in (*RESULTS, "follow_up"):
        raise Blocked(_("The result has been recorded: the opinion it was judged with stays as it is."))
    form = OpinionForm()
    if request.method == "GET":
        form = OpinionForm(formdata=None, opinion=report.company_opinion, version=report.version)
    form_recovery.compare(lambda: OpinionForm(formdata=None, opinion=report.company_opinion, version=report.version))
    if request.method == "POST" and form.validate():
        given = form.take(
            lambda: actions.give_opinion(
                collaboration, actor, opinion=form.opinion.data or "", version=form.version_seen
            )
        )
        if given:
            flash(_("The opinion stands beside the report."))
            return see_other(address_of(collaboration, "report"))
    content = [(_("What the goals were"), report.goals), (_("What was reached"), report.reached)]
    return form_page(
        collaboration, form, title=_("Your opinion on the report"), button=_("Keep the opinion"), content=content
    )


@blueprint.route("/collaborations/<int:collaboration_id>/next-step", methods=["GET", "POST"])
def set_next_step(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    policy.require(actor, "collaboration.set_next_step", collaboration)

    def drawn() -> NextStepForm:
        return NextStepForm(
            formdata=None,
            next_step=collaboration.next_step,
            words=collaboration.next_step_words,
            version=collaboration.version,
        )

    form = drawn() if request.method == "GET" else NextStepForm()
    form_recovery.compare(drawn)
    if request.method == "POST" and form.validate():
        said = form.take(
            lambda: actions.set_next_step(
                collaboration,
                actor,
                next_step=form.next_step.data,
                words=form.words.data or "",
                version=form.version_seen,
            )
        )
        if said:
            flash(_("What comes next is recorded."))
            return see_other(address_of(collaboration, "report"))
    return form_page(
        collaboration,
        form,
        title=_("What comes next"),
        lead=_("A pilot is worth what follows it. The startup and the centre read your answer."),
        button=_("Keep it"),
    )


@blueprint.post("/collaborations/<int:collaboration_id>/result")
def judge_result(collaboration_id: int) -> Response:
    collaboration, actor, form = find_collaboration(collaboration_id), current_actor(), ResultForm()
    policy.require(actor, "collaboration.succeed", collaboration)
    if not form.validate() or not form.take(
        lambda: actions.judge_result(
            collaboration,
            actor,
            result=form.result.data,
            reason=form.reason.data or "",
            version=form.version_seen,
        )
    ):
        return page_of(collaboration, 422, result_form=form)
    flash(_("The result is recorded and the agreement is completed."))
    return see_other(address_of(collaboration))


@blueprint.route("/collaborations/<int:collaboration_id>/termination", methods=["GET", "POST"])
def terminate(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    policy.require(actor, "collaboration.terminate", collaboration)
    if collaboration.state not in LIVE:
        raise Blocked(_("It has ended already."))
    form = TerminationForm(version=collaboration.version) if request.method == "GET" else TerminationForm()
    if request.method == "POST" and form.validate():
        ended = form.take(
            lambda: actions.terminate_collaboration(
                collaboration,
                actor,
                cause=form.cause.data,
                ended_by=form.ended_by.data,
                settlement=form.settlement.data or "",
                reason=form.reason.data or "",
                version=form.version_seen,
            )
        )
        if ended:
            flash(_("The collaboration has ended, and its agreement with it. Everybody concerned is told."))
            return see_other(address_of(collaboration))
    return form_page(
        collaboration,
        form,
        title=_("End the collaboration early"),
        lead=_("This cannot be undone: the agreement ends with it. Outcomes reached so far can still be claimed."),
        button=_("End the collaboration"),
        kind="danger",
    )
