"""The first page after signing in: what needs this person now, and what others are doing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_babel import gettext as _

from marketplace.challenges import fit
from marketplace.desk import figures, queries
from marketplace.desk.tasks import late, task_of, work_of
from marketplace.kernel import clock, policy
from marketplace.kernel.kept_statements import plan_once
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.notifications.titles import names
from marketplace.people.views import zone_here
from marketplace.web import rail
from marketplace.web.actor import current_actor
from marketplace.web.language import current_locale

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
def show() -> Response:
    """The desk of whoever has signed in, for the organisation they act for."""
    actor, now, locale = current_actor(), clock.now(), current_locale()
    plan_once()
    rows, count = queries.tasks(actor, now)
    rail.tell("desk.show", count)
    others, other_count = queries.others(actor, now)
    found = names([*rows, *others], locale)
    is_staff, watches = actor.centre_id is not None, actor.network_operator_id is not None
    tasks = [task_of(row, found, now, locale) for row in rows]
    shown = render_template(
        "desk/show.html",
        now=now,
        zone=zone_here(),
        tasks=tasks,
        count=count,
        late=late(tasks),
        onward=_onward(actor),
        works=[work_of(row, found, now, locale, is_staff) for row in others],
        work_count=other_count,
        figures=figures.of_centre(actor, now) if is_staff else None,
        centres=figures.of_network(actor, now, locale) if watches else [],
        together=figures.together(actor, now) if watches else None,
    )
    return make_response(shown)


def _onward(actor: Actor) -> tuple[str, str]:
    """Where somebody with nothing to do may begin: an address and its words."""
    if policy.can(actor, "challenge.create"):
        return url_for("challenges.new"), _("Write a challenge")
    if fit.is_startup(actor):
        return url_for("catalogue.index", qualify="yes"), _("See the challenges you qualify for")
    return url_for("catalogue.index"), _("See the open challenges")


rail.place(0, _l("Desk"), "desk.show", "house", lambda actor: actor.signed_in, queries.count)
