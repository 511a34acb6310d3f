"""What the outbox runs to tell people: it reads the present state, works in chunks, and may run twice."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock
from marketplace.kernel.audiences import Audience, people_of
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.subjects import kind_of, load_subject
from marketplace.kernel.words import mail_kind_of, words_of
from marketplace.notifications import bundles, mail_preferences, next_steps, rendering
from marketplace.notifications.models import Notification
from marketplace.people.models import User

CHUNK = 200


def tell(event: Event, cursor: int | None) -> int | None:
    """Tell the audience of an event, in the product and by e-mail; nobody what they may not see."""
    subject = load_subject(event)
    if subject is None:
        return None
    left = sorted(user_id for user_id in audience_of(event, subject) if user_id > (cursor or 0))
    chunk = left[:CHUNK]
    found = select(User).where(User.id.in_(chunk), User.deactivated_at.is_(None)).order_by(User.id)
    users = list(db.session.scalars(found))
    notify_people(event, [user.id for user in users])
    unwilling = mail_preferences.users_refusing(mail_kind_of(event.step), [user.id for user in users])
    mail_people(
        event, subject, [user for user in users if user.email_verified_at is not None and user.id not in unwilling]
    )
    return chunk[-1] if len(left) > CHUNK else None


def audience_of(event: Event, subject: Any) -> set[int]:
    """Ids of those to tell: the step's audience without who acted, and without who may not see the subject."""
    tells = _told(event)
    audience = people_of(tells, event, subject)
    if not tells.with_actor:
        audience -= {event.actor_id}
    readers = kind_of(event.subject_type).readers_of(subject)
    return audience if readers is None else audience & readers


def _told(event: Event) -> Audience:
    tells = words_of(event.step).tells
    assert tells is not None  # ``tell`` listens to what tells somebody alone
    return tells


def notify_people(event: Event, user_ids: list[int]) -> None:
    """Put an event into people's notifications, once each."""
    rows = [
        {
            "user_id": user_id,
            "event_id": event.id,
            "step": event.step,
            "subject_type": event.subject_type,
            "subject_id": event.subject_id,
        }
        for user_id in user_ids
    ]
    if rows:
        once = insert(Notification).on_conflict_do_nothing(index_elements=["event_id", "user_id"])
        db.session.execute(once, rows)


def mail_people(event: Event, subject: Any, users: list[User]) -> None:
    """Queue the message of an event to each person, in their language, with what comes next for them."""
    said = words_of(event.step)
    locales, actors = rendering.locales_of(users), next_steps.readers(users, subject)
    lines = {locale: rendering.line_of(event, subject, locale) for locale in set(locales.values())}
    reason = event.reason.text if said.reason and event.reason else ""
    pauses = bundles.pauses([user.id for user in users]) if bundles.may_wait(event.step) else {}
    rendering.queue(
        *(
            rendering.render(
                f"event:{event.id}:{user.id}",
                _told(event).mail,
                user,
                user.email,
                locales[user.id],
                event=event,
                subject=subject,
                line=lines[locales[user.id]],
                reason=reason,
                coming=partial(next_steps.next_in_words, subject, actors.get(user.id, ANONYMOUS), locales[user.id]),
            )
            | ({"due_at": pauses.get(user.id, clock.now())} if pauses else {})
            for user in users
        )
    )
