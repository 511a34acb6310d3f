"""Writing: the draft with its autosave, the preview, each party's confirmation, giving it up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.applications import actions, guards, queries, submission
from marketplace.applications.cautions import cautions_of
from marketplace.applications.completeness import gaps_of, own_needed, progress_of
from marketplace.applications.forms import READINESS, DraftForm, ReasonForm, SignOffForm
from marketplace.applications.locks import note_lock
from marketplace.applications.models import Application
from marketplace.applications.views import blueprint, page_of
from marketplace.kernel import clock, policy, workflow
from marketplace.kernel.dates import hour_in
from marketplace.kernel.db import db
from marketplace.people.views import zone_here
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find


def team_application(application_id: int, permission: str) -> Application:
    """An application of the reader's team, for a deed of the team."""
    actor = current_actor()
    application = find(queries.with_parts(queries.visible_to(actor)).where(Application.id == application_id))
    policy.require(actor, permission, application)
    return application


def held_application(application_id: int, permission: str) -> Application:
    """The same for what many press at once: held from the start, so that nothing is read twice."""
    actor = current_actor()
    query = queries.with_parts_held(queries.visible_to(actor))
    application = find(query.where(Application.id == application_id))
    note_lock(application)
    policy.require(actor, permission, application)
    return application


@blueprint.get("/applications/<int:application_id>/draft")
def draft(application_id: int) -> ResponseReturnValue:
    """The form of the whole application."""
    application = team_application(application_id, "application.edit")
    revision = application.draft
    if revision is None:
        return see_other(url_for("applications.show", application_id=application.id))
    return draft_page(application, DraftForm.of(application, revision))


def draft_page(application: Application, form: DraftForm, status: int = 200) -> Response:
    """The form with what is missing beside it."""
    revision, call = application.draft, application.call
    amount = revision.amount if revision is not None else None
    page: dict[str, Any] = page_of(application) | {
        "form": form,
        "gaps": gaps_of(application),
        "cautions": cautions_of(application),
        "closed": _closed(application),
        "grace": _grace(application),
        "progress": progress_of(application),
        "readiness": {str(level): words for level, words in READINESS.items()},
        "own_needed": own_needed(amount, call.own_contribution_percent) if amount else None,
        "saved_at": hour(application.updated_at, zone_here()),
    }
    return make_response(render_template("applications/draft.html", **page), status)


def _closed(application: Application) -> Any:
    """Why this draft can no longer, or not yet, be submitted; None where it can."""
    return guards.why_closed(application.call, application.challenge, clock.now(), grace=True)


def hour(instant: datetime, zone: str) -> str:
    """``14:02`` in a zone, as the page's language writes it."""
    return hour_in(instant.astimezone(ZoneInfo(zone)), current_locale())


def _grace(application: Application) -> Any:
    """What is said while the call has closed and still takes what is submitted now."""
    return guards.grace_of(application.call, application.challenge, clock.now())


@blueprint.post("/applications/<int:application_id>/draft")
def save(application_id: int) -> ResponseReturnValue:
    """Keep what was written: an autosave gets the line that says so, a press leads on."""
    application = held_application(application_id, "application.edit")
    form = DraftForm()
    sound = form.validate()
    form_recovery.compare(lambda: fresh_form(application_id))
    is_autosave = "HX-Autosave" in request.headers
    if not sound and not is_autosave:
        return draft_page(application, form, 422)
    actions.save_draft(application, form.written(), current_actor(), version=form.version_seen)
    if is_autosave:
        return _saved_line(application, form)
    if request.form.get("then") == "preview":
        return see_other(url_for("applications.preview", application_id=application.id))
    closed = _closed(application)
    flash(f"{_('Saved.')} {closed}" if closed else _("Saved."), "stopped" if closed else "message")
    return see_other(url_for("applications.draft", application_id=application.id))


def fresh_form(application_id: int) -> DraftForm:
    """The form as it would be drawn from what is stored now."""
    db.session.expire_all()
    application = db.session.get_one(Application, application_id)
    revision = application.draft or application.current
    return DraftForm(formdata=None, obj=revision, version=application.version)


def _saved_line(application: Application, form: DraftForm) -> Response:
    wrong = [field.label.text for field in form if field.errors]
    page = {
        "time": hour(clock.now(), zone_here()),
        "version": application.version,
        "wrong": wrong,
        "closed": _closed(application),
        "grace": _grace(application),
        "progress": progress_of(application),
    }
    return make_response(render_template("applications/_saved.html", **page))


@blueprint.get("/applications/<int:application_id>/preview")
def preview(application_id: int) -> ResponseReturnValue:
    """The draft as the centre will read it, with what stops it and the last step."""
    actor = current_actor()
    application = find(queries.with_parts(queries.visible_to(actor)).where(Application.id == application_id))
    if not application.is_confirmed or application.draft is None:
        return see_other(url_for("applications.show", application_id=application.id))
    page = page_of(application) | {"revision": application.draft, "gaps": gaps_of(application)}
    page["cautions"] = cautions_of(application)
    page["grace"] = _grace(application)
    choices = {choice.step.name: choice for choice in workflow.available_steps(application, actor)}
    page["submit"] = choices.get("application.resubmit" if application.number else "application.submit")
    page["content_hash"] = application.draft.content_hash()
    return render_template("applications/preview.html", **page)


@blueprint.post("/applications/<int:application_id>/sign-offs")
def sign_off(application_id: int) -> ResponseReturnValue:
    """A party confirms the text it has read."""
    application = team_application(application_id, "application.sign_off")
    form = SignOffForm()
    actions.sign_off_application(application, current_actor(), content_hash=str(form.content_hash.data or ""))
    flash(_("You have confirmed this version. Any change of the text asks for it again."))
    return see_other(url_for("applications.preview", application_id=application.id))


@blueprint.post("/applications/<int:application_id>/deletion")
def discard(application_id: int) -> ResponseReturnValue:
    """Delete a draft that was never submitted."""
    application = team_application(application_id, "application.discard")
    submission.discard_draft(application, current_actor(), version=ReasonForm().version_seen)
    flash(_("The draft is deleted."))
    return see_other(url_for("applications.index"))
