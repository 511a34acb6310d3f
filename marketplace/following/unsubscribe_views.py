"""The way out of alerts: a page with one button, and the one press of a mail programme (RFC 8058), without sign-in.

Both send the same body to the same signed address. Opening it changes nothing: programmes that look through links
stop nobody's alerts.
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.following import actions, alerts, messages, topic_names, unsubscribe_links
from marketplace.following.models import Follow
from marketplace.following.unsubscribe_links import WayOut
from marketplace.following.views import blueprint
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid, Missing
from marketplace.kernel.locales import _l
from marketplace.notifications.actions import refuse_mail
from marketplace.notifications.mail_preferences import refused_by
from marketplace.web.actor import impersonal, self_proving
from marketplace.web.language import current_locale


def _read(token: str) -> WayOut:
    found = unsubscribe_links.read(token)
    if found is None:
        raise Missing
    return found


@blueprint.get("/unsubscribe/<token>")
@impersonal
def way_out(token: str) -> Response:
    """What the link stops, and the button that does."""
    return _page(_read(token), token)


@blueprint.post("/unsubscribe/<token>")
@self_proving
def way_out_now(token: str) -> Response:
    """Stop it. Nothing else is taken here: the address says whose alerts, and the body that they end."""
    found = _read(token)
    sent = [f"{name}={value}" for name, value in request.form.items(multi=True)]  # of either form RFC 8058 allows
    if sent != [messages.ONE_CLICK] or request.files:
        raise Invalid(_l("This address takes one thing: the press that stops an alert."))
    if found.follow_id == unsubscribe_links.EVERY:
        refuse_mail(found.user_id, messages.KIND)
    else:
        actions.stop_by_link(found.follow_id, found.user_id)
    return _page(found, token, is_done=True)


def _page(found: WayOut, token: str, is_done: bool = False) -> Response:
    follow, is_every = None, found.follow_id == unsubscribe_links.EVERY
    if not is_every and not is_done:
        query = select(Follow).where(Follow.id == found.follow_id, Follow.user_id == found.user_id)
        follow = db.session.scalars(query.options(joinedload(Follow.topic))).one_or_none()
    is_stopped = is_done or (messages.KIND in refused_by(found.user_id) if is_every else follow is None)
    shown = render_template(
        "following/way_out.html",
        token=token,
        name=_name(follow) if follow else "",
        is_every=is_every,
        is_stopped=is_stopped,
        every=unsubscribe_links.write(found.user_id),
    )
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _name(follow: Follow) -> str:
    """What is followed; whoever holds the link is told no title that not everybody may see."""
    if follow.name:
        return follow.name
    topic = follow.topic
    if topic.challenge_id and not alerts.is_public(topic.challenge_id):
        return str(topic_names.UNSEEN)
    return topic_names.name_topics([topic], current_locale())[topic.id].plain
