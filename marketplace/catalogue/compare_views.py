"""Up to four challenges side by side, by the ids in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, make_response, render_template

from marketplace.catalogue import results
from marketplace.catalogue.views import blueprint
from marketplace.challenges import fit, labels, page_facts, queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import PUBLISHED
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.web import addresses, cache
from marketplace.web.actor import current_actor, public
from marketplace.web.language import current_locale
from marketplace.web.lookups import GREATEST

MOST = 4


@blueprint.get("/challenges/compare")
@public
@cache.shared
def compare() -> Response:
    """What decides, one question a row and one challenge a column."""
    actor, now, locale = current_actor(), clock.now(), current_locale()
    asked = _asked()
    ids = asked[:MOST]
    seen = db.session.scalars(
        queries.visible_to(actor)
        .where(Challenge.id.in_(ids), Challenge.state.in_(PUBLISHED))
        .with_only_columns(Challenge.id)
    ).all()
    found = results.load_challenges([id for id in ids if id in seen], actor)
    verdicts = fit.fits_of(found, actor, now)
    rows = [page_facts.row_of(challenge, actor, locale, now, verdicts.get(challenge.id)) for challenge in found]
    without = {row.challenge.id: urlencode([("id", id) for id in seen if id != row.challenge.id]) for row in rows}
    return make_response(
        render_template(
            "catalogue/compare.html",
            rows=rows,
            labels=labels,
            without=without,
            missing=len(ids) - len(rows),
            cut=len(asked) > MOST,
        )
    )


def _asked() -> list[int]:
    given = list(dict.fromkeys(value for value in addresses.parameters().getlist("id") if value))
    if not all(value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= GREATEST for value in given):
        raise Invalid(_l("This address names a challenge by something that is not its number."), "id")
    return [int(value) for value in given]
