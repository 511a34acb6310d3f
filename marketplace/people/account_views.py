"""Signing up, confirming an address, and setting a new password."""

from __future__ import annotations

import secrets

from flask import Response, flash, make_response, render_template, request, session, url_for
from flask_babel import gettext as _

from marketplace.kernel.db import db, rollback
from marketplace.kernel.errors import Missing
from marketplace.people import actions, known_devices, queries, sign_in_throttle
from marketplace.people.forms import AddressForm, CompanySignUpForm, NewPasswordForm, SignUpForm, StartupSignUpForm
from marketplace.people.models import User
from marketplace.people.post_login_redirect import HOME, way_back
from marketplace.people.views import blueprint, forget_session
from marketplace.web.actor import current_actor, public
from marketplace.web.forms import Form
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.limits import limiter

FORMS: dict[str, type[SignUpForm]] = {
    "company": CompanySignUpForm,
    "startup": StartupSignUpForm,
    "person": SignUpForm,
}
MAILS_PER_ADDRESS = "60 per hour"


@blueprint.get("/sign-up")
@public
def sign_up() -> Response:
    """Choose as what to sign up, then the form for it."""
    if current_actor().signed_in:
        return see_other(url_for("people.settings"))
    wanted, target = request.args.get("as", ""), way_back(request.args.get("next"))
    if wanted not in FORMS:
        return make_response(render_template("people/sign_up_choice.html", next=target))
    return _sign_up_page(FORMS[wanted](formdata=None, next=target), wanted)


def _sign_up_page(form: SignUpForm, wanted: str, status: int = 200) -> Response:
    shown = render_template("people/sign_up.html", form=form, wanted=wanted, next=way_back(form.next.data))
    return make_response(shown, status)


@blueprint.post("/sign-up", endpoint="sign_up_now")
@public
@limiter.limit(MAILS_PER_ADDRESS)
def sign_up_now() -> Response:
    """Open an account; the answer is the same where the address has one."""
    wanted = request.args.get("as", "person")
    form = FORMS.get(wanted, SignUpForm)()
    if form.validate():
        led = form.first_press()
        if led is not None:
            return see_other(led or url_for("people.signed_up"))
        if form.take(lambda: _sign_up(form)):
            return see_other(form.led_to(url_for("people.signed_up", next=way_back(form.next.data))))
    return _sign_up_page(form, wanted, 422)


def _sign_up(form: SignUpForm) -> bool:
    kind, organisation = None, ""
    if isinstance(form, CompanySignUpForm | StartupSignUpForm):
        kind = form.organisation_kind.data if isinstance(form, CompanySignUpForm) else "startup"
        organisation = str(form.organisation_name.data)
    actions.sign_up(
        str(form.name.data),
        str(form.email.data),
        str(form.password.data),
        locale=current_locale(),
        consents=form.consents(),
        organisation_kind=kind,
        organisation_name=organisation,
        going_to=way_back(form.next.data),
        browser=session.setdefault("signing_up", secrets.token_urlsafe(16)),
    )
    return True


@blueprint.get("/sign-up/sent")
@public
def signed_up() -> str:
    """What happens next, whoever asked."""
    return render_template("people/signed_up.html", next=way_back(request.args.get("next")))


@blueprint.get("/verification")
@public
def ask_verification() -> str:
    """Ask for the confirmation link again."""
    return render_template("people/ask_verification.html", form=AddressForm(formdata=None))


@blueprint.post("/verification", endpoint="ask_verification_now")
@public
@limiter.limit(MAILS_PER_ADDRESS)
def ask_verification_now() -> Response:
    """The same page whether or not there is such an account."""
    form = AddressForm()
    if not form.validate():
        return make_response(render_template("people/ask_verification.html", form=form), 422)
    actions.ask_verification(str(form.email.data))
    return see_other(url_for("people.signed_up"))


@blueprint.get("/verification/<token>")
@public
def verify_email(token: str) -> Response:
    """A button, so that a mail scanner that opens links confirms nothing; elsewhere than signed up, a password too."""
    if (row := queries.live_token(actions.token_hash(token), "verify_email")) is None:
        return _dead_link("people.ask_verification", _("Ask for a new link"))
    return _verification_page(None if _signed_up_here(row.user_id) else NewPasswordForm(formdata=None))


def _signed_up_here(user_id: int) -> bool:
    user = db.session.get_one(User, user_id)
    return user.email_verified_at is not None or actions.is_opened_by(user, session.get("signing_up", ""))


def _verification_page(form: NewPasswordForm | None, status: int = 200) -> Response:
    return make_response(render_template("people/verify_email.html", form=form), status)


@blueprint.post("/verification/<token>", endpoint="verify_email_now")
@public
def verify_email_now(token: str) -> Response:
    """Confirm the address, then sign in; who signed up in another browser may have been a stranger."""
    if (row := queries.live_token(actions.token_hash(token), "verify_email")) is None:
        return _dead_link("people.ask_verification", _("Ask for a new link"))
    form = None if _signed_up_here(row.user_id) else NewPasswordForm()
    if form is not None and not form.validate():
        return _verification_page(form, 422)
    browser, password = session.get("signing_up", ""), str(form.password.data) if form else None
    try:
        user = (form or Form()).take(lambda: actions.verify_email(token, browser=browser, password=password))
    except Missing:
        return _dead_link("people.ask_verification", _("Ask for a new link"))
    if user is None:
        return _verification_page(form, 422)
    session.pop("signing_up", None)
    flash(_("Your e-mail address is confirmed."), "done")
    if current_actor().signed_in:
        return see_other(user.going_to or HOME if user.id == current_actor().user_id else HOME)
    return see_other(url_for("people.sign_in", next=user.going_to))


@blueprint.get("/password")
@public
def ask_reset() -> str:
    """Ask for a link to set a new password."""
    return render_template("people/ask_reset.html", form=AddressForm(formdata=None))


@blueprint.post("/password", endpoint="ask_reset_now")
@public
@limiter.limit(MAILS_PER_ADDRESS)
def ask_reset_now() -> Response:
    """The same page whether or not there is such an account."""
    form = AddressForm()
    if not form.validate():
        return make_response(render_template("people/ask_reset.html", form=form), 422)
    actions.ask_reset(str(form.email.data))
    return see_other(url_for("people.reset_sent"))


@blueprint.get("/password/sent")
@public
def reset_sent() -> str:
    """What happens next, whoever asked."""
    return render_template("people/reset_sent.html")


@blueprint.get("/password/<token>")
@public
def reset_password(token: str) -> Response:
    """Set a new password behind the link that was sent."""
    if queries.live_token(actions.token_hash(token), "reset_password") is None:
        return _dead_link("people.ask_reset", _("Ask for a new link"))
    return make_response(render_template("people/reset_password.html", form=NewPasswordForm(formdata=None)))


@blueprint.post("/password/<token>", endpoint="reset_password_now")
@public
def reset_password_now(token: str) -> Response:
    """Take the new password; every session ends."""
    form = NewPasswordForm()
    if not form.validate():
        return make_response(render_template("people/reset_password.html", form=form), 422)
    try:
        user = form.take(lambda: actions.reset_password(token, str(form.password.data)))
    except Missing:
        return _dead_link("people.ask_reset", _("Ask for a new link"))
    if user is None:
        return make_response(render_template("people/reset_password.html", form=form), 422)
    sign_in_throttle.forget_failures(user.email)
    known_devices.remember_device(user.email)
    forget_session()
    flash(_("Your password is changed, and you are signed out everywhere. Sign in with the new one."), "done")
    return see_other(url_for("people.sign_in"))


def _dead_link(endpoint: str, label: str) -> Response:
    rollback()
    return make_response(render_template("people/dead_link.html", href=url_for(endpoint), label=label), 410)


@blueprint.get("/terms")
@public
def terms() -> str:
    """The terms of use."""
    return render_template("people/terms.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """What is kept about people, why, and for how long."""
    return render_template("people/privacy.html")
