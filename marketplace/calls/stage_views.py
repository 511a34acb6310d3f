"""The stages of a draft: who acts, when, in which order, and the days that count.

They are one form: each of its buttons keeps all that was typed before it does its own.
"""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from marketplace.calls import editor
from marketplace.calls.editor_views import editor_page, own_call
from marketplace.calls.forms import PlanForm, StageForm
from marketplace.calls.models import Call, Stage
from marketplace.calls.stages import check_window, instant_of, local_of
from marketplace.calls.views import blueprint
from marketplace.kernel.errors import Invalid, Missing
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other


@blueprint.route("/calls/<int:id>/edit/stages", methods=["GET", "POST"], endpoint="edit_stages")
def edit_stages(id: int) -> Response:
    """The days that count, and the stages in order."""
    call = own_call(id)
    form = _plan_of(call)
    if request.method == "GET":
        return _page(call, form)
    if not _kept(call, form):
        return _page(call, form, 422)
    return _saved(call, form)


def _page(call: Call, form: PlanForm, status: int = 200) -> Response:
    return editor_page("calls/edit_stages.html", call, "stages", status, form=form)


def _plan_of(call: Call) -> PlanForm:
    """What is stored, under what was sent; in an address, the stage that was about to be added."""
    zone = call.time_zone
    stored = {
        f"stage_{stage.id}": {
            "actor": stage.actor,
            "cut": stage.cut,
            "opens_at": local_of(stage.opens_at, zone),
            "closes_at": local_of(stage.closes_at, zone),
        }
        for stage in call.stages
    }
    new = {name: request.args[name] for name in ("kind", "actor") if name in request.args}
    form: PlanForm = PlanForm.of(call.stages)(obj=call, version=call.version, new=new, **stored)
    return form


def _kept(call: Call, form: PlanForm) -> bool:
    """Keep the days and stages as typed; False where something in them cannot be, said at its field."""
    if not form.validate():
        return False
    form_recovery.compare(lambda: _plan_of(call))
    typed = {stage.id: _typed(form.part(stage), call.time_zone) for stage in call.stages}
    if form.errors:
        return False
    days = form.content("notice_date", "decisions_by")
    editor.change_plan(call, current_actor(), **days, stages=typed, version=form.version_seen)
    return True


def _typed(part: StageForm, zone: str) -> dict[str, Any]:
    """The values of a stage; a window that cannot be is said at its field."""
    values = dict(part.data)
    try:
        values |= {name: instant_of_field(part, name, zone) for name in ("opens_at", "closes_at")}
        check_window(values["opens_at"], values["closes_at"])
    except Invalid as refused:
        field = part[refused.field or "closes_at"]
        field.errors = [*field.errors, refused.message]
    return values


def _saved(call: Call, form: PlanForm, anchor: str = "", words: str = "") -> Response:
    """Back to the page, with the stage that was about to be added."""
    flash(words or _("Saved."), "done")
    chosen = {field.short_name: field.data for field in form.new.form if field.data != field.default}
    return see_other(url_for("calls.edit_stages", id=call.id, _anchor=anchor or None, **chosen))


def instant_of_field(form: Any, name: str, zone: str) -> Any:
    """The instant of a wall-clock field; an hour that does not exist is refused at that field."""
    try:
        return instant_of(form[name].data, zone)
    except Invalid as refused:
        raise Invalid(refused.message, field=name) from None


def stage_of(call: Call, stage_id: int) -> Stage:
    """A stage of this very call."""
    found = next((stage for stage in call.stages if stage.id == stage_id), None)
    if found is None:
        raise Missing
    return found


@blueprint.post("/calls/<int:id>/stages", endpoint="add_stage")
def add_stage(id: int) -> Response:
    """One more stage at the end."""
    call = own_call(id)
    form = _plan_of(call)
    new = form.new.form
    if _kept(call, form):
        try:
            stage = editor.add_stage(call, current_actor(), kind=new.kind.data, by=new.actor.data, version=None)
        except Invalid as refused:
            new.kind.errors = [refused.message]
        else:
            new.process()
            return _saved(call, form, f"stage-{stage.id}")
    return _page(call, form, 422)


@blueprint.post("/calls/<int:id>/stages/<int:stage_id>/position", endpoint="move_stage")
def move_stage(id: int, stage_id: int) -> Response:
    """A stage one place up or down."""
    call = own_call(id)
    stage, form = stage_of(call, stage_id), _plan_of(call)
    if not _kept(call, form):
        return _page(call, form, 422)
    by = -1 if request.form.get("direction") == "up" else 1
    editor.move_stage(stage, current_actor(), by, version=None)
    return _saved(call, form, f"stage-{stage_id}", _("The stages have a new order."))


@blueprint.post("/calls/<int:id>/stages/<int:stage_id>/removal", endpoint="remove_stage")
def remove_stage(id: int, stage_id: int) -> Response:
    """A stage out of the call."""
    call = own_call(id)
    stage, form = stage_of(call, stage_id), _plan_of(call)
    if not _kept(call, form):
        return _page(call, form, 422)
    editor.remove_stage(stage, current_actor(), version=None)
    return _saved(call, form, words=_("The stage is gone."))
