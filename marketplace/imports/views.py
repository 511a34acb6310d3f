"""The list of imports, sending a file, and one import with what can be done next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select

from marketplace.imports import actions, kinds, limits, page_facts, queries, refusals, reversal
from marketplace.imports.forms import upload_form
from marketplace.imports.models import Import, ImportRow
from marketplace.imports.problems import in_words
from marketplace.imports.states import TAKEN, WORKING
from marketplace.kernel import policy, workflow
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
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
        request.max_content_length = limits.MOST_SENT_BYTES


@blueprint.get("/imports")
def index() -> str:
    """The centre's imports, the newest first."""
    actor = current_actor()
    policy.require(actor, "import.list")
    query = queries.with_people(queries.visible_to(actor)).order_by(Import.id.desc())
    page = paginate(query, page_number(request.args.get("page")), 25)
    return render_template(
        "imports/index.html",
        page=page,
        targets=queries.targets_of(page),
        counts=queries.counts([job.id for job in page]),
        destination=page_facts.destination,
        words=page_facts.VERDICT_WORDS["result"],
        creates=policy.can(actor, "import.create"),
        watches=actor.network_operator_id is not None,
    )


@blueprint.get("/imports/new")
def new() -> Response:
    """The form to send a file with, and what a file may hold."""
    policy.require(current_actor(), "import.create")
    return _form(_filled(upload_form(call=request.args.get("call", ""))))


@blueprint.post("/imports")
@rates.limiter.limit(rates.submissions, key_func=rates.account)
def create() -> Response:
    """Send a file; the worker reads it."""
    actor = current_actor()
    policy.require(actor, "import.create")
    form = _filled(upload_form())
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
    of, target = kinds.KINDS[form.kind.data].target, None
    if of is not None:
        target = next((one for one in of.choices(actor) if str(one.id) == form[of.name].data), None)
        if target is None:
            raise Invalid(of.missing, field=of.name)
    return actions.upload_import(
        actor,
        file=form.file.data.stream,
        file_name=form.file.data.filename,
        kind=form.kind.data,
        target=target,
        encoding=form.encoding.data,
    )


def _filled(form: Any) -> Any:
    """The form with the choices this person has."""
    actor, locale = current_actor(), current_locale()
    form.kind.choices = options((kind.name, kind.label) for kind in kinds.offered_kinds())
    for name, target in kinds.targets().items():
        found = [(str(one.id), target.title(one, locale)) for one in target.choices(actor)]
        form[name].choices = options([("", _("None")), *found])
    return form


def _form(form: Any, status: int = 200) -> Response:
    shown = render_template(
        "imports/new.html",
        form=form,
        kinds=kinds.offered_kinds(),
        notes={kind.name: kind.note for kind in kinds.offered_kinds()},
        targets=kinds.targets(),
        most=limits.MOST_BYTES // 1_000_000,
        most_rows=limits.MOST_ROWS,
        most_sheet_rows=limits.MOST_SHEET_ROWS,
        kept=limits.KEPT.days,
    )
    return make_response(shown, status)


def find_import(id: int, lock: bool = False) -> Import:
    """The import, if this reader may see it."""
    query: Select[Import] = queries.with_people(queries.visible_to(current_actor()).where(Import.id == id))
    return find(query.with_for_update(of=Import) if lock else query)


@blueprint.get("/imports/<int:id>")
def show(id: int) -> Response:
    """Where an import stands, what it would do or did, and what can be done now."""
    job, locale = find_import(id), current_locale()
    if job.state in WORKING:
        answer = page_or_fragment(
            "imports/show.html",
            "imports/_progress.html",
            progress=page_facts.progress_of(job),
            trouble=page_facts.trouble_of(job),
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
        context["undoing"] = page_facts.describe_removal(job, counted)
        context["dependents"] = page_facts.link_dependents(job, reversal.dependents(job), locale)
        context["holders"] = job.becomes.holders(job, locale)
        context["find"] = job.becomes.find(job) if job.becomes.find is not None else None
    return make_response(render_template("imports/show.html", **context))


def _about(job: Import, locale: str) -> dict[str, Any]:
    steps = {choice.step.name: choice for choice in workflow.available_steps(job, current_actor())}
    return {
        "job": job,
        "destination": page_facts.destination(job, locale),
        "facts_of_file": page_facts.facts(job, locale),
        "stages": page_facts.stages(job, url_for("imports.columns", id=job.id) if "import.check" in steps else ""),
        "steps": steps,
        "working": job.state in WORKING,
        "problem": in_words(job.problem) if job.problem else "",
        "zone": job.time_zone,
    }


def _result(job: Import) -> dict[str, Any]:
    trial = job.state == "checked"
    column = ImportRow.verdict if trial else ImportRow.outcome
    page = paginate(queries.refused_rows(job), page_number(request.args.get("page")), 50)
    return {
        "figures": page_facts.figures(job, column, "trial" if trial else "result"),
        "trial": trial,
        "page": page,
        "refusals": [refusals.refusal_of(row, job) for row in page],
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
    counts = reversal.undo_import(job, current_actor(), version=form.version_seen)
    words = ngettext("Undone: one record is removed.", "Undone: %(num)s records are removed.", counts["removed"])
    flash(words, "done")
    return see_other(url_for("imports.show", id=id))
