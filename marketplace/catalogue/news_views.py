"""What has been published while somebody reads a list: asked for by the page itself, now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, make_response
from flask_babel import ngettext
from sqlalchemy import func, select

from marketplace.catalogue import results
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.views import blueprint
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.web import addresses
from marketplace.web.actor import public
from marketplace.web.filters import number

LONGEST_SECONDS = 86_400  # that a list lies open
MOST = 99


@blueprint.get("/challenges/news")
@public
def news() -> Response:
    """One line where something new answers the same filters, else nothing; ``age`` is in seconds, of the list."""
    asked, now = addresses.parameters(), clock.now()
    filters = Filters.of(asked)
    found = _published(filters, now, _age(asked.get("age", "")))
    line = ngettext("One new challenge", "%(number)s new challenges", found, number=_said(found)) if found else ""
    answer = make_response(line)
    answer.mimetype = "text/plain"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _age(text: str) -> int:
    return min(int(text), LONGEST_SECONDS) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _published(filters: Filters, now: datetime, age: int) -> int:
    """How many that everybody may see were published within ``age`` seconds, up to one more than are told."""
    if not age:
        return 0
    fresh = results.find_published(ANONYMOUS, filters, now).where(Challenge.published_at > now - timedelta(seconds=age))
    ids = fresh.with_only_columns(Challenge.id, maintain_column_froms=True).order_by(None).limit(MOST + 1)
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def _said(found: int) -> str:
    return number(found) if found <= MOST else f"{number(MOST)}+"
