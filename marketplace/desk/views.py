"""The first page after signing in: what needs this person now, and what others are doing."""

from __future__ import annotations

import math
import time

from flask import Blueprint, Response, current_app, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.desk import figures, queries
from marketplace.desk.tasks import late, task_of, work_of
from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.prepared import plan_once
from marketplace.notifications.naming import names
from marketplace.people.actions import issue_invitation_token
from marketplace.people.member_actions import accept_invitation
from marketplace.people.models import Invitation
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale
from marketplace.web.lookups import find

blueprint = Blueprint("desk", __name__)

# The rail stands on every page: its count may be this old, in this process.
COUNT_SECONDS, MOST_COUNTS = 20.0, 10_000
_counts: dict[tuple[int | None, int | None], tuple[float, int]] = {}


@blueprint.get("/desk")
def show() -> Response:
    """The desk of whoever has signed in, for the organisation they act for."""
    actor, now, locale = current_actor(), clock.now(), current_locale()
    plan_once()
    rows, g.desk_count = queries.tasks(actor, now)
    others, other_count = queries.others(actor, now)
    found = names([*rows, *others], locale)
    is_staff = actor.centre_id is not None
    tasks = [task_of(row, found, now, locale) for row in rows]
    shown = render_template(
        "desk/show.html",
        now=now,
        tasks=tasks,
        count=g.desk_count,
        late=late(tasks),
        works=[work_of(row, found, now, locale, is_staff) for row in others],
        work_count=other_count,
        figures=figures.of_centre(actor, now) if is_staff else None,
        centres=figures.of_network(actor, now, locale) if actor.network_operator_id is not None else [],
    )
    return make_response(shown)


@blueprint.post("/desk/invitations/<int:id>/acceptance")
def join(id: int) -> Response:
    """Join the organisation that invited this person's own address, and act for it at once."""
    invitation = find(queries.invitations_of(current_actor(), clock.now()).where(Invitation.id == id))
    user = current_user.session.user
    current_user.session.membership = accept_invitation(issue_invitation_token(invitation), user)
    flash(_("You have joined %(name)s.", name=invitation.organisation.name(current_locale())), "done")
    return see_other(url_for("desk.show"))


def _known(actor: Actor) -> int | None:
    """How many things wait, for the rail of every page: counted anew after some seconds, or one's own deed."""
    if "desk_count" in g:
        _keep(actor, g.desk_count)
        return int(g.desk_count)
    at, found = _counts.get((actor.user_id, actor.membership_id), (-math.inf, 0))
    is_old = time.monotonic() - at > current_app.config.get("DESK_COUNT_SECONDS", COUNT_SECONDS)
    return None if is_old else found


def _keep(actor: Actor, found: int) -> None:
    if len(_counts) >= MOST_COUNTS:
        _counts.clear()
    _counts[actor.user_id, actor.membership_id] = (time.monotonic(), found)


@blueprint.after_app_request
def _count_anew(response: Response) -> Response:
    """Who has just done something sees its effect on the rail at once."""
    actor: Actor | None = g.get("actor")  # asking for it anew would need the database, which may be away
    if request.method == "POST" and actor is not None and actor.signed_in:
        _counts.pop((actor.user_id, actor.membership_id), None)
    return response


rail.place(
    0, _l("Desk"), "desk.show", "house", lambda actor: actor.signed_in, queries.count, known=_known, told=_keep
)  # fmt: skip
