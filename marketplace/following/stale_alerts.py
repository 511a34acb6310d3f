"""A last look at an alert as it leaves: a large audience waits its turn, and things change meanwhile."""

from __future__ import annotations

from marketplace.following import messages
from marketplace.following.alerts import audience_of, still_holds
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.subjects import load_subject
from marketplace.kernel.words import words_of
from marketplace.notifications.mail_preferences import refused_by
from marketplace.notifications.models import Mail


def is_over(mail: Mail) -> bool:
    """Whether an alert is no longer so, no longer for its reader, or no longer wanted. Digests look for themselves."""
    event = db.session.get(Event, mail.event_id) if mail.event_id is not None else None
    if event is None or mail.user_id is None or words_of(event.step).alert is None:
        return False
    subject = load_subject(event)
    if subject is None or not still_holds(event, subject, clock.now()):
        return True
    readers = audience_of(event, subject).readers
    return (readers is not None and mail.user_id not in readers) or messages.KIND in refused_by(mail.user_id)
