"""What happened to an application, as its reader may know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.applications.policy import is_party
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.words import words_of
from marketplace.kernel.workflow import machine
from marketplace.people.models import Organisation, User

# Words written to the applicant: the company learns the step, not the words.
# The company reads why a startup leaves, but not what the centre answered it.
LEAVING = ("application.withdraw", "application.step_back")


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


def told_as(event: Event) -> str:
    """The step that tells best what happened: where a challenge or a call ended the application, that one."""
    cause: str | None = event.data.get("cause") if event.step in LEAVING else None
    return cause or event.step


def events_of(application: Application) -> list[tuple[Event, str]]:
    """The events of an application, newest first, each with the name of who acted."""
    query = (
        select(Event, User.name)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.subject_type == "application", Event.subject_id == application.id)
        .order_by(Event.id.desc())
    )
    return [(event, name or "") for event, name in db.session.execute(query).unique()]


def timeline_of(
    application: Application,
    events: list[tuple[Event, str]],
    named: Iterable[Organisation],
    actor: Actor,
    locale: str,
    zone: str,
) -> list[Moment]:
    """What the reader may know of the events, in their zone; ``named`` holds the organisations that acted."""
    is_staff = actor.centre_id is not None or actor.network_operator_id is not None
    reads_reasons = is_staff or is_party(actor, application)
    names = {organisation.id: organisation.name(locale) for organisation in named}
    return [
        _moment(
            event,
            zone,
            person if event.acting_id == actor.organisation_id else "",
            names,
            reads_reasons or event.step in LEAVING,
        )
        for event, person in events
        if is_staff or not words_of(event.step).staff_only
    ]


def _moment(event: Event, zone: str, person: str, names: Mapping[int, str], told: bool) -> Moment:
    by = [name for name in (person, names.get(event.acting_id or 0, "")) if name]
    moved = event.after is not None and event.before != event.after
    family = machine("application").states[event.after].family if moved and event.after else ""
    words = str(words_of(told_as(event)).past)
    title = words[:1].upper() + words[1:]
    reason = event.reason.text if event.reason and told else ""
    return Moment(event.step, event.at, zone, title, ", ".join(by), reason, family)
