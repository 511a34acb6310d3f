"""The search page, and what it suggests while somebody types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template
from werkzeug.datastructures import MultiDict

from marketplace.calls.labels import TRACKS
from marketplace.catalogue import did_you_mean, facet_counts, results, row_fragments
from marketplace.catalogue.filters import Filters
from marketplace.challenges import fit, labels, page_facts, participation
from marketplace.kernel import clock
from marketplace.kernel.search_query import SearchQuery
from marketplace.people.relationships import is_staff
from marketplace.search import queries, suggestions
from marketplace.search.queries import TopHits
from marketplace.web import addresses, cache
from marketplace.web.actor import current_actor, impersonal, public
from marketplace.web.language import current_locale

blueprint = Blueprint("search", __name__)

CHALLENGES, CALLS, ORGANISATIONS, CENTRES, THINGS = 5, 4, 6, 4, 5


@blueprint.get("/search", endpoint="show")
@public
@cache.shared
def show() -> Response:
    """Everything that answers some words, by kind; the first of each, and the way to the others."""
    actor, now, locale = current_actor(), clock.now(), current_locale()
    text = _asked()
    filters = Filters(text=text, sort="best")
    index = replace(facet_counts.index_of(actor), loosens=True)
    counts = index.facets(filters) if text else facet_counts.Facets()
    kept, asked = not actor.signed_in, SearchQuery.of(text)
    load = row_fragments.row_loader(locale, now) if kept else None
    rows = results.page_of(actor, filters, now, "", CHALLENGES, index, load).rows if counts.total else []
    verdicts = {} if kept else fit.fits_of(rows, actor, now)
    parts = {} if kept else participation.parts_of(actor, [row.id for row in rows])
    searches = bool(asked.words or asked.phrases)
    organisations = queries.organisations(actor, asked.wanted, ORGANISATIONS) if searches else TopHits()
    calls = queries.calls(actor, text, now, CALLS) if searches else TopHits()
    centres = queries.centres(actor, asked.wanted, CENTRES) if searches else TopHits()
    things = queries.things(actor, asked.wanted, THINGS, locale) if searches and is_staff(actor) else []
    elsewhere = counts.by["status"].get("any", 0) - counts.total if text else 0
    others: list[TopHits[Any]] = [calls, organisations, centres, *things]
    found = counts.total + sum(some.total for some in others)
    return make_response(
        render_template(
            "search/show.html",
            text=text,
            rows=[
                row.filled(asked.marked)
                if kept
                else page_facts.row_of(row, actor, locale, now, verdicts.get(row.id), parts.get(row.id))
                for row in rows
            ],
            kept=kept,
            counts=counts,
            elsewhere=elsewhere,
            everywhere=replace(filters, status="any"),
            filters=filters,
            things=things,
            calls=calls,
            organisations=organisations,
            centres=centres,
            found=found,
            is_loose=bool(text and (words := index.words(text)) and words.is_loose),
            meant=_meant(index, text) if text and not found and not elsewhere else "",
            labels=labels,
            tracks=TRACKS,
            now=now,
            is_staff=is_staff(actor),
            marked=asked.marked,
        )
    )


def _meant(index: facet_counts.Index, text: str) -> str:
    """The same search in words that are known, where they lead somewhere."""
    words = did_you_mean.nearest_query(text, index)
    return words if words and index.total(Filters(text=words, status="any", sort="best")) else ""


@blueprint.get("/search/suggestions", endpoint="suggestions")
@impersonal
def suggest() -> Response:
    """A list to choose from while somebody types; the same for everybody."""
    found = suggestions.suggestions_for(_asked())
    answer = make_response(render_template("search/_suggestions.html", found=found))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _asked() -> str:
    """The words of the address. Raises Invalid where they cannot be read."""
    return Filters.of(MultiDict([("q", value) for value in addresses.parameters().getlist("q")])).text
