"""Submitting with its receipt, changing before the close, leaving, and answering an offered place."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.applications import actions, offers, queries, submission
from marketplace.applications.draft_views import draft_page, fresh_form, held_application, team_application
from marketplace.applications.forms import DraftForm, ReasonForm
from marketplace.applications.models import Application
from marketplace.applications.views import blueprint, page_of, screening_by
from marketplace.kernel.errors import Missing
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.limits import account, limiter, submissions
from marketplace.web.lookups import find


@blueprint.post("/applications/<int:application_id>/submission")
@limiter.limit(submissions, key_func=account)
def submit(application_id: int) -> ResponseReturnValue:
    """Keep what the form carries, if it carries the text, and submit it; a second press gets the same receipt."""
    application = held_application(application_id, "application.submit")
    form = DraftForm()
    form_recovery.compare(lambda: fresh_form(application_id))
    led = form.first_press()
    if led is not None and application.number is not None:
        return see_other(led or url_for("applications.receipt", application_id=application.id))
    version = form.version_seen
    if "title" in request.form:
        if not form.validate():
            return draft_page(application, form, 422)
        if application.draft is not None:
            actions.save_draft(application, form.written(), current_actor(), version=version)
            version = application.version
    submission.submit_application(application, current_actor(), version=version)
    return see_other(form.led_to(url_for("applications.receipt", application_id=application.id)))


@blueprint.get("/applications/<int:application_id>/receipt")
def receipt(application_id: int) -> ResponseReturnValue:
    """What was taken in, when, under which number and with which hash: to keep or to print."""
    application = team_application(application_id, "application.read_receipt")
    if application.current is None:
        raise Missing
    page = page_of(application) | {"revision": application.current, "screening_by": screening_by(application)}
    return render_template("applications/receipt.html", **page)


@blueprint.get("/applications/<int:application_id>/revisions/<int:number>")
def revision(application_id: int, number: int) -> ResponseReturnValue:
    """An earlier version as it was submitted."""
    actor = current_actor()
    application = find(queries.with_parts(queries.visible_to(actor)).where(Application.id == application_id))
    page = page_of(application)
    found = next((r for r in page["versions"] if r.number == number), None)
    if found is None:
        raise Missing
    return render_template("applications/revision.html", **page | {"revision": found})


@blueprint.post("/applications/<int:application_id>/revisions")
def reopen(application_id: int) -> ResponseReturnValue:
    """Begin a new version of a submitted application."""
    application = team_application(application_id, "application.reopen")
    submission.reopen_application(application, current_actor(), version=ReasonForm().version_seen)
    flash(_("You can change the application now. Until you submit it again, the version submitted before counts."))
    return see_other(url_for("applications.draft", application_id=application.id))


@blueprint.post("/applications/<int:application_id>/revisions/draft/end")
def keep(application_id: int) -> ResponseReturnValue:
    """Give the changes up."""
    application = team_application(application_id, "application.keep")
    submission.keep_submitted(application, current_actor(), version=ReasonForm().version_seen)
    flash(_("The changes are given up: the version submitted before stays."))
    return see_other(url_for("applications.show", application_id=application.id))


def _with_reason(application: Application, slot: str, act: Callable[..., None], done: str) -> ResponseReturnValue:
    """Run a step that needs a reason; where it is missing, show the page again with what was typed."""
    form = ReasonForm()
    if form.validate():
        form.take(lambda: act(application, current_actor(), reason=form.reason.data, version=form.version_seen))
    if form.errors:
        page = page_of(application) | {"refused": {slot: form.reason}}
        return make_response(render_template("applications/show.html", **page), 422)
    flash(done)
    return see_other(url_for("applications.show", application_id=application.id))


@blueprint.post("/applications/<int:application_id>/withdrawal")
def withdraw(application_id: int) -> ResponseReturnValue:
    """Leave before the decision."""
    application = team_application(application_id, "application.withdraw")
    done = _("The application is withdrawn.")
    return _with_reason(application, "withdraw", submission.withdraw_application, done)


@blueprint.post("/applications/<int:application_id>/stepping-back")
def step_back(application_id: int) -> ResponseReturnValue:
    """Leave after the decision."""
    application = team_application(application_id, "application.step_back")
    done = _("You have stepped back. The centre and the company are told.")
    return _with_reason(application, "step_back", submission.step_back_application, done)


@blueprint.post("/applications/<int:application_id>/place")
def take_place(application_id: int) -> ResponseReturnValue:
    """Take the place offered to a reserve."""
    application = team_application(application_id, "application.take_place")
    offers.take_place(application, current_actor(), version=ReasonForm().version_seen)
    flash(_("The place is yours. The centre opens the pairing next."))
    return see_other(url_for("applications.show", application_id=application.id))


@blueprint.post("/applications/<int:application_id>/place/refusal")
def refuse_place(application_id: int) -> ResponseReturnValue:
    """Refuse the place offered to a reserve."""
    application = team_application(application_id, "application.refuse_place")
    done = _("You have refused the place. It is offered to the next on the list.")
    return _with_reason(application, "refuse_place", offers.refuse_place, done)
