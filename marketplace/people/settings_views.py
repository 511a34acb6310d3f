"""A person's own settings: name, language, password, consents, sessions, memberships, the end of the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from marketplace.kernel.db import rollback
from marketplace.kernel.policy import ROLE_LABELS
from marketplace.people import actions, leadership, member_actions, queries, sign_in_log, sign_in_throttle, time_zones
from marketplace.people.devices import device_words
from marketplace.people.forms import CloseAccountForm, PasswordForm, PersonForm
from marketplace.people.labels import CONSENT_LABELS
from marketplace.people.models import CONSENTS, Membership, User, UserSession
from marketplace.people.views import blueprint, forget_session
from marketplace.web import form_recovery
from marketplace.web.actor import current_actor
from marketplace.web.forms import Form
from marketplace.web.headers import leave_nothing
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find


def _user() -> User:
    user: User = current_user.session.user
    return user


def _this_session() -> UserSession:
    session: UserSession = current_user.session
    return session


@blueprint.app_template_filter("city")
def city(zone: str) -> str:
    """A time zone by its city, in the page's language."""
    return time_zones.city_of(zone, current_locale())


@blueprint.get("/settings")
def settings() -> Response:
    """Everything of a person's account on one page."""
    return _settings_page(_person_form(formdata=None))


def _person_form(**values: Any) -> PersonForm:
    """Name, language and zone as they are stored, or as they were sent."""
    form: PersonForm = PersonForm.drawn_from(_user(), **values) if values else PersonForm()
    form.time_zone.choices = time_zones.zone_choices(current_locale(), _user().time_zone)
    return form


def _settings_page(form: object, status: int = 200) -> Response:
    user = _user()
    shown = render_template(
        "people/settings.html",
        form=form,
        user=user,
        sessions=queries.sessions_of(user.id),
        this_session=_this_session().id,
        device_words=device_words,
        consents=queries.consents_of(user.id),
        consent_kinds=CONSENTS,
        consent_labels=CONSENT_LABELS,
        needed=actions.REQUIRED_CONSENTS,
        seats=queries.seats(user.id),
        roles=ROLE_LABELS,
    )
    return make_response(shown, status)


@blueprint.post("/settings", endpoint="change_settings")
def change_settings() -> Response:
    """Change name, language and time zone."""
    form, user = _person_form(), _user()
    if not form.validate():
        return _settings_page(form, 422)
    form_recovery.compare(lambda: _person_form(formdata=None))
    actions.change_user(
        user,
        current_actor(),
        name=str(form.name.data),
        locale=form.locale.data or None,
        time_zone=form.time_zone.data or None,
        version=form.version_seen,
    )
    flash(_("Your settings are saved."), "done")
    return see_other(url_for("people.settings"))


@blueprint.get("/settings/password")
def password() -> str:
    """Change the password."""
    return render_template("people/password.html", form=PasswordForm(formdata=None))


@blueprint.post("/settings/password", endpoint="change_password")
def change_password() -> Response:
    """Take the new password; every other session ends."""
    form = PasswordForm()
    done = form.validate() and _within_guesses(
        form,
        "old_password",
        lambda: actions.change_password(
            _user(), current_actor(), str(form.old_password.data), str(form.password.data), keep=_this_session().id
        ),
    )
    if isinstance(done, Response):
        return done
    if not done:
        return make_response(render_template("people/password.html", form=form), 422)
    flash(_("Your password is changed. Every other device is signed out."), "done")
    return see_other(url_for("people.settings"))


def _within_guesses(form: Form, field: str, act: Callable[[], User]) -> Any:
    """Do what asks for the present password, unless it was guessed too often: then this session ends."""
    attempt = sign_in_throttle.begin_guess(_this_session().id)
    done = form.take(act) if attempt.wait_until is None else None
    if attempt.wait_until is None and actions.NOT_PRESENT not in form[field].errors:
        (sign_in_throttle.clear_attempt if done else sign_in_throttle.take_back_attempt)(attempt)
        return done
    if attempt.wait_until is None and not attempt.is_last:
        return None
    rollback()
    sign_in_log.note_step("user.lock_out", _user(), request.remote_addr)
    actions.end_session(_this_session())
    forget_session()
    flash(_("Your present password was wrong too often, so you are signed out. Sign in, or set a new one."))
    return leave_nothing(see_other(url_for("people.sign_in")))


@blueprint.post("/settings/consents/<kind>")
def consent(kind: str) -> Response:
    """Give or withdraw one consent."""
    change = actions.give_consent if request.form.get("given") == "yes" else actions.withdraw_consent
    change(_user(), current_actor(), kind)
    flash(_("Your consent is recorded with today’s date."), "done")
    return see_other(url_for("people.settings") + "#consents")


@blueprint.post("/settings/sessions/<int:session_id>/ending")
def end_session(session_id: int) -> Response:
    """Sign out one device."""
    row = find(select(UserSession).where(UserSession.id == session_id, UserSession.user_id == _user().id))
    if row.id == _this_session().id:
        forget_session()
        actions.end_session(row)
        return leave_nothing(see_other(url_for("people.sign_in")))
    actions.end_session(row)
    flash(_("That device is signed out."), "done")
    return see_other(url_for("people.settings") + "#sessions")


@blueprint.post("/settings/sessions/endings")
def end_sessions() -> Response:
    """Sign out everywhere, here too."""
    actions.end_sessions(_user(), current_actor())
    forget_session()
    flash(_("You are signed out on every device."), "done")
    return leave_nothing(see_other(url_for("people.sign_in")))


@blueprint.post("/memberships/<int:membership_id>/ending")
def end_membership(membership_id: int) -> Response:
    """Leave an organisation, or remove a member of one's own."""
    actor = current_actor()
    known = or_(Membership.user_id == actor.user_id, Membership.organisation_id == actor.organisation_id)
    membership = find(select(Membership).where(Membership.id == membership_id, known))
    own, organisation_id = membership.user_id == actor.user_id, membership.organisation_id
    member_actions.end_membership(membership, actor)
    if own:
        flash(_("You have left the organisation."), "done")
        return see_other(url_for("people.settings"))
    flash(_("The member is removed."), "done")
    return see_other(url_for("people.members", organisation_id=organisation_id))


@blueprint.get("/settings/closing")
def close_account() -> str:
    """What closing an account means, and what would be left without anybody, before it is done."""
    return _closing_page(CloseAccountForm(formdata=None))


def _closing_page(form: CloseAccountForm) -> str:
    return render_template("people/close_account.html", form=form, left=leadership.left_leaderless(_user()))


@blueprint.post("/settings/closing", endpoint="close_account_now")
def close_account_now() -> Response:
    """Close the account; its personal values are erased."""
    form = CloseAccountForm()
    done = form.validate() and _within_guesses(
        form, "password", lambda: actions.close_account(_user(), current_actor(), str(form.password.data))
    )
    if isinstance(done, Response):
        return done
    if not done:
        return make_response(_closing_page(form), 422)
    forget_session()
    flash(_("Your account is closed."), "done")
    return leave_nothing(see_other(url_for("people.sign_in")))
