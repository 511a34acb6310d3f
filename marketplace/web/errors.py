"""Every refusal becomes a page that says why and what to do; each handler rolls back first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError, Unauthorized

from marketplace.kernel import events, unit_of_work, workflow
from marketplace.kernel.db import db, rollback
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Missing, Refusal, Stale, Taken
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import ANONYMOUS
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.limits import limiter

log = logging.getLogger(__name__)

STATUS = {Missing: 404, Forbidden: 403, Blocked: 409, Invalid: 422, Stale: 409}
HELD_PER_ADDRESS = "60 per 10 minutes"
Shape = Callable[[int, Mapping[str, Any]], Response]
PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}


_shapes: dict[str, Shape] = {}


def answer_below(prefix: str, shape: Shape) -> None:
    """Let ``shape`` draw the refusals of every address that begins with ``prefix``, instead of a page."""
    _shapes[prefix] = shape


def error_page(status: int, **context: Any) -> Response:
    """The error page of a status."""
    for prefix, shape in _shapes.items():
        if request.path.startswith(prefix):
            return shape(status, context)
    shown = status if status in PAGES else 400 if status < 500 else 500
    return make_response(render_template(f"errors/{shown}.html", **context), status)


def _refused(refusal: Refusal) -> Response:
    rollback()
    if _is_taken(refusal):
        return _done_before()
    status = next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 400)
    if isinstance(refusal, Stale):
        return conflict(refusal.version)
    written = form_recovery.sent_form() if request.method == "POST" else None
    return error_page(status, reason=refusal.message or None, field=getattr(refusal, "field", None), written=written)


def _is_taken(refusal: Any) -> bool:
    """Whether the step was taken before, and no reason of somebody else would be lost by saying so."""
    work = unit_of_work.current_unit()
    if isinstance(refusal, Stale):
        taken = work is not None and workflow.is_taken(work.deed, refusal.subject)
    else:
        taken = isinstance(refusal, Taken)
    if not taken or not request.form.get("reason"):
        return taken
    return events.moved_by(refusal.subject) == current_actor().user_id


def _done_before() -> Response:
    """A second press: lead to where the first one led."""
    flash(_("This was done before: here is how it stands now."))
    return see_other(form_recovery.page_behind())


def conflict(stored: int | None = None) -> Response:
    """Both versions side by side: what was typed, and what is stored now, of version ``stored`` if that is known."""
    both = form_recovery.differing_fields()
    version = both["version"] if both and both["version"] is not None else stored
    return error_page(409, conflict=both, resend=form_recovery.over_stored(version))


def _stale(_: StaleDataError) -> Response:
    """Overtaken between reading and writing: by a second press of the same step, or by another change."""
    rollback()
    work = unit_of_work.current_unit()
    if work is not None and work.moving is not None and work.moving in db.session:
        return _refused(Stale(work.moving))
    return conflict()


def _constraint(error: IntegrityError) -> Response:
    rollback()
    diagnosis = getattr(error.orig, "diag", None)
    log.warning("constraint refused a write", extra={"constraint": getattr(diagnosis, "constraint_name", None)})
    return error_page(409, reason=_l("Somebody was quicker: this can no longer be done. Reload the page to see why."))


def _unreadable(error: DataError) -> Response:
    """A value that no column can hold: a NUL character, a number beyond every range."""
    rollback()
    log.warning("the database could not read a value", exc_info=error)
    return error_page(400, reason=None)


def _plain(status: int) -> Response:
    """A page that asks neither database nor session: both may be what failed."""
    g.actor, g._login_user = ANONYMOUS, AnonymousUserMixin()
    return error_page(status)


def _unreachable(error: OperationalError | NoConnection) -> Response:
    rollback()
    log.error("database unreachable", exc_info=error)
    return _plain(503)


def _limited(error: RateLimitExceeded) -> Response:
    rollback()
    seconds = error.limit.limit.get_expiry()
    response = error_page(429, retry_after=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def _signed_out(_: Unauthorized) -> Response:
    rollback()
    if request.method == "GET":
        here = request.full_path.rstrip("?")
        answer = redirect(url_for("people.sign_in", next=here), code=303)
        if request.headers.get("HX-Request"):
            answer = make_response("", 401)
            answer.headers["HX-Redirect"] = url_for("people.sign_in", next="/desk")
        assert isinstance(answer, Response)
        if "_user_id" in session:  # its pages go with a session that has ended; drafts on this device stay
            answer.headers["Clear-Site-Data"] = '"cache"'
        return answer
    return _held()


def _no_token(_: CSRFError) -> Response:
    rollback()
    return _held()


def _held() -> Response:
    """What was sent, to be sent again; an address that brings too much of this kind gets nothing back."""
    try:
        with limiter.limit(HELD_PER_ADDRESS):
            return form_recovery.offer_again()
    except RateLimitExceeded as error:
        return _limited(error)


def _http(error: HTTPException) -> Response:
    rollback()
    if error.response is not None:
        assert isinstance(error.response, Response)
        return error.response
    return error_page(error.code or 500, reason=None)


def _failed(error: Exception) -> Response:
    rollback()
    log.exception("request failed", exc_info=error)
    return _plain(500)


def _not_here(error: SecurityError) -> Response:
    """A name that is not the site's own: no page, whose links would need one."""
    return Response("400: this site has another address.\n", 400, mimetype="text/plain")


def init_app(app: Flask) -> None:
    """Register every handler."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _constraint)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(OperationalError, _unreachable)
    app.register_error_handler(NoConnection, _unreachable)
    app.register_error_handler(RateLimitExceeded, _limited)
    app.register_error_handler(Unauthorized, _signed_out)
    app.register_error_handler(CSRFError, _no_token)
    app.register_error_handler(SecurityError, _not_here)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)
