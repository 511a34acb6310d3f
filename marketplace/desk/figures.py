"""The few numbers above a desk: of a centre's programmes, and of each centre of a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, true

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.figures import COUNTS, OF_CENTRES
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import kind_of
from marketplace.kernel.waiting import reader_of


def of_reader(actor: Actor, now: datetime) -> Row[Any] | None:
    """The figures of this kind of reader, in one query; None where packages count none for it."""
    return db.session.execute(_of_reader(actor), clock.at(now)).one() if reader_of(actor) in COUNTS else None


@prepared
def _of_reader(actor: Actor) -> Select[Any]:
    counts = [count(actor).subquery() for count in COUNTS[reader_of(actor)]]
    joined: Any = counts[0]
    for count in counts[1:]:
        joined = joined.join(count, true())
    return select(*counts).select_from(joined)


def of_centres(actor: Actor, now: datetime, locale: str) -> Sequence[Row[Any]]:
    """One row per centre of the network this person watches over; counts alone."""
    return db.session.execute(_of_centres(actor, locale), clock.at(now)).all()


@prepared
def _of_centres(actor: Actor, locale: str) -> Select[Any]:
    centre, texts = kind_of("centre"), kind_of("organisation").texts
    assert centre.of_network is not None and texts is not None
    language = texts.owner_id.class_.locale
    name = (
        select(texts.words)
        .where(texts.owner_id == centre.model.id)
        .order_by(language != locale, language)
        .limit(1)
        .correlate(centre.model)
        .scalar_subquery()
    )
    counts = {name: count(actor).subquery() for name, count in OF_CENTRES.items()}
    query = select(
        centre.model.slug,
        name.label("name"),
        *(func.coalesce(count.c.number, 0).label(key) for key, count in counts.items()),
    )
    for count in counts.values():
        query = query.outerjoin(count, count.c.centre_id == centre.model.id)
    return query.where(centre.model.id.in_(centre.of_network(actor))).order_by(centre.model.slug)
