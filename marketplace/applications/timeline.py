"""What happened to an application, as its reader may know it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.applications.policy import is_party
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import machine, words_of
from marketplace.people.models import Organisation, User

# Words written to the applicant: the company learns the step, not the words.
ADDRESSED = ("application.decline", "application.find_ineligible")


@dataclass(frozen=True)
class Moment:
    """One line of the timeline: ``by`` names a person to their own organisation, the organisation to others."""

    step: str
    at: datetime
    zone: str
    title: str
    by: str
    note: str
    family: str


def timeline_of(application: Application, actor: Actor, locale: str) -> list[Moment]:
    """The events of an application, newest first, at three queries whatever their number."""
    events = list(
        db.session.scalars(
            select(Event)
            .where(Event.subject_type == "application", Event.subject_id == application.id)
            .order_by(Event.id.desc())
        ).unique()
    )
    is_staff = actor.centre_id is not None or actor.network_operator_id is not None
    is_inside = is_staff or is_party(actor, application)
    shown = [event for event in events if is_staff or not words_of(event.step).staff_only]
    people = _by_id(User, {event.actor_id for event in shown if event.acting_id == actor.organisation_id})
    organisations = _by_id(Organisation, {event.acting_id for event in shown})
    moments = [_moment(event, application, people, organisations, locale) for event in shown]
    return [m if is_inside or m.step not in ADDRESSED else replace(m, note="") for m in moments]


def _by_id(model: Any, ids: set[int | None]) -> dict[int, Any]:
    wanted = ids - {None}
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}


def _moment(
    event: Event, application: Application, people: dict[int, User], organisations: dict[int, Organisation], locale: str
) -> Moment:
    names = []
    if event.acting_id is not None and event.actor_id in people:
        names.append(people[event.actor_id].name)
    if event.acting_id in organisations:
        names.append(organisations[event.acting_id].name(locale))
    moved = event.after is not None and event.before != event.after
    family = machine("application").states[event.after].family if moved and event.after else ""
    # where a challenge or a call ended, the timeline says that rather than that the startup left
    words = str(words_of(event.data.get("cause") or event.step).past)
    title = words[:1].upper() + words[1:]
    reason = event.reason.text if event.reason else ""
    return Moment(event.step, event.at, application.call.time_zone, title, ", ".join(names), reason, family)
