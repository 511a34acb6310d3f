"""Forget what has done its work: old messages, and outbox rows whose reaction ran."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, delete, func, or_, update

from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.notifications import delivery, smtp
from marketplace.notifications.models import Mail

MAILS, REACTIONS, FAILED = timedelta(days=90), timedelta(days=30), timedelta(days=7)


def sweep() -> None:
    """Delete what was sent or run so long ago that no repeat can come any more, and words that nobody needs."""
    now = func.clock_timestamp()
    if not smtp.is_kept():
        given_up = Mail.attempts >= delivery.MAX_ATTEMPTS, Mail.due_at < now - FAILED
        over = or_(Mail.state.in_(("sent", "dropped", "joined")), and_(*given_up))
        db.session.execute(update(Mail).where(over, Mail.body != "").values(body="", headers={}))
    db.session.execute(delete(Mail).where(Mail.state == "sent", Mail.sent_at < now - MAILS))
    db.session.execute(delete(Mail).where(Mail.state.in_(("dropped", "joined")), Mail.created_at < now - MAILS))
    db.session.execute(delete(Outbox).where(Outbox.done_at < now - REACTIONS))
