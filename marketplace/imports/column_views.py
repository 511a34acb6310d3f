"""Matching the columns of a file, with its first rows as they will be."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from marketplace.imports import actions, matching, page_facts, queries
from marketplace.imports.forms import form_data_of, mapping_of, matching_form
from marketplace.imports.models import Import
from marketplace.imports.states import WAITING
from marketplace.imports.views import blueprint, find_import
from marketplace.kernel import policy
from marketplace.kernel.errors import Blocked
from marketplace.kernel.locales import _l
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale


@blueprint.get("/imports/<int:id>/columns")
def columns(id: int) -> Response:
    """The columns as they are matched, or as they could be."""
    job = _open_import(id)
    mapping, remembered = _proposed(job)
    return _page(job, _drawn(job, mapping), mapping, remembered=remembered)


@blueprint.post("/imports/<int:id>/columns")
def match(id: int) -> Response:
    """Show the first rows through what was chosen, or have the whole file tried out."""
    job = _open_import(id)
    form = matching_form(job)
    form_recovery.compare(lambda: _drawn(job, job.mapping))
    mapping = mapping_of(form, job)
    if not form.validate_on_submit():
        return _page(job, form, matching.fit_mapping(mapping, job.headers, job.becomes.by_name()), 422)
    if "preview" in request.form:
        return _page(job, form, mapping)
    form.take(lambda: actions.match_columns(job, current_actor(), mapping, version=form.version_seen))
    if form.errors:
        return _page(job, form, mapping, 422)
    return see_other(url_for("imports.show", id=id))


def _open_import(id: int) -> Import:
    job = find_import(id)
    policy.require(current_actor(), "import.check", job)
    if job.state not in WAITING:
        raise Blocked(_l("The columns are matched before the import, once the file was read."))
    return job


def _proposed(job: Import) -> tuple[dict[str, Any], bool]:
    """What was chosen before, for this file or for one with the same columns, else what the headers say."""
    known = job.becomes.by_name()
    if job.mapping:
        return matching.fit_mapping(job.mapping, job.headers, known), False
    if earlier := queries.earlier_mapping(job):
        return matching.fit_mapping(earlier, job.headers, known), True
    found = matching.propose_columns(job.headers, known)
    found.setdefault("language", {"constant": current_locale()})
    return found, False


def _drawn(job: Import, mapping: dict[str, Any]) -> Any:
    return matching_form(job, formdata=None, version=job.version, **form_data_of(job, mapping))


def _page(job: Import, form: Any, mapping: dict[str, Any], status: int = 200, *, remembered: bool = False) -> Response:
    shown = render_template(
        "imports/columns.html",
        job=job,
        form=form,
        fields=job.becomes.fields,
        preview=page_facts.preview_of(job, mapping),
        destination=page_facts.destination(job, current_locale()),
        stages=page_facts.stages(job, ""),
        remembered=remembered,
    )
    return make_response(shown, status)
