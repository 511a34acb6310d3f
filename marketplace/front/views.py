"""The home page, what this place is, and how it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template
from sqlalchemy.orm import joinedload, lazyload

from marketplace.calls import listing
from marketplace.calls.models import Call
from marketplace.catalogue import facet_counts, results
from marketplace.catalogue.filters import Filters
from marketplace.challenges import labels, page_facts
from marketplace.collaborations.forms import KIND_WORDS
from marketplace.front import backers, figures, outcomes, year
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network.models import Centre, Programme
from marketplace.web import cache
from marketplace.web.actor import current_actor, public
from marketplace.web.language import current_locale

blueprint = Blueprint("front", __name__)

CHALLENGES, CALLS = 4, 3  # that the home page shows


@blueprint.get("/")
@public
@cache.shared
def home() -> Any:
    """What this place is; those signed in are led to their desk."""
    if current_actor().signed_in:
        return redirect("/desk", code=303)
    now, locale = clock.now(), current_locale()
    index = facet_counts.index_of(ANONYMOUS)
    soonest = results.page_of(ANONYMOUS, Filters(sort="closing"), now, "", CHALLENGES, index).rows
    return render_template(
        "front/home.html",
        rows=[page_facts.row_of(challenge, ANONYMOUS, locale, now) for challenge in soonest],
        open_count=index.total(Filters()),
        calls=_calls(),
        year=year.year_until(now),
        figures=figures.figures_at(now),
        outcome=outcomes.newest_outcome(),
        centres=backers.centres(),
        companies=backers.companies(locale),
        kinds=KIND_WORDS,
        labels=labels,
        now=now,
    )


def _calls() -> Sequence[Call]:
    """Calls that are open or announced, the soonest deadline first, with what a row shows of them."""
    centre = joinedload(Programme.managing_centre).lazyload(Centre.organisation)
    programme = joinedload(Call.programme).options(lazyload(Programme.texts), centre)
    found = listing.calls_for(ANONYMOUS, {}).options(programme, joinedload(Call.texts)).limit(CALLS)
    return db.session.scalars(found).unique().all()


@blueprint.get("/about")
@public
def about() -> str:
    """What this place is for, by which rules it works, and who answers for it."""
    return render_template("front/about.html")


@blueprint.get("/help")
@public
def help() -> str:
    """What each role does here, step by step, and what the words of the trade mean."""
    return render_template("front/help.html")
