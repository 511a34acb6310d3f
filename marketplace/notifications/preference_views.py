"""Which kinds of message a person wants by e-mail; the product shows them all."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.kernel.mail_kinds import mail_kinds
from marketplace.kernel.policy import Actor
from marketplace.notifications import actions
from marketplace.notifications.mail_preferences import refused_by
from marketplace.notifications.rendering import locale_of
from marketplace.notifications.views import blueprint
from marketplace.people.models import User
from marketplace.web import panels
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other


@blueprint.get("/settings/messages")
def preferences() -> Response:
    """Every kind of message, and whether it comes by e-mail."""
    user: User = current_user.session.user
    shown = render_template(
        "notifications/preferences.html",
        kinds=mail_kinds(),
        refused=refused_by(user.id),
        to=user.email,
        language=locale_of(user),
    )
    return make_response(shown)


@blueprint.post("/settings/messages")
def choose() -> Response:
    """Keep what is wanted; kinds that always come are not asked for."""
    actions.choose_mail(current_actor().user_id or 0, set(request.form.getlist("kind")))
    flash(_("Your choice is saved."), "done")
    return see_other(url_for("notifications.preferences"))


def _on_settings(user: User, actor: Actor) -> str:
    return render_template("notifications/_settings.html", user=user) if user.id == actor.user_id else ""


panels.register("user", "main", _on_settings)
