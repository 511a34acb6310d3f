"""A person's own notifications, and the language their mail is written in."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.kernel.db import db
from marketplace.kernel.locales import DEFAULT, _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import Actor
from marketplace.notifications import actions, queries
from marketplace.notifications.inbox import lines
from marketplace.people.models import Membership
from marketplace.people.queries import seats
from marketplace.people.views import zone_here
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import page_number

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
def index() -> Response:
    """What happened in what this person takes part in, newest first."""
    actor = current_actor()
    page = paginate(queries.visible_to(actor), page_number(request.args.get("page")))
    others = [actor_in_seat(actor, seat) for seat in seats(actor.user_id or 0)] if actor.can_switch else []
    shown = render_template(
        "notifications/index.html",
        page=page,
        lines=lines(page.items, actor, others, current_locale()),
        unread=db.session.scalar(queries.count_unread(actor)),
        zone=zone_here(),
        newest=page.items[0].id if page.items else 0,
    )
    return make_response(shown)


def actor_in_seat(actor: Actor, seat: Membership) -> Actor:
    """The same person, acting for another organisation of theirs."""
    kind = seat.organisation.kind
    return replace(actor, organisation_id=seat.organisation_id, organisation_kind=kind, role=seat.role)


@blueprint.post("/notifications/reading")
def mark_read() -> Response:
    """Mark everything up to the newest that was shown as read."""
    actions.mark_read(current_actor(), page_number(request.form.get("up_to")))
    flash(_("All notifications are marked as read."), "done")
    return see_other(url_for("notifications.index"))


@blueprint.before_app_request
def _note_language() -> None:
    """Keep the language of the page with the session, for the mail of who has set none."""
    if request.method != "GET" or request.endpoint in ("assets.show", "health.show"):
        return
    if current_actor().signed_in:
        session, locale = current_user.session, current_locale()
        if (session.locale or DEFAULT) != locale:
            session.locale = locale


rail.place(
    80,
    _l("Notifications"),
    "notifications.index",
    "bell",
    lambda actor: actor.signed_in,
    queries.count_unread,
    ("notifications.index",),
    live=True,
)
