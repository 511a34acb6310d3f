"""Building a call: its sections, its stages, its rules, and what is missing for publication."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.kernel import policy
from marketplace.kernel.errors import Invalid, Missing
from marketplace.kernel.locales import LOCALES, NAMES, _l
from marketplace.network import actions, building, guards, labels
from marketplace.network.fields import distinct
from marketplace.network.forms import DaysForm, MoneyForm, NewCallForm, NewStageForm, NoticeForm, StageForm
from marketplace.network.models import NOTICE, Call, Programme, Stage
from marketplace.network.queries import programmes_visible_to, visible_to, with_notice
from marketplace.network.stages import instant_of, local_of
from marketplace.network.views import blueprint, call_page
from marketplace.web import resume
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

SECTIONS = {
    "notice": _l("Notice"),
    "money": _l("Money and limits"),
    "stages": _l("Stages and dates"),
    "rules": _l("Eligibility rules"),
}


def own_call(id: int) -> Call:
    """A call that this person may edit; 404 where they may not see it, 403 where not edit it."""
    actor = current_actor()
    call = find(with_notice(visible_to(actor).where(Call.id == id)))
    policy.require(actor, "call.edit", call)
    return call


def editing(template: str, call: Call, section: str, status: int = 200, **context: Any) -> Response:
    """A page of the editor, with its tabs and what is still missing."""
    tabs = [
        {"label": _("Overview"), "href": url_for("network.edit_call", id=call.id), "current": not section},
        *(
            {"label": label, "href": address_of(call, name), "current": name == section}
            for name, label in SECTIONS.items()
        ),
    ]
    lacking = list(guards.missing(call)) if call.state == "draft" else []
    return make_response(
        render_template(
            template, call=call, tabs=tabs, missing=lacking, labels=labels, address_of=address_of, **context
        ),
        status,
    )


def address_of(call: Call, section: str) -> str:
    """The address of a section of the editor."""
    return url_for(f"network.edit_{section}", id=call.id)


@blueprint.get("/calls/new", endpoint="new_call")
def new_call() -> Response:
    """What a draft begins with."""
    programme = _programme_for_call()
    form = NewCallForm(formdata=None, locale=current_locale())
    return make_response(render_template("network/new_call.html", form=form, programme=programme, labels=labels))


@blueprint.post("/calls", endpoint="create_call")
def create_call() -> Response:
    """Begin a draft from its track's template."""
    programme, form = _programme_for_call(), NewCallForm()
    if (led_to := form.first_press()) is not None:
        return see_other(led_to or url_for("network.programme", id=programme.id))
    if form.validate():
        kind = form.bottom_up_kind.data or None
        call = form.take(
            lambda: building.create_call(
                programme,
                current_actor(),
                title=str(form.title.data),
                locale=form.locale.data,
                track=form.track.data,
                bottom_up_kind=kind if form.track.data == "bottom_up" else None,
            )
        )
        if call is not None:
            flash(_("The draft is ready: its stages and usual rules are in place. Now complete the notice."), "done")
            return see_other(form.led_to(url_for("network.edit_call", id=call.id)))
    page = render_template("network/new_call.html", form=form, programme=programme, labels=labels)
    return make_response(page, 422)


def _programme_for_call() -> Programme:
    actor, asked = current_actor(), request.values.get("programme", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Missing
    programme = find(programmes_visible_to(actor).where(Programme.id == int(asked)))
    policy.require(actor, "call.create", programme)
    return programme


@blueprint.get("/calls/<int:id>/edit", endpoint="edit_call")
def edit_call(id: int) -> Response:
    """Where a call stands: what is there, what is missing, and publication."""
    call = own_call(id)
    leads = policy.can(current_actor(), "call.publish", call)
    return editing("network/edit.html", call, "", leads=leads)


@blueprint.get("/calls/<int:id>/preview", endpoint="preview_call")
def preview_call(id: int) -> Response:
    """The call as the public will see it."""
    return call_page(own_call(id), current_actor(), preview=True)


def notice_form(call: Call, kind: type[Any] = NoticeForm, **values: Any) -> Any:
    """The words of a call by language, as a form shows them."""
    words = {f"{name}_{code}": getattr(text, name) for code, text in call.texts.items() for name in NOTICE}
    return kind(formdata=None, version=call.version, main_locale=call.main_locale, **words, **values)


def language_sets(form: Any, call: Call, names: tuple[str, ...] = NOTICE) -> list[tuple[str, str, bool, bool]]:
    """Each language with whether its words are there and whether they have errors, the main one first."""
    codes = sorted(LOCALES, key=lambda code: code != call.main_locale)
    return [
        (
            code,
            NAMES[code],
            any(form[f"{name}_{code}"].data for name in names),
            any(form[f"{name}_{code}"].errors for name in names),
        )
        for code in codes
    ]


@blueprint.route("/calls/<int:id>/edit/notice", methods=["GET", "POST"], endpoint="edit_notice")
def edit_notice(id: int) -> Response:
    """The words of the notice, in each language."""
    call = own_call(id)
    form, status = (NoticeForm(), 422) if request.method == "POST" else (notice_form(call), 200)
    if request.method == "POST" and form.validate():
        resume.compare(lambda: notice_form(call))
        if form.take(lambda: building.change_notice(
            call, current_actor(), form.notice(), form.main_locale.data, version=form.version_seen
        )):  # fmt: skip
            return saved(call, "notice")
    return editing("network/edit_notice.html", call, "notice", status, form=form, sets=language_sets(form, call))


@blueprint.route("/calls/<int:id>/edit/money", methods=["GET", "POST"], endpoint="edit_money")
def edit_money(id: int) -> Response:
    """Numbers, amounts and limits."""
    call = own_call(id)
    form, status = (MoneyForm(), 422) if request.method == "POST" else (MoneyForm.drawn_from(call), 200)
    if request.method == "POST" and form.validate():
        resume.compare(lambda: MoneyForm.drawn_from(call))
        if form.take(lambda: building.change_money(
            call, current_actor(), form.content(), version=form.version_seen
        )):  # fmt: skip
            return saved(call, "money")
    return editing("network/edit_money.html", call, "money", status, form=form)


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


def saved(call: Call, section: str, anchor: str = "", words: str = "") -> Response:
    """Back to the section, with a word that it is kept."""
    flash(words or _("Saved."), "done")
    return see_other(address_of(call, section) + (f"#{anchor}" if anchor else ""))


@blueprint.post("/calls/<int:id>/publication", endpoint="publish_call")
def publish_call(id: int) -> Response:
    """Publish the notice."""
    call, form = own_call(id), Form()
    actions.publish_call(call, current_actor(), version=form.version_seen)
    flash(_("The call is published."), "done")
    return see_other(url_for("network.call", id=call.id))
