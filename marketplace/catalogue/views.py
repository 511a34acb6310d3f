"""The list of challenges: filtered, sorted and cut by its address alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from marketplace.catalogue import did_you_mean, eligibility_bits, facet_choices, facet_counts, results, row_fragments
from marketplace.catalogue.filters import Filters
from marketplace.challenges import fit, labels, page_facts, participation, queries
from marketplace.kernel import clock
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import LOCALES, _l
from marketplace.kernel.search_query import SearchQuery
from marketplace.web import addresses, cache, rail
from marketplace.web.actor import current_actor, public
from marketplace.web.htmx import page_or_fragment
from marketplace.web.language import current_locale

blueprint = Blueprint("catalogue", __name__)

rail.place(
    20,
    _l("Challenges"),
    "catalogue.index",
    "target",
    lambda actor: actor.signed_in,
    within=(
        "catalogue.index",
        "challenges.show",
    ),
)

VIEWS = ("roomy", "compact")
COMPACT = 50  # rows of a page in the compact view


@blueprint.get("/challenges")
@public
@cache.shared
def index() -> Response:
    """The list, filtered and sorted by its address."""
    actor, now = current_actor(), clock.now()
    asked = addresses.parameters()
    filters, view = Filters.of(asked, qualifies=fit.is_startup(actor)), _view_of(asked.get("view", ""))
    index = replace(facet_counts.index_of(actor), loosens=True)
    known = None
    if fit.is_startup(actor):
        index, known = eligibility_bits.add_verdicts(index, actor, now)
    counts = index.facets(filters)
    size = COMPACT if view == "compact" else queries.PAGE
    locale, marked = current_locale(), SearchQuery.of(filters.text).marked
    kept = not actor.signed_in and view == "roomy"
    load = row_fragments.row_loader(locale, now) if kept else None
    cut = results.page_of(actor, filters, now, asked.get("cursor", ""), size, index, load)
    verdicts = {} if kept else fit.fits_of(cut.rows, actor, now, known)
    parts = {} if kept else participation.parts_of(actor, [row.id for row in cut.rows])
    rows = [
        row.filled(marked)
        if kept
        else page_facts.row_of(row, actor, locale, now, verdicts.get(row.id), parts.get(row.id))
        for row in cut.rows
    ]
    return page_or_fragment(
        "catalogue/index.html",
        "catalogue/_narrowed.html",
        cut=cut,
        rows=rows,
        filters=filters,
        view=view,
        counts=counts,
        facets_form=lambda: _facets_form(index, filters, counts, view),
        chosen=facet_choices.chosen_values(filters, locale),
        sorts=_sorts(filters),
        address=_addresses(view),
        news=_news,
        labels=labels,
        now=now,
        marked=marked,
        kept=kept,
        is_loose=bool(filters.text and (found := index.words(filters.text)) and found.is_loose),
        meant=_meant(index, filters) if not cut.total and filters.text else None,
    )


def _facets_form(index: facet_counts.Index, filters: Filters, counts: facet_counts.Facets, view: str) -> Markup:
    """The choices of each filter, drawn once for all readers of one index."""
    locale = current_locale()

    def draw() -> Markup:
        facets = facet_choices.facets(filters, counts, locale, index)
        return Markup(render_template("catalogue/_facets.html", filters=filters, view=view, facets=facets))

    return index.kept("forms", (filters, index.own, locale, view), draw)


def _meant(index: facet_counts.Index, filters: Filters) -> Filters | None:
    """The same search in words that are known, where they lead somewhere: with the same filters, or without."""
    words = did_you_mean.nearest_query(filters.text, index)
    if not words:
        return None
    for other in (replace(filters, text=words), Filters(text=words, status="any", sort="best")):
        if index.total(other):
            return other
    return None


def _view_of(asked: str) -> str:
    if asked and asked not in VIEWS:
        raise Invalid(_l("A list has two views: %(views)s.", views=", ".join(VIEWS)), "view")
    return asked or VIEWS[0]


def _sorts(filters: Filters) -> list[tuple[str, Any, Filters]]:
    """The orders on offer: best match only where there are words to match."""
    return [
        (name, label, replace(filters, sort=name))
        for name, label in labels.SORT_LABELS.items()
        if name != "best" or filters.text
    ]


def _news(filters: Filters) -> str:
    """Where the page asks what has been published since."""
    values = filters.query()
    return f"{url_for('catalogue.news')}?{urlencode(values)}" if values else url_for("catalogue.news")


def _addresses(view: str) -> Any:
    """Builds addresses of this list in the view and language that it is read in."""

    def address(filters: Filters, **further: Any) -> str:
        shown = further.pop("view", view)
        values = filters.query()
        if shown != VIEWS[0]:
            values.append(("view", shown))
        values += [(name, str(value)) for name, value in further.items() if value]
        if request.args.get("lang") in LOCALES:
            values.append(("lang", request.args["lang"]))
        return f"{url_for('catalogue.index')}?{urlencode(values)}" if values else url_for("catalogue.index")

    return address
