"""What follows for a pairing when its application ends."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.workflow import fire
from marketplace.pairings.models import Pairing


def lapse_with_application(event: Event, cursor: int | None) -> int | None:
    """End the open pairing of an application that stepped back, for the same reason; a second run finds none."""
    query = select(Pairing).where(
        Pairing.application_id == event.subject_id, Pairing.state.in_(("requested", "accepted"))
    )
    locked = query.with_for_update(of=Pairing).execution_options(populate_existing=True)
    pairing = db.session.scalars(locked).one_or_none()
    if pairing is not None:
        step = event.data.get("cause") or event.step
        reason = event.reason.text if event.reason else step
        fire("pairing.lapse", pairing, SYSTEM, reason=reason, data={"follows": step})
    return None
