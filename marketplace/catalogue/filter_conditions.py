"""Each filter as a condition, over a query that joins call and organisation (``joined``).

Facts of an anonymous company are those it chose to state, for every reader alike: neither a filter nor a count may
tell who it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from marketplace.calls.models import Call
from marketplace.catalogue.filters import Filters
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.states import PUBLISHED
from marketplace.network.models import Centre, Programme
from marketplace.people.models import Organisation

# One measure for budgets of several currencies, at rates that stay as they are: bands are for finding, not for paying.
PER_EURO = {"EUR": Decimal(1), "USD": Decimal("1.1"), "CAD": Decimal("1.5"), "KRW": Decimal(1500)}
STEPS = (("to_20k", 20_000), ("to_50k", 50_000), ("to_100k", 100_000), ("to_250k", 250_000))
PERIODS = {"week": timedelta(days=7), "month": timedelta(days=30), "quarter": timedelta(days=90)}


def _told(described: Any, known: Any) -> ColumnElement[Any]:
    return case((Challenge.visibility == "anonymous", described), else_=known)


def shown_region() -> ColumnElement[str | None]:
    """The region that lists may know of."""
    return _told(Challenge.described_region, Organisation.region_code)


def shown_kind() -> ColumnElement[str | None]:
    """The kind of company that lists may know of; nothing is known of those imported from elsewhere."""
    return _told(Challenge.described_kind, case((Organisation.source.is_(None), Organisation.kind)))


def shown_sectors() -> ColumnElement[Any]:
    """What the company works in, as far as lists may know: a JSON list."""
    stated = case(
        (Challenge.described_sector.is_(None), func.jsonb_build_array()),
        else_=func.jsonb_build_array(Challenge.described_sector),
    )
    return _told(stated, func.coalesce(Organisation.sectors, func.jsonb_build_array(), type_=JSONB))


def opening() -> ColumnElement[datetime]:
    """When applications open."""
    return func.coalesce(Challenge.opens_at, Call.opens_at)


def responsible_centre() -> ColumnElement[int]:
    """Its own centre, else the one that manages its call; of an anonymous company the latter alone.

    The centre that looks after a company tells the region that it did not state.
    """
    found = select(Programme.managing_centre_id).where(Programme.id == Call.programme_id)
    managing = found.correlate(Call).scalar_subquery()  # the query's own call, however deep this stands in it
    return _told(managing, func.coalesce(Challenge.centre_id, managing))


def centre_shown(challenge: Challenge) -> int | None:
    """The id of the responsible centre of a challenge at hand, by the same rule."""
    managing = challenge.managing_centre_id
    return managing if challenge.visibility == "anonymous" else challenge.centre_id or managing


def budget_band() -> ColumnElement[str]:
    """The band of its budget, about in euros; a currency without a rate counts as euros."""
    rate = case(*((Challenge.currency == code, value) for code, value in PER_EURO.items()), else_=Decimal(1))
    euros = Challenge.budget / rate
    return case(
        (Challenge.budget.is_(None), "none"), *((euros <= most, name) for name, most in STEPS), else_="over_250k"
    )


def has_status(status: str, now: datetime) -> ColumnElement[bool]:
    """Whether it is open, opens later, is over, or is a reference record."""
    published = Challenge.state.in_(PUBLISHED)
    if status == "any":
        return published
    if status == "reference":
        return and_(published, Challenge.is_reference.is_(True))
    own = Challenge.is_reference.is_(False)
    live = and_(Challenge.state == "open", func.coalesce(queries.closing(), now) >= now)
    ahead = func.coalesce(opening(), now) > now
    if status == "closed":
        return and_(published, own, not_(live))
    return and_(own, live, ahead if status == "upcoming" else not_(ahead))


def closes(deadline: str, now: datetime) -> ColumnElement[bool]:
    """Whether its deadline lies ahead within a period, or it has none."""
    if deadline == "none":
        return queries.closing().is_(None)
    return queries.closing().between(now, now + PERIODS[deadline])


def _any_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column.contains([value]) for value in values))


def _ready(levels: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(and_(Challenge.trl_from <= int(level), Challenge.trl_to >= int(level)) for level in levels))


def _written(locales: Sequence[str]) -> ColumnElement[bool]:
    found = exists().where(ChallengeText.challenge_id == Challenge.id, ChallengeText.locale.in_(locales))
    return found.where(ChallengeText.title != "")


def _at(slugs: Sequence[str]) -> ColumnElement[bool]:
    return responsible_centre().in_(select(Centre.id).where(Centre.slug.in_(slugs)))


CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "text": queries.has_text,
    "fields": lambda values: _any_of(Challenge.fields, values),
    "sectors": lambda values: or_(*(shown_sectors().op("@>")(func.jsonb_build_array(value)) for value in values)),
    "regions": lambda values: shown_region().in_(values),
    "centres": _at,
    "calls": lambda ids: Challenge.call_id.in_([int(id) for id in ids]),
    "tracks": lambda values: Call.track.in_(values),
    "kinds": lambda values: shown_kind().in_(values),
    "trl": _ready,
    "budgets": lambda values: budget_band().in_(values),
    "ip": lambda values: Challenge.ip_option.in_(values),
    "languages": _written,
}


def narrowed(query: Select[Any], filters: Filters, now: datetime) -> Select[Any]:
    """Only what answers every kind of filter that was chosen."""
    query = query.where(has_status(filters.status, now))
    for attribute, condition in CONDITIONS.items():
        if value := getattr(filters, attribute):
            query = query.where(condition(value))
    return query.where(closes(filters.deadline, now)) if filters.deadline else query
