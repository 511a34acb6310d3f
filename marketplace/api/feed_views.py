"""The catalogue, or any search in it, as a feed and as a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_
from sqlalchemy.orm import joinedload, lazyload

from marketplace.api import atom, calendar, shapes
from marketplace.api.answers import Body, data_view
from marketplace.api.views import blueprint
from marketplace.calls.models import Call
from marketplace.catalogue import results, row_cache
from marketplace.catalogue.filters import Filters
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.secrets import company_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.written_days import whole_day
from marketplace.web.language import current_locale

ENTRIES = 50
DATES = 500  # challenges of one calendar
PAST = timedelta(days=60)  # for which a date stays in the calendar


@blueprint.get("/challenges.atom", endpoint="feed")
@data_view
def show_feed() -> Body:
    """The newest challenges that answer the filters."""
    now, filters, locale = clock.now(), Filters.of(request.args), current_locale()
    entries = results.page_of(ANONYMOUS, replace(filters, sort="newest"), now, "", ENTRIES, load=_entries(locale)).rows
    feed = atom.Feed(
        address_of("challenges.atom", filters),
        address_of("challenges", filters),
        name_of(filters),
        locale,
        current_app.config["SITE_NAME"],
        max((entry.updated for entry in entries), default=now.replace(minute=0, second=0)),
        entries,
    )
    return Body(atom.feed_xml(feed), "application/atom+xml")


@blueprint.get("/challenges.ics", endpoint="calendar")
@data_view
def show_calendar() -> Body:
    """When applications close and answers come; what was withdrawn is cancelled there."""
    now, filters, locale = clock.now(), Filters.of(request.args), current_locale()
    rows = _dated(filters, now)
    full = len(rows) == DATES
    dates = [each for row in rows for each in _dates(row, locale)]
    dates += [each for row in _withdrawn(filters, now) for each in _dates(row, locale, cancelled=True)]
    return Body(
        calendar.written(name_of(filters), current_app.config["SITE_NAME"], dates, _most() if full else ""),
        "text/calendar",
        {"Content-Disposition": 'inline; filename="challenges.ics"'},
    )


def _most() -> str:
    """What a calendar says that does not hold all."""
    words = _(
        "A calendar holds %(most)s challenges, those that close first. Narrow the search to see others.", most=DATES
    )
    return str(words)


def address_of(name: str, filters: Filters) -> str:
    """The lasting address of one form of a search, in the language of this one."""
    pairs = filters.query()
    if current_locale() != "en" or name == "challenges":
        pairs = [*pairs, ("lang", current_locale())]
    return shapes.address(f"/{name}{'?' if pairs else ''}{urlencode(pairs)}")


def name_of(filters: Filters) -> str:
    """What readers and calendars call it."""
    site = current_app.config["SITE_NAME"]
    if filters.text:
        return str(_("Challenges on %(site)s: %(words)s", site=site, words=filters.text))
    return str(_("Challenges on %(site)s", site=site))


def _entries(locale: str) -> results.Load:
    """Reads entries by the ids of their challenges."""
    return lambda ids, _actor: row_cache.cached_rows(
        "entries", locale, ids, lambda found: {row.id: _entry(row, locale) for row in found}
    )


def _entry(row: Challenge, locale: str) -> atom.Entry:
    text = row.text_in(locale)
    published = row.published_at or row.created_at
    return atom.Entry(
        shapes.address(f"/challenges/{row.id}"),
        (text.title if text else "") or str(_("Untitled")),
        text.summary if text else "",
        text.locale if text else locale,
        company_of(row, ANONYMOUS, locale).name or str(_("A company that does not give its name")),
        published,
        max(published, row.updated_at),
        row.fields,
    )


def _dated(filters: Filters, now: datetime) -> Sequence[Challenge]:
    """What the calendar holds: without a state in the address, all whose dates lie ahead or not long ago."""
    if not request.args.get("status"):
        filters = replace(filters, status="any")
    query = results.find_published(ANONYMOUS, filters, now)
    recent = or_(
        queries.closing() >= now - PAST, func.coalesce(Call.decisions_by, Challenge.decision_date) >= now - PAST
    )
    if not request.args.get("status"):
        query = query.where(Challenge.is_reference.is_(False), recent)
    return _read(query)


def _withdrawn(filters: Filters, now: datetime) -> Sequence[Challenge]:
    """What was in the calendar and was taken back since: only that it is cancelled is told."""
    query = queries.join_call_and_company(queries.visible_to(ANONYMOUS)).where(
        Challenge.state == "withdrawn", Challenge.is_reference.is_(False), Challenge.state_since >= now - PAST
    )
    return _read(results.apply_filters(query, filters.without("deadline"), now))


def _read(query: Select[Any]) -> Sequence[Challenge]:
    query = query.options(joinedload(Challenge.call).options(lazyload(Call.texts)))
    closing = queries.closing().asc().nulls_last()
    return db.session.scalars(query.order_by(closing, Challenge.id).limit(DATES)).unique().all()


def _day_or_instant(row: Challenge) -> datetime | date | None:
    """When applications close; the day where no hour is known."""
    closing = row.closing()
    return closing and (whole_day(closing.astimezone(ZoneInfo(row.zone))) or closing)


def _dates(row: Challenge, locale: str, *, cancelled: bool = False) -> Iterator[calendar.Date]:
    """The deadline and the day of the answer; both change with the challenge or with its call."""
    text = row.text_in(locale)
    title = (text.title if text else "") or str(_("Untitled"))
    answer = row.answer_by
    found: list[tuple[str, datetime | date | None, str]] = [
        ("deadline", _day_or_instant(row), _("Applications close: %(title)s", title=title)),
        ("answer", answer, _("Answers are given: %(title)s", title=title)),
    ]
    call = row.call if row.call and not row.is_reference else None
    stamp = max(row.updated_at, call.updated_at) if call else row.updated_at
    for kind, at, words in found:
        if at is None:
            continue
        yield calendar.Date(
            f"challenge-{row.id}-{kind}@{urlsplit(current_app.config['SITE_URL']).hostname}",
            row.version + (call.version if call else 0),
            stamp,
            at,
            str(_("This challenge was withdrawn")) if cancelled else words,
            "" if cancelled else (text.summary if text else ""),
            "" if cancelled else shapes.address(f"/challenges/{row.id}"),
            cancelled,
        )
