"""The stages of a draft: who acts, when, in which order, and the days that count."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from marketplace.kernel.errors import Invalid, Missing
from marketplace.network import building
from marketplace.network.building_views import editing, own_call, saved
from marketplace.network.fields import distinct
from marketplace.network.forms import DaysForm, NewStageForm, StageForm
from marketplace.network.models import Call, Stage
from marketplace.network.stages import instant_of, local_of
from marketplace.network.views import blueprint
from marketplace.web import resume
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form


@blueprint.get("/calls/<int:id>/edit/stages", endpoint="edit_stages")
def edit_stages(id: int) -> Response:
    """The stages in order, each with its form."""
    call = own_call(id)
    return stages_page(call)


def stages_page(
    call: Call, status: int = 200, *, days: DaysForm | None = None, wrong: tuple[Stage, StageForm] | None = None,
    new: NewStageForm | None = None,
) -> Response:  # fmt: skip
    """The stages; ``days``, ``wrong`` and ``new`` are forms that came back with errors."""
    forms = [
        (stage, distinct(wrong[1] if wrong and wrong[0] is stage else _stage_form(stage), str(stage.id)))
        for stage in call.stages
    ]
    return editing(
        "network/edit_stages.html",
        call,
        "stages",
        status,
        days=days or DaysForm(formdata=None, obj=call, version=call.version),
        forms=forms,
        new=distinct(new or NewStageForm(formdata=None, version=call.version, kind="paper", actor="panel"), "new"),
    )


def _stage_form(stage: Stage) -> StageForm:
    zone = stage.call.time_zone
    return StageForm(
        formdata=None,
        version=stage.call.version,
        actor=stage.actor,
        cut=stage.cut,
        opens_at=local_of(stage.opens_at, zone),
        closes_at=local_of(stage.closes_at, zone),
    )


@blueprint.post("/calls/<int:id>/days", endpoint="save_days")
def save_days(id: int) -> Response:
    """The notice date and the day answers are promised for."""
    call, form = own_call(id), DaysForm()
    if form.validate():
        resume.compare(lambda: DaysForm.drawn_from(call))
        values = form.content("notice_date", "decisions_by")
        building.change_days(call, current_actor(), **values, version=form.version_seen)
        return saved(call, "stages")
    return stages_page(call, 422, days=form)


@blueprint.post("/calls/<int:id>/stages", endpoint="add_stage")
def add_stage(id: int) -> Response:
    """One more stage at the end."""
    call, form = own_call(id), NewStageForm()
    if form.validate():
        stage = form.take(
            lambda: building.add_stage(
                call, current_actor(), kind=form.kind.data, by=form.actor.data, version=form.version_seen
            )
        )
        if stage is not None:
            return saved(call, "stages", f"stage-{stage.id}")
    return stages_page(call, 422, new=form)


def stage_of(call: Call, stage_id: int) -> Stage:
    """A stage of this very call."""
    found = next((stage for stage in call.stages if stage.id == stage_id), None)
    if found is None:
        raise Missing
    return found


@blueprint.post("/calls/<int:id>/stages/<int:stage_id>", endpoint="save_stage")
def save_stage(id: int, stage_id: int) -> Response:
    """Who acts in a stage, when, and how many go on."""
    call, form = own_call(id), StageForm()
    stage = stage_of(call, stage_id)
    if form.validate():
        resume.compare(lambda: _stage_form(stage))
        if form.take(lambda: _change_stage(stage, form)):
            return saved(call, "stages", f"stage-{stage.id}")
    return stages_page(call, 422, wrong=(stage, form))


def _change_stage(stage: Stage, form: StageForm) -> Stage:
    return building.change_stage(
        stage,
        current_actor(),
        by=form.actor.data,
        opens_at=moment(form, "opens_at", stage.call.time_zone),
        closes_at=moment(form, "closes_at", stage.call.time_zone),
        cut=form.cut.data,
        version=form.version_seen,
    )


def moment(form: Any, name: str, zone: str) -> Any:
    """The instant of a wall-clock field; an hour that does not exist is refused at that field."""
    try:
        return instant_of(form[name].data, zone)
    except Invalid as refused:
        raise Invalid(refused.message, field=name) from None


@blueprint.post("/calls/<int:id>/stages/<int:stage_id>/position", endpoint="move_stage")
def move_stage(id: int, stage_id: int) -> Response:
    """A stage one place up or down."""
    call, form = own_call(id), Form()
    by = -1 if request.form.get("direction") == "up" else 1
    building.move_stage(stage_of(call, stage_id), current_actor(), by, version=form.version_seen)
    return saved(call, "stages", f"stage-{stage_id}", _("The stages have a new order."))


@blueprint.post("/calls/<int:id>/stages/<int:stage_id>/removal", endpoint="remove_stage")
def remove_stage(id: int, stage_id: int) -> Response:
    """A stage out of the call."""
    call, form = own_call(id), Form()
    building.remove_stage(stage_of(call, stage_id), current_actor(), version=form.version_seen)
    return saved(call, "stages", "", _("The stage is gone."))
