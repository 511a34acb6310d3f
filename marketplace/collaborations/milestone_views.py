"""Milestones: planning, changing, judging, scheduling again."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.collaborations import milestone_changes, milestones
from marketplace.collaborations.change_words import changes_in_words
from marketplace.collaborations.form_pages import form_page
from marketplace.collaborations.forms import (
    ChangeForm,
    JudgementForm,
    MilestoneForm,
    NotingForm,
    RescheduleForm,
    StepForm,
)
from marketplace.collaborations.models import Collaboration, Milestone, MilestoneChange
from marketplace.collaborations.states import LIVE
from marketplace.collaborations.views import address_of, blueprint, find_collaboration, names_of, steps_of
from marketplace.kernel import clock, policy
from marketplace.kernel.errors import Invalid, Missing
from marketplace.kernel.locales import _l
from marketplace.pairings.queries import names_of as organisation_names
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import options
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale

ASKED = _l("Asked. The milestone changes once both sides agree; everybody concerned is told.")


def _form(collaboration: Collaboration, form: Any) -> Any:
    form.owner_id.choices = options(names_of(collaboration, current_actor()).items())
    return form


def _find(collaboration_id: int, milestone_id: int) -> tuple[Collaboration, Milestone]:
    collaboration = find_collaboration(collaboration_id)
    found = next((m for m in collaboration.milestones if m.id == milestone_id), None)
    if found is None:
        raise Missing
    return collaboration, found


def _content(form: Any) -> dict[str, Any]:
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
            return see_other(earlier or address_of(collaboration, "milestones"))
        if form.take(lambda: milestones.plan_milestone(collaboration, actor, **_content(form))):
            flash(_("The milestone is planned."))
            return see_other(form.led_to(address_of(collaboration, "milestones")))
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
    signed, names = milestones.is_signed(collaboration), names_of(collaboration, actor)
    drawn: dict[str, Any] = {"formdata": None, "obj": found, "version": found.version}
    forms.setdefault("judgement", JudgementForm(formdata=None, version=found.version))
    forms.setdefault("change", NotingForm(**drawn) if signed else _form(collaboration, MilestoneForm(**drawn)))
    forms.setdefault("again", RescheduleForm(formdata=None, version=found.version))
    forms.setdefault("asking", _form(collaboration, ChangeForm(**drawn)))
    asked = found.asked_change
    if asked is not None:  # it may be the centre of the call that asks, where another one brokers
        names = organisation_names([asked.asked_by_id], current_locale()) | names
    return make_response(
        render_template(
            "collaborations/milestone.html",
            collaboration=collaboration,
            milestone=found,
            names=names,
            steps=steps_of(found, actor),
            edits=found.state == "scheduled" and policy.can(actor, "milestone.edit", found),
            asks=signed and asked is None and found.state == "scheduled" and collaboration.state in LIVE
            and policy.can(actor, "milestone.ask_change", found),
            asked=asked,
            silent=[names[id] for id in asked.silent_ids] if asked else [],
            differing=changes_in_words(asked, names) if asked else [],
            answers=asked is not None and policy.can(actor, "milestone.agree_change", found),
            withdraws=policy.can(actor, "milestone.withdraw_change", found),
            signed=signed,
            zone=zone,
            today=clock.today(zone),
            **{"failed": {}, **forms},
        ),
        status,
    )  # fmt: skip


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>")
def edit_milestone(collaboration_id: int, milestone_id: int) -> Response:
    collaboration, found = _find(collaboration_id, milestone_id)
    actor = current_actor()
    policy.require(actor, "milestone.edit", found)
    drawn: dict[str, Any] = {"formdata": None, "obj": found, "version": found.version}
    if milestones.is_signed(collaboration):
        form: Any = NotingForm()
        form_recovery.compare(lambda: NotingForm(**drawn))
        held = {name: getattr(found, name) for name in MilestoneChange.TERMS}
    else:
        form, held = _form(collaboration, MilestoneForm()), {}
        form_recovery.compare(lambda: _form(collaboration, MilestoneForm(**drawn)))
    if not form.validate() or not form.take(
        lambda: milestones.edit_milestone(found, actor, version=form.version_seen, **{**_content(form), **held})
    ):
        return _page(collaboration, found, 422, change=form)
    flash(_("The milestone is changed."))
    return see_other(address_of(collaboration, "milestones"))


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
    return see_other(address_of(collaboration, "milestones"))


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>/rescheduling")
def reschedule_milestone(collaboration_id: int, milestone_id: int) -> Response:
    """Another day for one that was not fully met: at once before the agreement is signed, else asked of both sides."""
    collaboration, found = _find(collaboration_id, milestone_id)
    actor, form = current_actor(), RescheduleForm()
    policy.require(actor, "milestone.reschedule", found)
    signed = milestones.is_signed(collaboration)

    def act() -> object:
        given: dict[str, Any] = {"due_on": form.day, "reason": form.reason.data or "", "version": form.version_seen}
        if not signed:
            return milestones.reschedule_milestone(found, actor, **given)
        return milestone_changes.ask_change(found, actor, title=found.title, owner_id=found.owner_id, **given)

    if not form.validate() or not form.take(act):
        return _page(collaboration, found, 422, again=form)
    flash(ASKED if signed else _("The milestone is scheduled again."))
    return see_other(milestone_address(found) if signed else address_of(collaboration, "milestones"))


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>/changes")
def ask_milestone_change(collaboration_id: int, milestone_id: int) -> Response:
    collaboration, found = _find(collaboration_id, milestone_id)
    actor, form = current_actor(), _form(collaboration, ChangeForm())
    policy.require(actor, "milestone.ask_change", found)
    if not form.validate() or not form.take(
        lambda: milestone_changes.ask_change(found, actor, version=form.version_seen, **form.content())
    ):
        return _page(collaboration, found, 422, asking=form)
    flash(ASKED)
    return see_other(milestone_address(found))


@blueprint.post("/collaborations/<int:collaboration_id>/milestones/<int:milestone_id>/change/<noun>")
def answer_milestone_change(collaboration_id: int, milestone_id: int, noun: str) -> Response:
    collaboration, found = _find(collaboration_id, milestone_id)
    actor, form = current_actor(), StepForm()
    seen = {"version": form.version_seen}
    try:
        if noun == "agreement":
            milestone_changes.agree_change(found, actor, **seen)
        elif noun == "refusal":
            milestone_changes.refuse_change(found, actor, reason=form.reason.data or "", **seen)
        elif noun == "withdrawal":
            milestone_changes.withdraw_change(found, actor, **seen)
        else:
            raise Missing
    except Invalid as refused:
        return _page(collaboration, found, 422, failed={noun: refused.message})
    flash(_("Done. Everybody concerned is told."))
    return see_other(milestone_address(found))


def milestone_address(found: Milestone) -> str:
    """The address of a milestone's page."""
    return url_for("collaborations.milestone", collaboration_id=found.collaboration_id, milestone_id=found.id)
