"""What follows for pairings when their application, challenge or call ends before its time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.workflow import fire
from marketplace.pairings.models import Pairing
from marketplace.pairings.states import OPEN


def lapse_with_application(event: Event, cursor: int | None) -> int | None:
    """End the open pairing of an application that stepped back, for the same reason."""
    return _lapse(event, Pairing.application_id == event.subject_id)


def lapse_with_challenge(event: Event, cursor: int | None) -> int | None:
    """End the open pairings that were opened for a challenge without an application; others go with theirs."""
    return _lapse(event, Pairing.application_id.is_(None), Pairing.challenge_id == event.subject_id)


def lapse_with_call(event: Event, cursor: int | None) -> int | None:
    """End the open pairings that were opened in a call without an application; others go with theirs."""
    return _lapse(event, Pairing.application_id.is_(None), Pairing.call_id == event.subject_id)


def _lapse(event: Event, *which: Any) -> int | None:
    """Those that are still open; a second run finds none."""
    query = select(Pairing).where(*which, Pairing.state.in_(OPEN)).order_by(Pairing.id)
    locked = query.with_for_update(of=Pairing).execution_options(populate_existing=True)
    step = event.data.get("cause") or event.step
    reason = event.reason.text if event.reason else step
    for pairing in db.session.scalars(locked).all():
        fire("pairing.lapse", pairing, SYSTEM, reason=reason, data={"follows": step})
    return None
