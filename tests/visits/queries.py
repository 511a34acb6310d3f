"""Visits are seen by the startup and the staff of the centre."""

from __future__ import annotations

from marketplace.visits.models import Visit
from sqlalchemy import Select, or_, select

from marketplace.kernel.policy import Actor
from marketplace.people.queries import people_of


def visible_to(actor: Actor) -> Select[Visit]:
    return select(Visit).where(or_(Visit.startup_id == actor.party_id, Visit.centre_id == actor.centre_id))


def readers_of(visit: Visit) -> set[int]:
    return people_of([visit.startup_id], "owner", "member") | people_of([visit.centre_id], "manager", "broker")
