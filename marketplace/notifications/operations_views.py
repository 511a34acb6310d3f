"""What the worker gave up: stuck reactions and failed mails, with a button to try again."""

from __future__ import annotations

import re

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _

from marketplace.kernel.events import Outbox
from marketplace.kernel.locales import _l
from marketplace.kernel.paging import paginate
from marketplace.kernel.policy import can, require
from marketplace.notifications import actions, backlog
from marketplace.notifications.models import Mail
from marketplace.notifications.views import blueprint
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.lookups import find, page_number


def mask_addresses(error: str | None) -> str:
    """An error without the addresses that mail servers like to repeat."""
    return re.sub(r"(?<![^\s<>\"'])[^\s<>\"']+@[^\s<>\"']+", "…@…", error or "")


@blueprint.get("/operations")
def operations() -> Response:
    """Stuck work, the network's own or all of the installation, without personal content."""
    actor = current_actor()
    require(actor, "operations.view")
    reactions = paginate(backlog.reactions(actor), page_number(request.args.get("page")))
    mails = paginate(backlog.mails(actor), page_number(request.args.get("mails")))
    waiting = backlog.backlogs(actor)
    shown = render_template(
        "notifications/operations.html",
        reactions=reactions,
        mails=mails,
        waiting=waiting,
        masked=mask_addresses,
        length=format_timedelta,
    )
    return make_response(shown)


@blueprint.post("/operations/reactions/<int:id>/attempts")
def retry_reaction(id: int) -> Response:
    """Try a stuck reaction again."""
    require(current_actor(), "operations.retry")
    actions.retry_reaction(find(backlog.reactions(current_actor()).where(Outbox.id == id)), current_actor())
    flash(_("It is tried again now."), "done")
    return see_other(url_for("notifications.operations"))


@blueprint.post("/operations/mails/<int:id>/attempts")
def retry_mail(id: int) -> Response:
    """Send a failed message again."""
    require(current_actor(), "operations.retry")
    actions.retry_mail(find(backlog.mails(current_actor()).where(Mail.id == id)), current_actor())
    flash(_("It is tried again now."), "done")
    return see_other(url_for("notifications.operations"))


rail.place(
    95,
    _l("Operations"),
    "notifications.operations",
    "history",
    lambda actor: can(actor, "operations.view"),
    within=("notifications.operations",),
)
