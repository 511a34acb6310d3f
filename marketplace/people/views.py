"""Signing in and out, and choosing whom one acts for."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, flash, g, make_response, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user

from marketplace.kernel import clock
from marketplace.kernel.errors import Invalid
from marketplace.kernel.policy import ROLE_LABELS
from marketplace.people import (
    demo,
    known_devices,
    passwords,
    queries,
    sessions,
    sign_in_log,
    sign_in_throttle,
    time_zones,
)
from marketplace.people.forms import SignInForm
from marketplace.people.models import Membership, User
from marketplace.people.post_login_redirect import way_back, within_site
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor, public
from marketplace.web.bounds import takes_whole_forms
from marketplace.web.headers import leave_nothing
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale

blueprint = Blueprint("people", __name__)
log = logging.getLogger(__name__)


def zone_here(strangers: str = "UTC") -> str:
    """The zone to show instants in: the person's own, else of the centre acted for or the organisation's country.

    ``strangers`` is theirs on a page that has a zone of its own.
    """
    if not current_user.is_authenticated:
        return strangers
    own, membership = current_user.session.user.time_zone, current_user.session.membership
    return own or current_user.zone or (membership.organisation.zone() if membership else "UTC")


@blueprint.context_processor
def _zone() -> dict[str, str]:
    return {"zone": zone_here()}


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    """The sign-in page; who has signed in already goes on."""
    target = within_site(request.args.get("next"))
    if current_actor().signed_in:
        return see_other(target)
    return _sign_in_page(SignInForm(formdata=None, next=target))


@blueprint.post("/sign-in", endpoint="sign_in_now")
@public
@takes_whole_forms
def sign_in_now() -> Response:
    """Check the password under the limits, then begin a fresh session."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form, 422)
    email, password = str(form.email.data), str(form.password.data)
    attempt = sign_in_throttle.begin_attempt(email, request.remote_addr, known_devices.mark_of(email))
    if attempt.wait_until is not None:
        return _wait(form, attempt)
    user = queries.user_by_email(email)
    if not passwords.fits(user.password_hash if user else None, password) or not (user and user.email_verified_at):
        sign_in_throttle.record_failure(attempt, user, request.remote_addr)
        form.form_errors.append(
            _(
                "This e-mail address and password do not belong together. Check both. If you have just signed up,"
                " first open the link that we sent you."
            )
        )
        return _sign_in_page(form, 422)
    sign_in_throttle.clear_attempt(attempt)
    known_devices.remember_device(user.email)
    if user.password_hash and passwords.is_old(user.password_hash, password):
        user.password_hash = passwords.hash_password(password)
    begin_session(user)
    user.time_zone = user.time_zone or time_zones.read_zone(form.zone.data)
    held = form_recovery.held_form(form.held.data)
    if held:
        return make_response(
            render_template(
                "errors/resend.html",
                resend=form_recovery.for_page(held),
                came_back=True,
                leave=within_site(form.next.data),
            )
        )
    going_to, user.going_to = user.going_to, None
    return see_other(way_back(form.next.data) or within_site(going_to))


def begin_session(user: User, membership: Membership | None = None) -> None:
    """A new session under a new cookie; whatever the old one held is gone."""
    if current_user.is_authenticated:
        current_user.session.ended_at = clock.now()
    forget_session()
    token = sessions.open_session(user, request.remote_addr, request.headers.get("User-Agent"), membership)
    sign_in_log.note_step("user.sign_in", user, request.remote_addr)
    signed_in = sessions.load_session(token)
    assert signed_in is not None
    session.permanent = True
    login_user(signed_in)
    current_actor()  # so that the log knows who has signed in


def forget_session() -> None:
    """Empty the cookie, and what this request still remembers of it."""
    session.clear()
    for name in ("actor", "locale", "csrf_token", "_login_user"):
        g.pop(name, None)


def _sign_in_page(form: SignInForm, status: int = 200) -> Response:
    shown = render_template(
        "people/sign_in.html",
        form=form,
        next=way_back(form.next.data),
        demo_accounts=demo.accounts(),
        demo_password=demo.PASSWORD,
    )
    return make_response(shown, status)


def _wait(form: SignInForm, attempt: sign_in_throttle.Attempt) -> Response:
    assert attempt.wait_until is not None
    log.info("sign-in has to wait", extra={"account": attempt.account[:16], "address": request.remote_addr})
    seconds = max(1, int((attempt.wait_until - clock.now()).total_seconds()) + 1)
    minutes = -(-seconds // 60)
    form.form_errors.append(
        _("Too many failed sign-ins. Try again in %(minutes)s min, or set a new password.", minutes=minutes)
    )
    response = _sign_in_page(form, 429)
    response.headers["Retry-After"] = str(seconds)
    return response


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, here and on the server."""
    if current_user.is_authenticated:
        current_user.session.ended_at = clock.now()
        sign_in_log.note_step("user.sign_out", current_user.session.user, request.remote_addr)
    forget_session()
    flash(_("You are signed out."), "done")
    return leave_nothing(see_other(url_for("people.sign_in")))


@blueprint.get("/switch")
def switch() -> Response:
    """Choose the organisation or centre to act for."""
    return make_response(
        render_template("people/switch.html", seats=queries.seats(current_actor().user_id or 0), roles=ROLE_LABELS)
    )


@blueprint.post("/switch", endpoint="switch_now")
def switch_now() -> Response:
    """Let this session act for another membership of the person."""
    wanted = request.form.get("membership_id", "")
    chosen = next((seat for seat in queries.seats(current_actor().user_id or 0) if str(seat.id) == wanted), None)
    if chosen is None:
        raise Invalid(_("You do not belong to this organisation, or no longer."))
    current_user.session.membership = chosen
    g.pop("actor", None)
    flash(_("You now act for %(name)s.", name=chosen.organisation.name(current_locale())), "done")
    return see_other(within_site(request.form.get("next")))
