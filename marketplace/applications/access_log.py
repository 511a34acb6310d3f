"""Who opened a sealed application: noted once for each person, so that a call is reopened only before anybody has."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select

from marketplace.applications.models import Application
from marketplace.applications.policy import is_party
from marketplace.calls.models import Call
from marketplace.kernel import clock, events
from marketplace.kernel.db import db
from marketplace.kernel.errors import Missing
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor

STEP = "application.open_file"


def note_opening(applications: Sequence[Application], actor: Actor) -> None:
    """Record that the actor opens these applications; one query where each was opened before.

    Raises Missing where their call was opened again meanwhile: they are sealed once more.
    """
    foreign = {a.id: a for a in applications if a.number is not None and not is_party(actor, a)}
    if not foreign or actor.user_id is None:
        return
    # Held until the commit: whoever reopens the call waits, and then finds the opening; a second press too.
    first = (
        select(Application.id, Call.closes_at)
        .join(Application.call)
        .where(Application.id.in_(foreign), Application.id.not_in(_opened(foreign, actor)))
        .order_by(Call.id, Application.id)
    )
    held = db.session.execute(first.with_for_update(read=True, of=Call)).all()
    if any(closes_at is None or closes_at >= clock.now() for _id, closes_at in held):
        raise Missing
    new = {id for id, _closes_at in held}
    if not new:
        return
    rows = select(Application.id).where(Application.id.in_(new)).order_by(Application.id)
    db.session.execute(rows.with_for_update(key_share=True))
    for application_id in sorted(new - set(db.session.scalars(_opened(new, actor)))):
        events.record(STEP, foreign[application_id], actor)


def _opened(ids: Collection[int], actor: Actor) -> Select[int]:
    return select(Event.subject_id).where(
        Event.subject_type == "application",
        Event.subject_id.in_(ids),
        Event.step == STEP,
        Event.actor_id == actor.user_id,
    )
