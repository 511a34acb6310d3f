"""The mail of a development or demonstration without a mail server: kept, and readable by everybody there."""

from __future__ import annotations

from flask import Response, abort, current_app, make_response, render_template, request

from marketplace.kernel.paging import paginate
from marketplace.notifications import queries
from marketplace.notifications.models import Mail
from marketplace.notifications.views import blueprint
from marketplace.people.addresses import normal_address
from marketplace.web.actor import public
from marketplace.web.lookups import find, page_number


def _only_here() -> None:
    """Nothing is to be found where mail is really sent, or outside development."""
    if current_app.config["ENVIRONMENT"] != "development" or current_app.config["SETTINGS"].smtp_url:
        abort(404)


@blueprint.get("/dev/mail")
@public
def mails() -> Response:
    """Every message, newest first; ``?to=`` keeps those to one address."""
    _only_here()
    to = normal_address(request.args.get("to", ""))
    query = queries.mails().where(Mail.to == to) if to else queries.mails()
    page = paginate(query, page_number(request.args.get("page")), 50)
    return make_response(render_template("notifications/mails.html", page=page, to=to))


@blueprint.get("/dev/mail/<int:id>")
@public
def mail(id: int) -> Response:
    """One message as its reader gets it."""
    _only_here()
    return make_response(render_template("notifications/mail.html", mail=find(queries.mails().where(Mail.id == id))))
