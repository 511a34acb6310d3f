"""What a call's page says of its challenges."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template
from sqlalchemy import func

from marketplace.calls.models import Call
from marketplace.calls.states import CURRENT
from marketplace.catalogue import results
from marketplace.catalogue.filters import Filters
from marketplace.challenges import labels, page_facts, participation
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.web import panels
from marketplace.web.language import current_locale

MOST = 5


def _panel(call: Call, actor: Actor) -> str:
    """The newest of its challenges that this reader may see, open or over; nothing where none is waited for."""
    if call.state == "draft" or call.is_notice:
        return ""
    filters = Filters(calls=(str(call.id),), status="reference" if call.is_reference else "any")
    now, locale = clock.now(), current_locale()
    listed = results.find_published(actor, filters, now)
    number = listed.with_only_columns(func.count(Challenge.id)).scalar_subquery()
    newest = results.first_rows(listed, actor, "newest", MOST).add_columns(number)
    found = db.session.execute(newest).unique().all()
    waited_for = call.needs_challenge and call.state_at(now) in CURRENT and not call.is_reference
    if not found and not waited_for:
        return ""
    parts = participation.parts_of(actor, [row.id for row, _ in found])
    rows = [page_facts.row_of(row, actor, locale, now, part=parts.get(row.id)) for row, _ in found]
    total = found[0][1] if found else 0
    address = f"/challenges?{urlencode(filters.query())}"
    return render_template("catalogue/_of_call.html", rows=rows, total=total, address=address, labels=labels)


panels.register("call", "challenges", _panel)
