"""What lists may know of a challenge, over a query that joins call and organisation (``joined``).

Facts of an anonymous company are those it chose to state, for every reader alike: neither a filter nor a count may
tell who it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, select
from sqlalchemy.dialects.postgresql import JSONB

from marketplace.calls.models import Call
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import PUBLISHED
from marketplace.network.models import Programme
from marketplace.people.models import Organisation

# One measure for budgets of several currencies, at rates that stay as they are: bands are for finding, not for paying.
PER_EURO = {"EUR": Decimal(1), "USD": Decimal("1.1"), "CAD": Decimal("1.5"), "KRW": Decimal(1500)}
STEPS = (("to_20k", 20_000), ("to_50k", 50_000), ("to_100k", 100_000), ("to_250k", 250_000))
PERIODS: dict[str, timedelta | None] = {
    "week": timedelta(days=7), "month": timedelta(days=30), "quarter": timedelta(days=90), "none": None,
}  # fmt: skip


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
