"""What can be done with a call once it is out: amend, cancel, open again, copy, complete."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.calls import actions, editor, labels
from marketplace.calls.editor_views import language_sets, notice_form, own_call
from marketplace.calls.forms import AmendForm, ReopenForm
from marketplace.calls.models import Call
from marketplace.calls.stage_views import instant_of_field
from marketplace.calls.stages import local_of
from marketplace.calls.states import CURRENT
from marketplace.calls.views import blueprint
from marketplace.kernel import clock, policy
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.locales import _l
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale


def _shown(call: Call) -> Response:
    return see_other(url_for("calls.show", id=call.id))


@blueprint.post("/calls/<int:id>/cancellation", endpoint="cancel_call")
def cancel_call(id: int) -> Response:
    """End a call, with a reason."""
    call, form = own_call(id), Form()
    reason = request.form.get("reason", "")
    actions.cancel_call(call, current_actor(), reason, locale=current_locale(), version=form.version_seen)
    flash(_("The call is cancelled."), "done")
    return _shown(call)


@blueprint.post("/calls/<int:id>/completion", endpoint="close_out_call")
def close_out_call(id: int) -> Response:
    """Complete a call."""
    call, form = own_call(id), Form()
    actions.close_out_call(call, current_actor(), version=form.version_seen)
    flash(_("The call is closed out."), "done")
    return _shown(call)


@blueprint.post("/calls/<int:id>/copies", endpoint="copy_call")
def copy_call(id: int) -> Response:
    """Next year's call, from this one."""
    call, form = own_call(id), Form()
    if (led_to := form.first_press()) is not None:
        return see_other(led_to or url_for("calls.index", status="draft"))
    copy = editor.copy_call(call, current_actor())
    flash(_("This is the copy: everything but the dates. Set those, then publish."), "done")
    return see_other(form.led_to(url_for("calls.edit_call", id=copy.id)))


def _amend_form(call: Call) -> AmendForm:
    form: AmendForm = notice_form(call, AmendForm, closes_at=local_of(call.closes_at, call.time_zone))
    return form


@blueprint.route("/calls/<int:id>/amendments/new", methods=["GET", "POST"], endpoint="amend_call")
def amend_call(id: int) -> Response:
    """A later deadline or corrected words, told to everyone with a draft."""
    call = own_call(id)
    if call.state_at(clock.now()) not in CURRENT:
        raise Blocked(_l("Only a published call that has not closed yet can be amended."))
    form, status = (AmendForm(), 422) if request.method == "POST" else (_amend_form(call), 200)
    if request.method == "POST" and form.validate():
        form_recovery.compare(lambda: _amend_form(call))
        if form.take(lambda: _amend(call, form)):
            flash(_("The call is amended. All with a draft are told."), "done")
            return _shown(call)
    sets = language_sets(form, call)
    page = render_template("calls/amend.html", call=call, form=form, sets=sets, labels=labels)
    return make_response(page, status)


def _amend(call: Call, form: AmendForm) -> list[str]:
    """Take the deadline to the minute it shows: one left as it was changes nothing."""
    shown = local_of(call.closes_at, call.time_zone)
    same = shown is not None and form.closes_at.data == shown.replace(second=0, microsecond=0)
    notice = {code: words for code, words in form.notice().items() if code in call.texts or words["title"]}
    if any(not words["title"] for words in notice.values()):
        lacking = next(code for code, words in notice.items() if not words["title"])
        raise Invalid(_l("A published notice keeps its title."), field=f"title_{lacking}")
    return actions.amend_call(
        call,
        current_actor(),
        reason=str(form.reason.data),
        closes_at=None if same else instant_of_field(form, "closes_at", call.time_zone),
        notice=notice,
        shift=form.shift.data,
        locale=current_locale(),
        version=form.version_seen,
    )


@blueprint.route("/calls/<int:id>/reopening", methods=["GET", "POST"], endpoint="reopen_call")
def reopen_call(id: int) -> Response:
    """A new closing instant after an outage."""
    call = own_call(id)
    policy.require(current_actor(), "call.reopen", call)
    if call.state_at(clock.now()) != "closed":
        raise Blocked(_l("Only a call that has closed and is not decided yet can be opened again."))
    form = ReopenForm() if request.method == "POST" else ReopenForm(formdata=None, version=call.version)
    if request.method == "POST" and form.validate() and form.take(lambda: _reopen(call, form)):
        flash(_("The call is open again. All with a draft are told."), "done")
        return _shown(call)
    page = render_template("calls/reopen.html", call=call, form=form)
    return make_response(page, 422 if request.method == "POST" else 200)


def _reopen(call: Call, form: ReopenForm) -> bool:
    closes_at = instant_of_field(form, "closes_at", call.time_zone)
    actions.reopen_call(
        call,
        current_actor(),
        closes_at=closes_at,
        reason=str(form.reason.data),
        shift=form.shift.data,
        locale=current_locale(),
        version=form.version_seen,
    )
    return True
