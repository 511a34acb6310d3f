"""The public list: which challenges, in which order, and how many behind each filter.

An anonymous company is found by its description alone: the region filter reads the region it chose to state, never
the one it sits in, for every reader alike. Counts are of what the reader may see; invited-only challenges are in
nobody's list but that of the startups invited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from marketplace.challenges import narrowing, queries
from marketplace.challenges.filters import Filters
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel.db import db
from marketplace.kernel.paging import Page
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call, Centre, Programme
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region

PAGE = 20


@dataclass(frozen=True)
class Facets:
    """How many challenges of a status stand behind each value, and in all."""

    total: int = 0
    closing_soon: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    regions: Mapping[str, int] = field(default_factory=dict)
    tracks: Mapping[str, int] = field(default_factory=dict)


def listed(actor: Actor, filters: Filters, now: datetime) -> Select[Challenge]:
    """The published challenges that answer the filters, without an order."""
    return narrowing.narrowed(narrowing.joined(queries.visible_to(actor)), filters, now)


def ordered(query: Select[Challenge], sort: str) -> Select[Challenge]:
    """Newest first, or closing soonest first with what has no deadline at the end."""
    if sort == "closing":
        return query.order_by(queries.closing().asc().nulls_last(), Challenge.id)
    return query.order_by(Challenge.published_at.desc().nulls_last(), Challenge.id.desc())


def for_rows(query: Select[Challenge], actor: Actor) -> Select[Challenge]:
    """Load what a row of a list shows and no more: titles and summaries, not the long texts."""
    programme = joinedload(Call.programme).options(
        lazyload(Programme.texts),
        load_only(Programme.managing_centre_id),
        joinedload(Programme.managing_centre).options(lazyload(Centre.organisation), joinedload(Centre.network)),
    )
    if actor.centre_id is not None:  # only staff of co-operating centres are asked for their region
        centres = selectinload(Programme.cooperating_centres).joinedload(Centre.organisation)
        programme = programme.options(centres.lazyload(Organisation.texts))
    return query.options(
        selectinload(Challenge.texts).load_only(ChallengeText.title, ChallengeText.summary, ChallengeText.anonymous_as),
        joinedload(Challenge.call).options(lazyload(Call.texts), programme),
        joinedload(Challenge.organisation).options(
            load_only(Organisation.kind, Organisation.region_code, Organisation.country, Organisation.source),
            selectinload(Organisation.texts).load_only(OrganisationText.name),
            joinedload(Organisation.region),
        ),
        joinedload(Challenge.region_described),
    )


def page_of(actor: Actor, filters: Filters, now: datetime, number: int, facets: Facets) -> Page[Challenge]:
    """One page of the list; the facets already know the total where nothing narrows it."""
    query = listed(actor, filters, now)
    if filters.narrows:
        total = db.session.scalar(select(func.count()).select_from(query.options().subquery())) or 0
    else:
        total = facets.total
    number = min(max(1, number), max(1, -(-total // PAGE)))
    return Page(rows_of(query, filters.sort, actor, PAGE, (number - 1) * PAGE), number, PAGE, total)


def rows_of(query: Select[Challenge], sort: str, actor: Actor, limit: int, offset: int = 0) -> list[Challenge]:
    """Some rows of a list in its order; ids are sorted first, so that nothing wide is."""
    ids = db.session.scalars(ordered(query, sort).with_only_columns(Challenge.id).limit(limit).offset(offset)).all()
    found = db.session.scalars(for_rows(select(Challenge).where(Challenge.id.in_(ids)), actor)).unique() if ids else ()
    place = {id: number for number, id in enumerate(ids)}
    return sorted(found, key=lambda row: place[row.id])


def facets_of(actor: Actor, status: str, now: datetime, soon: datetime) -> Facets:
    """Every count of the filters in one query, over what this reader may see in that status."""
    base = (
        listed(actor, Filters(status=status), now)
        .with_only_columns(
            Challenge.fields.label("fields"),
            narrowing.shown_region().label("region"),
            Call.track.label("track"),
            queries.closing().label("closing"),
        )
        .cte("base")
        .prefix_with("MATERIALIZED")
    )
    one = func.jsonb_array_elements_text(base.c.fields).table_valued("value")
    every = func.count()
    rows = db.session.execute(
        union_all(
            select(literal("total").label("facet"), literal("").label("value"), every.label("number")).select_from(
                base
            ),
            select(literal("soon"), literal(""), every).where(base.c.closing < soon, base.c.closing >= now),
            select(literal("field"), one.c.value, every)
            .select_from(base)
            .join(one, literal(True))
            .group_by(one.c.value),
            select(literal("region"), base.c.region, every).where(base.c.region.is_not(None)).group_by(base.c.region),
            select(literal("track"), cast(base.c.track, String), every)
            .where(base.c.track.is_not(None))
            .group_by(base.c.track),
        )
    )
    found: dict[str, dict[str, int]] = {"total": {}, "soon": {}, "field": {}, "region": {}, "track": {}}
    for facet, value, number in rows:
        found[facet][value] = number
    return Facets(found["total"].get("", 0), found["soon"].get("", 0), found["field"], found["region"], found["track"])


def regions_named(codes: Sequence[str]) -> dict[str, Region]:
    """Regions by code."""
    return {row.code: row for row in db.session.scalars(select(Region).where(Region.code.in_(codes)))}
