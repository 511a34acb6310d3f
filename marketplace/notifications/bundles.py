"""Several pieces of news within minutes are one message; the first leaves at once.

Decisions, receipts and links to the account always come alone and at once: rights and time limits run from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.subjects import kind_of, load_subject
from marketplace.kernel.words import mail_kind_of, words_of
from marketplace.notifications import next_steps, rendering
from marketplace.notifications.models import USUAL, Mail
from marketplace.people.models import User

PAUSE = timedelta(minutes=5)  # between two messages of news to one person
MOST = 20  # pieces of news in one message
FRESH = timedelta(seconds=30)  # for so long who was to be told may be told


def may_wait(step: str) -> bool:
    """Whether the news of a step may wait for more: not what carries a date of its own, or a form of its own."""
    tells = words_of(step).tells
    return tells is not None and tells.mail == "message" and mail_kind_of(step).fixed is None


def pauses(user_ids: Sequence[int]) -> dict[int, datetime]:
    """When the next news of each person leaves, of those who were written to within the last minutes."""
    since = clock.now() - PAUSE
    was_held = Mail.due_at > Mail.created_at + timedelta(seconds=1)
    held_back = func.max(Mail.due_at).filter(Mail.state == "queued", was_held)
    last = select(Mail.user_id, func.max(Mail.created_at), held_back)
    recent = last.where(
        Mail.user_id.in_(user_ids), Mail.priority == USUAL, Mail.event_id.is_not(None), Mail.created_at > since
    ).group_by(Mail.user_id)
    found: dict[int, datetime] = {}
    rows: list[Any] = list(db.session.execute(recent))
    for user_id, written, waiting in rows:
        found[user_id] = written + PAUSE if waiting is None else waiting
    return found


def gather_news(mail: Mail) -> None:
    """Put the news that waits for the same person into this message, which is about to leave."""
    if mail.state != "queued" or mail.attempts or mail.user_id is None or not _is_news(mail) or is_over(mail):
        return
    waiting = (
        select(Mail)
        .where(
            Mail.user_id == mail.user_id, Mail.id != mail.id, Mail.priority == USUAL, Mail.event_id.is_not(None),
            Mail.state == "queued", Mail.attempts == 0, Mail.due_at <= func.clock_timestamp(),
        )
        .options(joinedload(Mail.event))
        .order_by(Mail.id)
        .limit(MOST)
        .with_for_update(skip_locked=True, of=Mail)
    )  # fmt: skip
    found = (other for other in db.session.scalars(waiting) if _is_news(other) and other.to == mail.to)
    others = [other for other in found if not is_over(other)]
    if not others:
        return
    user = db.session.get_one(User, mail.user_id)
    words = _rendered([mail, *others], user)
    mail.subject, mail.body = words["subject"], words["body"]
    for other in others:
        other.state, other.body, other.headers = "joined", "", {}


def is_over(mail: Mail) -> bool:
    """Whether news waited so long that its reader may not see meanwhile what it is about."""
    event = mail.event
    if event is None or mail.priority != USUAL or not _is_news(mail) or mail.created_at > clock.now() - FRESH:
        return False
    subject = load_subject(event)
    readers = set() if subject is None else kind_of(event.subject_type).readers_of(subject)
    return readers is not None and mail.user_id not in readers


def _is_news(mail: Mail) -> bool:
    return mail.event is not None and may_wait(mail.event.step)


def _rendered(mails: list[Mail], user: User) -> dict[str, str]:
    locale, items = mails[0].locale, []
    for mail in sorted(mails, key=lambda mail: mail.id):
        event = mail.event
        assert event is not None
        subject = load_subject(event)
        if subject is None:
            continue
        reader = next_steps.readers([user], subject).get(user.id)
        items.append(
            {
                "line": rendering.line_of(event, subject, locale),
                "reason": event.reason.text if words_of(event.step).reason and event.reason else "",
                "coming": partial(next_steps.next_in_words, subject, reader or ANONYMOUS, locale),
            }
        )
    return rendering.render(mails[0].key, "bundle", user, mails[0].to, locale, items=items)
