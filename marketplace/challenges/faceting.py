"""How many challenges stand behind each choice, over what this reader may see and all that is chosen beside it.

Counts are kept a minute at most for readers who may see the same, and never past a change of anything public.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from flask import current_app
from sqlalchemy import CTE, BigInteger, ColumnElement, String, and_, case, cast, func, literal, select, true, union_all

from marketplace.challenges import narrowing, queries
from marketplace.challenges.filters import DEADLINES, STATUSES, Filters
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import catalogue as changes
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call, Centre

LASTS = timedelta(minutes=1)
ROOM = 300  # sets of counts in each process
SOON = timedelta(days=7)
KINDS = (
    "fields", "sectors", "regions", "centres", "tracks", "kinds", "trl", "budgets", "ip", "languages", "deadline",
)  # fmt: skip


@dataclass(frozen=True)
class Facets:
    """How many answer all filters, how many of them close soon, and how many stand behind each choice by its kind."""

    total: int = 0
    closing_soon: int = 0
    by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    until: datetime | None = None  # when something opens or closes by itself


@dataclass(frozen=True)
class _Kept:
    facets: Facets
    version: changes.Version
    until: datetime


_lock = Lock()


def facets_of(actor: Actor, filters: Filters) -> Facets:
    """The counts for this reader, counted now or within the last minute."""
    now, version = changes.version()
    key = (actor.is_system, actor.party_id, actor.centre_id, actor.network_operator_id, filters)
    kept: OrderedDict[Any, _Kept] = current_app.extensions.setdefault("facets", OrderedDict())
    with _lock:
        found = kept.get(key)
    if found is not None and found.version == version and now < found.until:
        return found.facets
    facets = counted(actor, filters, now)
    with _lock:
        kept[key] = _Kept(facets, version, min(now + LASTS, facets.until) if facets.until else now + LASTS)
        while len(kept) > ROOM:
            kept.popitem(last=False)
    return facets


def counted(actor: Actor, filters: Filters, now: datetime) -> Facets:
    """Every count, and how long they hold, in one statement."""
    chosen = [kind for kind in KINDS if getattr(filters, kind)]
    base = _base(actor, filters, chosen, now)
    every = func.count()

    def others(kind: str = "") -> ColumnElement[bool]:
        return and_(true(), *(base.c[f"is_{other}"] for other in chosen if other != kind))

    def values(kind: str, value: Any, source: Any = base, *joins: Any) -> Any:
        query = select(literal(kind), cast(value, String), every).select_from(source)
        for table, condition in joins:
            query = query.join(table, condition)
        return query.where(value.is_not(None), others(kind)).group_by(value)

    def listed(kind: str) -> Any:
        one = func.jsonb_array_elements_text(base.c[kind]).table_valued("value", name=f"one_{kind}").render_derived()
        return values(kind, one.c.value, base, (one, true()))

    level = func.generate_series(base.c.trl_from, base.c.trl_to).table_valued("level", name="levels").render_derived()
    periods = [
        select(literal("deadline"), literal(name), every).where(
            base.c.closing.is_(None) if name == "none" else base.c.closing.between(now, now + narrowing.PERIODS[name]),
            others("deadline"),
        )
        for name in DEADLINES
    ]
    turn = queries.turn_after(now).subquery()
    closes_soon = base.c.closing.between(now, now + SOON)
    statement = union_all(
        select(literal("total"), literal(""), every).select_from(base).where(others()),
        select(literal("soon"), literal(""), every).where(closes_soon, others()),
        listed("fields"),
        listed("sectors"),
        values("regions", base.c.region),
        values("centres", Centre.slug, base, (Centre, Centre.id == base.c.centre)),
        values("tracks", base.c.track),
        values("kinds", base.c.kind),
        values("trl", level.c.level, base, (level, true())),
        values("budgets", base.c.budget),
        values("ip", base.c.ip),
        values(
            "languages",
            ChallengeText.locale,
            base,
            (ChallengeText, and_(ChallengeText.challenge_id == base.c.id, ChallengeText.title != "")),
        ),
        *periods,
        _by_status(actor, filters, now),
        select(literal("until"), literal(""), cast(func.extract("epoch", turn.c.at), BigInteger)),
    )
    by: dict[str, dict[str, int]] = {kind: {} for kind in ("total", "soon", "until", "status", *KINDS)}
    for kind, value, number in db.session.execute(statement):
        by[kind][value] = number
    total, soon, until = (by.pop(name).get("", 0) for name in ("total", "soon", "until"))
    by["status"]["any"] = sum(by["status"].values())
    return Facets(total, soon, by, datetime.fromtimestamp(until, UTC) if until else None)


def _base(actor: Actor, filters: Filters, chosen: list[str], now: datetime) -> CTE:
    """The challenges of the status that answer the words, with what is counted and which filters each answers."""
    answers = [
        (narrowing.CONDITIONS[kind](getattr(filters, kind)) if kind != "deadline" else _closes(filters, now)).label(
            f"is_{kind}"
        )
        for kind in chosen
    ]
    words = Filters(text=filters.text, status=filters.status)
    return (
        narrowing.narrowed(narrowing.joined(queries.visible_to(actor)), words, now)
        .with_only_columns(
            Challenge.id,
            Challenge.fields.label("fields"),
            narrowing.shown_sectors().label("sectors"),
            narrowing.shown_region().label("region"),
            narrowing.responsible_centre().label("centre"),
            Call.track.label("track"),
            narrowing.shown_kind().label("kind"),
            Challenge.trl_from,
            Challenge.trl_to,
            narrowing.budget_band().label("budget"),
            Challenge.ip_option.label("ip"),
            queries.closing().label("closing"),
            *answers,
        )
        .cte("base")
        .prefix_with("MATERIALIZED")
    )


def _closes(filters: Filters, now: datetime) -> ColumnElement[bool]:
    return func.coalesce(narrowing.closes(filters.deadline, now), False)


def _by_status(actor: Actor, filters: Filters, now: datetime) -> Any:
    anywhere = narrowing.narrowed(narrowing.joined(queries.visible_to(actor)), replace(filters, status="any"), now)
    names = [name for name in STATUSES if name != "any"]
    status = case(*((narrowing.has_status(name, now), name) for name in names), else_="any").label("status")
    return anywhere.with_only_columns(literal("status"), status, func.count()).group_by(status)
