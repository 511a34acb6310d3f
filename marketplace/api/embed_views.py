"""The catalogue, or any search in it, as a list that other sites show in a frame."""

from __future__ import annotations

from flask import render_template, request

from marketplace.api.answers import Body, data_view
from marketplace.api.feed_views import address_of, name_of
from marketplace.api.views import blueprint
from marketplace.catalogue import results
from marketplace.catalogue.filters import Filters
from marketplace.challenges import page_facts
from marketplace.kernel import clock
from marketplace.kernel.policy import ANONYMOUS
from marketplace.web.language import current_locale

ROWS = 10
# Any site may show it, and it does nothing but show: no script, no form, nothing from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "form-action 'none'",
        "frame-ancestors *",
        "base-uri 'none'",
    )
)


@blueprint.get("/embed/challenges", endpoint="embed")
@data_view
def show_embed() -> Body:
    """The first rows, each a link that opens beside the site that shows them."""
    now, filters, locale = clock.now(), Filters.of(request.args), current_locale()
    rows = results.page_of(ANONYMOUS, filters, now, "", ROWS).rows
    page = render_template(
        "api/embed.html",
        rows=[page_facts.row_of(row, ANONYMOUS, locale, now) for row in rows],
        now=now,
        title=name_of(filters),
        all_of_them=address_of("challenges", filters),
    )
    return Body(page.encode(), "text/html", {"Content-Security-Policy": POLICY})
