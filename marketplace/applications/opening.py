"""Who opened a sealed application: noted once for each person, so that a call is reopened only before anybody has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.applications.models import Application
from marketplace.applications.policy import is_party
from marketplace.kernel import clock, events
from marketplace.kernel.db import db
from marketplace.kernel.errors import Missing
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call

STEP = "application.open_file"


def note_opening(applications: Sequence[Application], actor: Actor) -> None:
    """Record that the actor opens these applications; one query where each was opened before.

    Raises Missing where their call was opened again meanwhile: they are sealed once more.
    """
    foreign = {a.id: a for a in applications if a.number is not None and not is_party(actor, a)}
    if not foreign or actor.user_id is None:
        return
    new = set(foreign) - _opened(foreign, actor)
    if not new:
        return
    # Held until the commit: whoever reopens the call waits, and then finds the opening; a second press too.
    calls = select(Call).where(Call.id.in_({foreign[i].call_id for i in new})).order_by(Call.id)
    held = db.session.scalars(calls.with_for_update(read=True).execution_options(populate_existing=True)).unique().all()
    if any(call.closes_at is None or call.closes_at >= clock.now() for call in held):
        raise Missing
    rows = select(Application.id).where(Application.id.in_(new)).order_by(Application.id)
    db.session.execute(rows.with_for_update(key_share=True))
    for application_id in sorted(new - _opened(new, actor)):
        events.record(STEP, foreign[application_id], actor)


def _opened(ids: object, actor: Actor) -> set[int]:
    found = select(Event.subject_id).where(
        Event.subject_type == "application",
        Event.subject_id.in_(list(ids)),  # type: ignore[call-overload]
        Event.step == STEP,
        Event.actor_id == actor.user_id,
    )
    return set(db.session.scalars(found))
