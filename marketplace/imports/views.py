"""The list of imports, sending a file, and one import with what can be done next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select

from marketplace.imports import actions, fields, limits, presenting, queries, undoing
from marketplace.imports.forms import KIND_NOTES, KINDS, UploadForm
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.problems import in_words
from marketplace.imports.states import TAKEN, WORKING
from marketplace.kernel import clock, policy, workflow
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.network import queries as network
from marketplace.network.models import Call, Programme
from marketplace.web import form_recovery, rail
from marketplace.web import limits as rates
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form, options
from marketplace.web.htmx import page_or_fragment, see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find, page_number

blueprint = Blueprint("imports", __name__)

rail.place(
    70,
    _l("Imports"),
    "imports.index",
    "upload",
    lambda actor: policy.can(actor, "import.list"),
    queries.waiting_for,
)


@blueprint.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: Any) -> None:
    """A file may be larger than any other request, for those who may send one."""
    if endpoint == "imports.create" and policy.can(current_actor(), "import.create"):
        request.max_content_length = limits.MOST_SENT


@blueprint.get("/imports")
def index() -> str:
    """The centre's imports, the newest first."""
    actor = current_actor()
    policy.require(actor, "import.list")
    query = queries.with_destination(queries.visible_to(actor)).order_by(Import.id.desc())
    page = paginate(query, page_number(request.args.get("page")), 25)
    return render_template(
        "imports/index.html",
        page=page,
        counts=queries.counts([job.id for job in page]),
        destination=presenting.destination,
        words=presenting.VERDICT_WORDS["result"],
        creates=policy.can(actor, "import.create"),
        watches=actor.network_operator_id is not None,
    )


@blueprint.get("/imports/new")
def new() -> Response:
    """The form to send a file with, and what a file may hold."""
    policy.require(current_actor(), "import.create")
    return _form(_filled(UploadForm(call=request.args.get("call", ""))))


@blueprint.post("/imports")
@rates.limiter.limit(rates.submissions, key_func=rates.account)
def create() -> Response:
    """Send a file; the worker reads it."""
    actor = current_actor()
    policy.require(actor, "import.create")
    form = _filled(UploadForm())
    if not form.validate_on_submit():
        return _form(form, 422)
    if not getattr(form.file.data, "filename", ""):
        form.file.errors = [_("Choose a file.")]
        return _form(form, 422)
    if (led := form.first_press()) is not None:
        return see_other(led or url_for("imports.index"))
    job = form.take(lambda: _upload(form, actor))
    if job is None:
        return _form(form, 422)
    return see_other(form.led_to(url_for("imports.show", id=job.id)))


def _upload(form: Any, actor: Actor) -> Import:
    kind, call, programme = form.kind.data, None, None
    if kind == "candidates":
        call = next((one for one in _calls(actor) if str(one.id) == form.call.data), None)
        if call is None:
            raise Invalid(_l("Choose a call that your centre manages and that has not closed."), field="call")
    if kind == "draft_calls":
        programme = next((one for one in _programmes(actor) if str(one.id) == form.programme.data), None)
        if programme is None:
            raise Invalid(_l("Choose a programme whose calls you may begin."), field="programme")
    return actions.upload_import(
        actor,
        file=form.file.data.stream,
        file_name=form.file.data.filename,
        subject="calls" if kind in ("draft_calls", "reference_calls") else "challenges",
        call=call,
        programme=programme,
        encoding=form.encoding.data,
    )


def _filled(form: Any) -> Any:
    """The form with the choices this person has."""
    actor, locale = current_actor(), current_locale()
    form.kind.choices = options(KINDS.items())
    calls = [(str(call.id), call.title(locale) or _("Untitled call")) for call in _calls(actor)]
    programmes = [(str(one.id), one.name(locale)) for one in _programmes(actor)]
    form.call.choices = options([("", _("None")), *calls])
    form.programme.choices = options([("", _("None")), *programmes])
    return form


def _calls(actor: Actor) -> list[Call]:
    """Calls of the centre that still take challenges."""
    query = network.visible_to(actor).where(
        Call.programme_id.in_(network.programmes_managed_by(actor.centre_id or 0)),
        network.state_at(clock.now()).in_(actions.TAKES),
        Call.is_reference.is_(False),
    )
    return list(db.session.scalars(query.order_by(Call.id.desc()).limit(200)).unique())


def _programmes(actor: Actor) -> list[Programme]:
    """Programmes in which this person may begin calls."""
    if not actor.is_manager:
        return []
    query = network.programmes_visible_to(actor).where(Programme.managing_centre_id == actor.centre_id)
    return list(db.session.scalars(query.order_by(Programme.id.desc()).limit(200)).unique())


def _form(form: Any, status: int = 200) -> Response:
    shown = render_template(
        "imports/new.html",
        form=form,
        notes=KIND_NOTES,
        kinds=KINDS,
        fields=fields.FIELDS,
        most=limits.MOST_BYTES // 1_000_000,
        most_rows=limits.MOST_ROWS,
        most_sheet_rows=limits.MOST_SHEET_ROWS,
        kept=limits.KEPT.days,
    )
    return make_response(shown, status)


def find_import(id: int, lock: bool = False) -> Import:
    """The import, if this reader may see it."""
    query: Select[Import] = queries.with_destination(queries.visible_to(current_actor()).where(Import.id == id))
    return find(query.with_for_update(of=Import) if lock else query)


@blueprint.get("/imports/<int:id>")
def show(id: int) -> Response:
    """Where an import stands, what it would do or did, and what can be done now."""
    job, locale = find_import(id), current_locale()
    if job.state in WORKING:
        answer = page_or_fragment(
            "imports/show.html",
            "imports/_progress.html",
            progress=presenting.progress_of(job),
            trouble=presenting.trouble_of(job),
            **_about(job, locale),
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if request.headers.get("HX-Request"):  # what was watched has ended: the page tells the rest
        answer = make_response("", 200)
        answer.headers["HX-Refresh"] = "true"
        return answer
    context = _about(job, locale)
    if job.state == "checked" or job.state in (*TAKEN, "undone"):
        context |= _result(job)
    if job.state in TAKEN:
        counted = {name: number for name, number, *_rest in context["figures"]}
        context["undoing"] = presenting.would_remove(job, counted)
        context["dependents"] = presenting.named(job, undoing.dependents(job), locale)
        context["calls"] = presenting.calls_of(job) if job.kind == "reference_challenges" else []
    return make_response(render_template("imports/show.html", **context))


def _about(job: Import, locale: str) -> dict[str, Any]:
    steps = {choice.step.name: choice for choice in workflow.available(job, current_actor())}
    return {
        "job": job,
        "destination": presenting.destination(job, locale),
        "facts_of_file": presenting.facts(job, locale),
        "stages": presenting.stages(job, url_for("imports.columns", id=job.id) if "import.check" in steps else ""),
        "steps": steps,
        "working": job.state in WORKING,
        "problem": in_words(job.problem) if job.problem else "",
        "zone": job.centre.time_zone,
    }


def _result(job: Import) -> dict[str, Any]:
    trial = job.state == "checked"
    column = ImportRow.verdict if trial else ImportRow.outcome
    page = paginate(queries.refused_rows(job), page_number(request.args.get("page")), 50)
    return {
        "figures": presenting.figures(job, column, "trial" if trial else "result"),
        "trial": trial,
        "page": page,
        "refusals": [presenting.refusal_of(row, job) for row in page],
    }


@blueprint.post("/imports/<int:id>/run")
def start(id: int) -> Response:
    """Start the import."""
    job, form = find_import(id), Form()
    form_recovery.compare(lambda: Form(version=job.version))
    actions.start_import(job, current_actor(), version=form.version_seen)
    return see_other(url_for("imports.show", id=id))


@blueprint.post("/imports/<int:id>/end")
def stop(id: int) -> Response:
    """Stop it before its end."""
    actions.stop_import(find_import(id, lock=True), current_actor())
    flash(_("Stopped. What was imported until now stays, and can be undone."), "done")
    return see_other(url_for("imports.show", id=id))


@blueprint.post("/imports/<int:id>/disposal")
def discard(id: int) -> Response:
    """Put the file away unimported."""
    job, form = find_import(id, lock=True), Form()
    form_recovery.compare(lambda: Form(version=job.version))
    actions.discard_import(job, current_actor(), version=form.version_seen)
    flash(_("Discarded. The file and what it held are deleted."), "done")
    return see_other(url_for("imports.index"))


@blueprint.post("/imports/<int:id>/reversal")
def undo(id: int) -> Response:
    """Undo it as a whole."""
    job, form = find_import(id, lock=True), Form()
    form_recovery.compare(lambda: Form(version=job.version))
    counts = undoing.undo_import(job, current_actor(), version=form.version_seen)
    words = ngettext("Undone: one record is removed.", "Undone: %(num)s records are removed.", counts["removed"])
    flash(words, "done")
    return see_other(url_for("imports.show", id=id))
