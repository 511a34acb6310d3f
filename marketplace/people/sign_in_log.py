"""Who signed in and out, who failed, who had to wait: on record and in the log, without a secret.

The address stands apart from the event, where it can be erased.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import delete, select

from marketplace.kernel import events
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, EventReason
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people.models import User

NOBODY = 0  # the id of no person: what is done about an address without an account
log = logging.getLogger(__name__)

# By the person, once they have proved who they are; by nobody known before.
PROVEN = ("user.sign_in", "user.sign_out")
STEPS = (*PROVEN, "user.fail_sign_in", "user.lock_out")


def note_step(step: str, user: User | None, address: str | None, *, account: str = "") -> None:
    """Record one of ``STEPS`` of a person, or of the key of an account that there is not."""
    about = user or User(id=NOBODY)
    actor = Actor(user_id=user.id, name=user.name) if user and step in PROVEN else ANONYMOUS
    events.record(step, about, actor, reason=address, data={"account": account[:16]} if account else {})
    log.info(step, extra={"person": about.id or None, "account": account[:16] or None, "address": address})


def forget_addresses(*, of: int | None = None, before: datetime | None = None) -> None:
    """Erase from where a person signed in, or what lies that far back."""
    noted = select(Event.id).where(Event.step.in_(STEPS))
    if of is not None:
        noted = noted.where(Event.subject_type == "user", Event.subject_id == of)
    if before is not None:
        noted = noted.where(Event.at < before)
    db.session.execute(delete(EventReason).where(EventReason.event_id.in_(noted)))
