"""Forget what has done its work: old messages, and outbox rows whose reaction ran."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func

from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.notifications.models import Mail

MAILS, REACTIONS = timedelta(days=90), timedelta(days=30)


def sweep() -> None:
    """Delete what was sent or run so long ago that no repeat can come any more."""
    now = func.clock_timestamp()
    db.session.execute(delete(Mail).where(Mail.state == "sent", Mail.sent_at < now - MAILS))
    db.session.execute(delete(Mail).where(Mail.state == "dropped", Mail.created_at < now - MAILS))
    db.session.execute(delete(Outbox).where(Outbox.done_at < now - REACTIONS))
