"""Decisions: the board of a call, one decision, its release, and what the release leaves to read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.applications.models import Application, Decision
from marketplace.applications.states import APPLICATION
from marketplace.calls.models import Call
from marketplace.calls.states import RELEASED
from marketplace.evaluations import decisions
from marketplace.evaluations import queries as reads
from marketplace.evaluations.forms import DecisionForm, DeclineForm, ReleaseForm, version_of
from marketplace.evaluations.guards import everything_is_decided
from marketplace.evaluations.screening_views import find_application
from marketplace.evaluations.staff_queries import challenges_of
from marketplace.evaluations.views import blueprint, find_call, is_closed
from marketplace.evaluations.wording import FITS, OUTCOMES, REASONS
from marketplace.kernel.errors import Blocked, Missing
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import can, require
from marketplace.web import form_recovery, tables
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import page_number


@blueprint.get("/calls/<int:call_id>/decisions")
def board(call_id: int) -> Response:
    """Before the release, what is prepared, to the managing centre alone; afterwards the results."""
    call = find_call(call_id)
    if call.state in RELEASED:
        require(current_actor(), "call.list_applications", call)
        return _results(call)
    _require_preparing(call)
    return _board(call)


def _require_preparing(call: Call) -> None:
    require(current_actor(), "call.prepare_decisions", call)
    if not is_closed(call):
        raise Blocked(_l("Decisions are prepared once the call has closed."))


def _asked() -> dict[str, Any]:
    outcome = request.args.get("outcome", "")
    challenge = request.args.get("challenge", "")
    return {
        "outcome": outcome if outcome in OUTCOMES else "",
        "challenge": challenge if challenge.isascii() and challenge.isdigit() and len(challenge) < 18 else "",
    }


def _board(call: Call, form: DeclineForm | None = None, status: int = 200) -> Response:
    locale, asked, page = current_locale(), _asked(), page_number(request.args.get("page"))
    chosen = int(asked["challenge"]) if asked["challenge"] else None
    rows, total = reads.board(call.id, locale, outcome=asked["outcome"], challenge_id=chosen, page=page)
    state = reads.standing_of(call.id)
    shown = render_template(
        "evaluations/decisions.html",
        call=call,
        groups=[(key or 0, list(group)) for key, group in groupby(rows, key=lambda row: row.challenge_id)],
        listed=_listed(rows, page, total),
        asked=asked,
        standing=state,
        places_left=(call.award_count or 0) - state.selected,
        places=reads.places_of(call.id, sorted({row.challenge_id for row in rows if row.challenge_id})),
        challenges=challenges_of(current_actor(), call.id, locale),
        may_release=can(current_actor(), "call.release", call),
        outcomes=OUTCOMES,
        fits=FITS,
        form=form or DeclineForm(formdata=None),
    )
    return make_response(shown, status)


@dataclass(frozen=True)
class Paged:
    """One page of rows with the ways to its neighbours, as the macro that draws them wants it."""

    items: list[Any]
    number: int
    size: int
    total: int
    pages: int
    prev_href: str | None
    next_href: str | None


def _listed(rows: list[Any], page: int, total: int) -> Paged:
    pages = max(1, -(-total // reads.SIZE))
    here = {k: v for k, v in _asked().items() if v}

    def address(number: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        return url_for(request.endpoint or "", **(request.view_args or {}), **here, page=number)

    return Paged(rows, page, reads.SIZE, total, pages, address(page - 1), address(page + 1))


def _results(call: Call) -> Response:
    locale, asked, page = current_locale(), _asked(), page_number(request.args.get("page"))
    actor = current_actor()
    if (format := tables.asked_format()) is not None:
        return _table(reads.results(actor, call.id, locale, outcome=asked["outcome"], everything=True)[0], format)
    rows, total = reads.results(actor, call.id, locale, outcome=asked["outcome"], page=page)
    shown = render_template(
        "evaluations/staff_results.html",
        call=call,
        rows=rows,
        listed=_listed(rows, page, total),
        asked=asked,
        outcomes=OUTCOMES,
        reasons=REASONS,
        states=APPLICATION.states,
    )
    return make_response(shown)


def _table(rows: list[Any], format: str) -> Response:
    head = [
        _("Receipt number"),
        _("Startup"),
        _("Challenge"),
        _("Decision"),
        _("Rank"),
        _("Main reason"),
        _("Comments"),
    ]
    lines = [
        [
            row.number,
            row.startup,
            row.challenge,
            str(OUTCOMES[row.outcome][1]),
            row.rank,
            str(REASONS[row.reason_code]) if row.reason_code else "",
            row.comments,
        ]
        for row in rows
    ]
    return tables.download("decisions", [head, *lines], current_locale(), format)


@blueprint.get("/applications/<int:application_id>/decision")
def decide(application_id: int) -> Response:
    """The form of one prepared decision."""
    application = _decidable(application_id)
    return _decision_page(application, _drawn(application))


def _decidable(application_id: int) -> Application:
    """An application whose decision this reader may prepare; who reads the file was noted before."""
    application = find_application(application_id)
    require(current_actor(), "application.prepare", application)
    if application.call.state in RELEASED:
        raise Blocked(decisions.ALREADY_RELEASED)
    return application


def _drawn(application: Application) -> DecisionForm:
    held = application.decision
    form = DecisionForm(formdata=None, obj=held)
    form.version.data = str(version_of(held))
    return form


def _decision_page(application: Application, form: DecisionForm, status: int = 200) -> Response:
    shown = render_template(
        "evaluations/decide.html",
        application=application,
        call=application.call,
        challenge=application.challenge,
        form=form,
        decision=application.decision,
        outcomes=OUTCOMES,
        fits=FITS,
    )
    return make_response(shown, status)


@blueprint.post("/applications/<int:application_id>/decision")
def prepare(application_id: int) -> ResponseReturnValue:
    """Prepare a decision, or change it."""
    application = _decidable(application_id)
    form = DecisionForm()
    form_recovery.compare(lambda: _drawn(application))
    if form.validate_on_submit() and form.take(lambda: _prepare(application, form)):
        flash(_("The decision is prepared. Nobody outside your centre learns of it before the release."), "done")
        return _to_board(application)
    return _decision_page(application, form, 422)


def _prepare(application: Application, form: DecisionForm) -> Decision:
    return decisions.prepare_decision(
        application,
        current_actor(),
        outcome=form.outcome.data,
        reason_code=form.reason_code.data or None,
        comments=form.comments.data or "",
        version=form.version_seen,
    )


def _to_board(application: Application) -> ResponseReturnValue:
    """The board, as it was narrowed before, at this application."""
    kept = {k: v for k, v in _asked().items() if v}
    address = url_for("evaluations.board", call_id=application.call_id, **kept)
    return see_other(f"{address}#application-{application.id}")


@blueprint.post("/applications/<int:application_id>/decision/removal")
def decision_removal(application_id: int) -> ResponseReturnValue:
    """Take a prepared decision back."""
    application = _decidable(application_id)
    decisions.take_back_decision(application, current_actor(), version=Form().version_seen)
    flash(_("The prepared decision is taken back."), "done")
    return _to_board(application)


@blueprint.post("/applications/<int:application_id>/decision/rank")
def decision_rank(application_id: int) -> ResponseReturnValue:
    """Move a reserve one rank up or down."""
    application = _decidable(application_id)
    up = request.form.get("way") != "down"
    decisions.move_reserve(application, current_actor(), up=up, version=Form().version_seen)
    return _to_board(application)


@blueprint.post("/calls/<int:call_id>/declines")
def declines(call_id: int) -> ResponseReturnValue:
    """Prepare to decline all that are eligible, off the shortlist and undecided."""
    call = find_call(call_id)
    _require_preparing(call)
    form = DeclineForm()
    if form.validate_on_submit():
        number = form.take(lambda: _decline_rest(call, form))
        if number is not None:
            done = ngettext("One decision is prepared.", "%(num)s decisions are prepared.", number)
            flash(done if number else _("Nothing off the shortlist still waits for a decision."), "done")
            return see_other(url_for("evaluations.board", call_id=call.id))
    return _board(call, form, 422)


def _decline_rest(call: Call, form: DeclineForm) -> int:
    return decisions.decline_rest(
        call, current_actor(), reason_code=form.reason_code.data, comments=form.comments.data or ""
    )


@blueprint.get("/calls/<int:call_id>/release")
def release(call_id: int) -> ResponseReturnValue:
    """What follows from releasing, before anybody presses."""
    call = find_call(call_id)
    if call.state in RELEASED:
        return see_other(url_for("evaluations.board", call_id=call.id))
    require(current_actor(), "call.release", call)
    _require_preparing(call)
    return _release_page(call, ReleaseForm(formdata=None, version=call.version))


def _release_page(call: Call, form: ReleaseForm, status: int = 200) -> Response:
    shown = render_template(
        "evaluations/release.html",
        call=call,
        form=form,
        standing=reads.standing_of(call.id),
        blocked=everything_is_decided(call),
        places_left=(call.award_count or 0) - reads.standing_of(call.id).selected,
    )
    return make_response(shown, status)


@blueprint.post("/calls/<int:call_id>/release")
def call_release(call_id: int) -> ResponseReturnValue:
    """Release every decision of the call at once."""
    call = find_call(call_id)
    require(current_actor(), "call.release", call)
    if not is_closed(call):
        raise Missing
    form = ReleaseForm()
    if call.state not in RELEASED and not form.validate_on_submit():
        return _release_page(call, form, 422)
    released = decisions.release_decisions(call, current_actor(), version=form.version_seen)
    flash(
        _(
            "Released: %(selected)s selected, %(reserve)s on reserve, %(declined)s declined. Everybody is told now.",
            **released,
        ),
        "done",
    )
    return see_other(url_for("evaluations.board", call_id=call.id))
