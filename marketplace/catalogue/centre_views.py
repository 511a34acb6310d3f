"""What a centre's page and the map of centres say of challenges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from marketplace.calls.figures import calls_of
from marketplace.catalogue import facet_counts, results
from marketplace.catalogue.filter_conditions import responsible_centre
from marketplace.catalogue.filters import Filters
from marketplace.challenges import labels, page_facts
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import PUBLISHED
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.network.figures import belongs, counts_open, figure
from marketplace.network.models import Centre
from marketplace.people.models import Organisation
from marketplace.web import panels
from marketplace.web.language import current_locale

MOST = 5


def belongs_to_centre(centre: Centre) -> ColumnElement[bool]:
    """Challenges that lists show under a centre: its own, and those of its calls that have no other.

    Of an anonymous company those of its calls alone, since the centre that looks after it tells its region.
    """
    hidden = Challenge.visibility == "anonymous"
    return or_(
        and_(~hidden, Challenge.centre_id == centre.id),
        and_(Challenge.call_id.in_(calls_of(centre)), or_(hidden, Challenge.centre_id.is_(None))),
    )


@figure(
    20,
    _l("Challenges published"),
    _l("All that it ever published for everybody and that were not withdrawn, open or over."),
)
def _published(centre: Centre, _: datetime) -> Select[int]:
    return select(func.count(Challenge.id)).where(
        belongs_to_centre(centre),
        Challenge.state.in_(PUBLISHED),
        Challenge.is_reference.is_(False),
        Challenge.visibility != "invited",
        belongs(centre, Challenge.organisation_id),
    )


@counts_open("challenges")
def _open(now: datetime) -> Mapping[str, int]:
    """From the counts of the catalogue, without what the demonstration would have at a centre that exists."""
    found = dict(facet_counts.facets_of(ANONYMOUS, Filters()).by.get("centres", {}))
    for slug, number in db.session.execute(_misplaced(now)):
        found[slug] = found.get(slug, 0) - number
    return found


def _misplaced(now: datetime) -> Select[Any]:
    strange = (
        results.find_published(ANONYMOUS, Filters(), now)
        .join(Centre, Centre.id == responsible_centre())
        .where(Organisation.is_demo, ~Centre.is_demo)
    )
    columns: Any = (Centre.slug, func.count())
    counted: Select[Any] = strange.with_only_columns(*columns, maintain_column_froms=True)
    return counted.group_by(Centre.slug)


def _panel(centre: Centre, actor: Actor) -> str:
    """The centre's open challenges that close soonest."""
    if centre.organisation.is_reference:
        return ""
    now, locale = clock.now(), current_locale()
    query = results.find_published(actor, Filters(), now).where(
        belongs_to_centre(centre), Challenge.visibility != "invited", belongs(centre, Challenge.organisation_id)
    )
    ahead = db.session.scalars(results.first_rows(query, actor, "closing", MOST + 1)).unique().all()
    rows = [page_facts.row_of(row, actor, locale, now) for row in ahead[:MOST]]
    return render_template("catalogue/_of_centre.html", centre=centre, rows=rows, more=len(ahead) > MOST, labels=labels)


panels.register("centre", "main", _panel)
