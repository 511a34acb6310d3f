"""What happened to a pair, from its events, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.words import words_of
from marketplace.kernel.workflow import machine
from marketplace.pairings.models import Pairing
from marketplace.pairings.queries import names_of
from marketplace.pairings.secrets import is_known
from marketplace.people.models import User


@dataclass(frozen=True)
class Entry:
    """One event in words; ``note`` is the reason given, ``more`` says what became of what."""

    at: datetime
    zone: str
    title: Any
    by: str
    note: str
    family: str
    more: Any = ""


def entries(
    subjects: Sequence[tuple[str, int]],
    pairing: Pairing,
    actor: Actor,
    locale: str,
    names: dict[int, str],
    *,
    zone: str,
    limit: int | None = None,
    more: Callable[[Event], Any] = lambda event: "",
) -> tuple[list[Entry], int]:
    """The newest events of the subjects, and how many there are in all; ``names`` as this reader may read them.

    ``zone`` is that of the page they stand on; ``more`` says of an event what its words do not.
    """
    mine = tuple_(Event.subject_type, Event.subject_id).in_(list(subjects))
    found = db.session.execute(
        select(Event, User.name, func.count().over())
        .outerjoin(User, User.id == Event.actor_id)
        .where(mine)
        .order_by(Event.id.desc())
        .limit(limit)
    ).all()
    others = {event.acting_id for event, _, _ in found} - set(names)
    names = {**names_of(others, locale), **names}
    hidden = not is_known(pairing, actor)
    total = found[0][2] if found else 0
    return [
        replace(
            _entry(event, "" if hidden and event.acting_id == pairing.company_id else person, names, zone),
            more=more(event),
        )
        for event, person, _ in found
    ], total


def _entry(event: Event, person: str | None, names: dict[int, str], zone: str) -> Entry:
    # where an application or a challenge ended, the timeline says that rather than that the pairing lapsed
    said = str(words_of(event.data.get("follows") or event.step).past)
    by = ", ".join(part for part in (person, names.get(event.acting_id or 0)) if part)
    family = ""
    if event.after:
        family = machine(event.subject_type).states[event.after].family
    title = said[:1].upper() + said[1:]
    return Entry(event.at, zone, title, by, event.reason.text if event.reason else "", family)
