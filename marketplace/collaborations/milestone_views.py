"""Milestones: planning, changing, judging, scheduling again."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.collaborations import milestones
from marketplace.collaborations.form_pages import form_page
from marketplace.collaborations.forms import JudgementForm, MilestoneForm, RescheduleForm
from marketplace.collaborations.models import Collaboration, Milestone
from marketplace.collaborations.views import address, blueprint, find_collaboration, names_of, steps_of
from marketplace.kernel import clock, policy
from marketplace.kernel.errors import Missing
from marketplace.web import resume
from marketplace.web.actor import current_actor
from marketplace.web.forms import options
from marketplace.web.htmx import see_other


def _form(collaboration: Collaboration, form: MilestoneForm) -> MilestoneForm:
    form.owner_id.choices = options(names_of(collaboration, current_actor()).items())
    return form


def _find(collaboration_id: int, milestone_id: int) -> tuple[Collaboration, Milestone]:
    collaboration = find_collaboration(collaboration_id)
    found = next((m for m in collaboration.milestones if m.id == milestone_id), None)
    if found is None:
        raise Missing
    return collaboration, found


def _content(form: MilestoneForm) -> dict[str, Any]:
    return {name: value or "" if name == "note" else value for name, value in form.content().items()}


@blueprint.route("/collaborations/<int:collaboration_id>/milestones/new", methods=["GET", "POST"])
def plan_milestone(collaboration_id: int) -> Response:
    collaboration, actor = find_collaboration(collaboration_id), current_actor()
    policy.require(actor, "milestone.plan", collaboration)
    form = _form(collaboration, MilestoneForm())
    if request.method == "GET":
        form.owner_id.data = collaboration.startup_id
    elif form.validate():
        earlier = form.first_press()
        if earlier is not None:
            return see_other(earlier or address(collaboration, "milestones"))
        if form.take(lambda: milestones.plan_milestone(collaboration, actor, **_content(form))):
            flash(_("The milestone is planned."))
            return see_other(form.led_to(address(collaboration, "milestones")))
    return form_page(
        collaboration,
        form,
        title=_("Plan a milestone"),
        lead=_("Something one can see or measure, from one of the parties, by a day."),
        button=_("Plan it"),
    )


@blueprint.get("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>")
def milestone(collaboration_id: int, milestone_id: int) -> Response:
    return _page(*_find(collaboration_id, milestone_id))


def _page(collaboration: Collaboration, found: Milestone, status: int = 200, **forms: Any) -> Response:
    actor, zone = current_actor(), collaboration.centre.time_zone
    forms.setdefault("judgement", JudgementForm(formdata=None, version=found.version))
    forms.setdefault("change", _form(collaboration, MilestoneForm(formdata=None, obj=found, version=found.version)))
    forms.setdefault("again", RescheduleForm(formdata=None, version=found.version))
    return make_response(
        render_template(
            "collaborations/milestone.html",
            collaboration=collaboration,
            milestone=found,
            names=names_of(collaboration, actor),
            steps=steps_of(found, actor),
            edits=found.state == "scheduled" and policy.can(actor, "milestone.edit", found),
            today=clock.today(zone),
            **forms,
        ),
        status,
    )


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>")
def edit_milestone(collaboration_id: int, milestone_id: int) -> Response:
    collaboration, found = _find(collaboration_id, milestone_id)
    actor = current_actor()
    policy.require(actor, "milestone.edit", found)
    form = _form(collaboration, MilestoneForm())
    resume.compare(lambda: _form(collaboration, MilestoneForm(formdata=None, obj=found, version=found.version)))
    if not form.validate() or not form.take(
        lambda: milestones.edit_milestone(found, actor, version=form.version_seen, **_content(form))
    ):
        return _page(collaboration, found, 422, change=form)
    flash(_("The milestone is changed."))
    return see_other(address(collaboration, "milestones"))


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>/judgement")
def judge_milestone(collaboration_id: int, milestone_id: int) -> Response:
    collaboration, found = _find(collaboration_id, milestone_id)
    actor, form = current_actor(), JudgementForm()
    policy.require(actor, "milestone.meet", found)
    if not form.validate() or not form.take(
        lambda: milestones.judge_milestone(
            found, actor, verdict=form.verdict.data, reason=form.reason.data or "", version=form.version_seen
        )
    ):
        return _page(collaboration, found, 422, judgement=form)
    flash(_("The judgement is recorded."))
    return see_other(address(collaboration, "milestones"))


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>/rescheduling")
def reschedule_milestone(collaboration_id: int, milestone_id: int) -> Response:
    collaboration, found = _find(collaboration_id, milestone_id)
    actor, form = current_actor(), RescheduleForm()
    policy.require(actor, "milestone.reschedule", found)
    if not form.validate() or not form.take(
        lambda: milestones.reschedule_milestone(
            found, actor, due_on=form.day, reason=form.reason.data or "", version=form.version_seen
        )
    ):
        return _page(collaboration, found, 422, again=form)
    flash(_("The milestone is scheduled again."))
    return see_other(address(collaboration, "milestones"))


def milestone_address(found: Milestone) -> str:
    """The address of a milestone's page."""
    return url_for("collaborations.milestone", collaboration_id=found.collaboration_id, milestone_id=found.id)
