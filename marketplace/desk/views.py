"""The first page after signing in: what needs this person now, and what others are doing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from marketplace.desk import figures, queries
from marketplace.desk.tasks import count_late, task_of, work_of
from marketplace.kernel import clock
from marketplace.kernel.kept_statements import plan_once
from marketplace.kernel.locales import _l
from marketplace.kernel.waiting import BEGINNINGS
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
    others, other_count = queries.under_way(actor, now)
    found = names([*rows, *others], locale)
    is_staff, watches = actor.centre_id is not None, actor.network_operator_id is not None
    tasks = [task_of(row, found, now, locale) for row in rows]
    shown = render_template(
        "desk/show.html",
        now=now,
        zone=zone_here(),
        tasks=tasks,
        count=count,
        late=count_late(tasks),
        onward=next(onward for begins in BEGINNINGS if (onward := begins(actor))),
        works=[work_of(row, found, now, locale, is_staff) for row in others],
        work_count=other_count,
        figures=figures.of_reader(actor, now),
        centres=figures.of_centres(actor, now, locale) if watches else [],
    )
    return make_response(shown)


rail.place(0, _l("Desk"), "desk.show", "house", lambda actor: actor.signed_in, queries.count_tasks)
