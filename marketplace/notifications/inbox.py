"""A page of notifications in words: made on reading, and only of what the reader may still see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, false, or_, select, union_all
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Subject, row_of, subjects, told_as
from marketplace.kernel.words import words_of
from marketplace.notifications.models import Notification
from marketplace.notifications.sides import side_of
from marketplace.notifications.titles import names, title_of
from marketplace.people.models import Organisation


@dataclass(frozen=True)
class Line:
    """One notification: what happened to what, by which side, and where; ``elsewhere`` needs another seat.

    ``figures`` say what came of it.
    """

    id: int
    at: datetime
    what: Any
    who: Any
    title: Markup
    path: str
    elsewhere: bool
    is_new: bool
    figures: str = ""


def lines(found: Sequence[Notification], actor: Actor, seats: Sequence[Actor], locale: str) -> list[Line]:
    """The notifications in words, at a constant number of queries."""
    events = _events({row.event_id for row in found})
    things = _things({(row.subject_type, row.subject_id) for row in found}, actor, seats)
    named = names(things.values(), locale)
    kinds = _kinds({event.acting_id for event in events.values()})
    drawn = []
    for row in found:
        thing = things.get((row.subject_type, row.subject_id))
        event = events.get(row.event_id or 0)
        who = _side(event, kinds, thing) if event else None
        title = title_of(thing, named, locale) if thing is not None else Markup("")
        path = thing.address if thing is not None and thing.here else ""
        elsewhere = thing is not None and not thing.here
        what = words_of(told_as(event) if event else row.step).heard
        figures = _figures(row.subject_type, event) if event else ""
        drawn.append(Line(row.id, row.created_at, what, who, title, path, elsewhere, row.read_at is None, figures))
    return drawn


def _side(event: Event, kinds: dict[int, str], thing: Any) -> Any:
    company, startup = (thing.company_id, thing.startup_id) if thing is not None else (None, None)
    return side_of(event, kinds, company, startup)


def _figures(name: str, event: Event) -> str:
    figures = subjects()[name].figures
    return figures(event) if figures is not None else ""


def _events(ids: set[int | None]) -> dict[int, Event]:
    query = select(Event).where(Event.id.in_(ids - {None})).options(joinedload(Event.reason))
    return {event.id: event for event in db.session.scalars(query).unique()}


def _kinds(ids: set[int | None]) -> dict[int, str]:
    query = select(Organisation.id, Organisation.kind).where(Organisation.id.in_(ids - {None}))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _things(wanted: Iterable[tuple[str, int]], actor: Actor, seats: Sequence[Actor]) -> dict[tuple[str, int], Any]:
    """What may be seen of the subjects, now or in another seat of the same person."""
    by_type: dict[str, set[int]] = {}
    for kind, id_ in wanted:
        by_type.setdefault(kind, set()).add(id_)
    parts = [_part(subjects()[kind], ids, actor, seats) for kind, ids in sorted(by_type.items())]
    if not parts:
        return {}
    return {(row.type, row.id): row for row in db.session.execute(union_all(*parts))}


def _part(declared: Subject, ids: set[int], actor: Actor, seats: Sequence[Actor]) -> Select[Any]:
    key = declared.model.id

    def may(seat: Actor) -> ColumnElement[bool]:
        found: ColumnElement[bool] = key.in_(declared.visible_to(seat).with_only_columns(key))
        return found

    query = select(declared.model).where(key.in_(ids), or_(false(), *(may(seat) for seat in (actor, *seats))))
    return row_of(declared, query).add_columns(may(actor).label("here"))
