"""What was mailed."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.kernel.db import db
from marketplace.notifications.models import Mail

# The estate has none of these.
WORDS = {"mail": 999_999_999, "mails": 999_999_999, "reactions": 999_999_999}
READERS = {
    "": "mail mails",
    "networks": "operations",
    "people": "index preferences",
}
DOERS = {
    "": "retry_mail retry_reaction",
    "people": "choose mark_read",
}


def mails() -> list[Mail]:
    """All of it, the oldest first."""
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))
