"""Messages in their reader's language, made from templates/mail/."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from marketplace.kernel import subjects
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import DEFAULT
from marketplace.kernel.words import words_of
from marketplace.notifications.models import Mail
from marketplace.notifications.sides import side_of
from marketplace.people.models import Organisation, User, UserSession


@dataclass(frozen=True)
class Line:
    """A message in words: ``what`` happened to ``title``, by which side, found at ``path``; ``more`` says it closer."""

    who: Any
    what: Any
    title: str
    path: str
    more: Any = ""


def locales_of(users: Iterable[User]) -> dict[int, str]:
    """The language in which each person reads mail: their setting, else that of the last page they saw signed in."""
    users = list(users)
    unset = [user.id for user in users if user.locale is None]
    last = dict[int, str]()
    if unset:
        query = (
            select(UserSession.user_id, func.coalesce(UserSession.locale, DEFAULT))
            .ext(distinct_on(UserSession.user_id))
            .where(UserSession.user_id.in_(unset))
            .order_by(UserSession.user_id, UserSession.seen_at.desc())
        )
        last = {row[0]: row[1] for row in db.session.execute(query)}
    return {user.id: user.locale or last.get(user.id, DEFAULT) for user in users}


def locale_of(user: User) -> str:
    """The language in which one person reads mail."""
    return locales_of([user])[user.id]


def line_of(event: Event, subject: Any, locale: str) -> Line:
    """What happened, in words for lists and messages."""
    declared = subjects.kind_of(event.subject_type)
    sides = declared.sides(subject)
    acting = db.session.get(Organisation, event.acting_id) if event.acting_id else None
    who = side_of(event, {acting.id: acting.kind} if acting else {}, sides.company_id, sides.startup_id)
    what, title = words_of(subjects.told_as(event)).heard, declared.title(subject, locale)
    return Line(who, what, title, declared.address(subject), declared.more(event, subject, locale))


def is_queued(key: str) -> bool:
    """Whether a message under this key was queued before: its link must not be replaced by a new one."""
    return db.session.scalar(select(Mail.id).where(Mail.key == key)) is not None


def render(
    key: str, template: str, user: User | None, to: str, locale: str, *, event: Event | None = None, **context: Any
) -> dict[str, Any]:
    """One message as a row to store, rendered now. The template's first line is the subject, the rest the body."""
    site = current_app.config["SITE_URL"]
    # Templates and links want a request; this one stands at the site's own address and belongs to nobody.
    with current_app.test_request_context(base_url=site), force_locale(locale):
        text = render_template(
            f"mail/{template}.txt", user=user, site=site, site_name=current_app.config["SITE_NAME"], **context
        )
    subject, _, body = text.strip().partition("\n")
    return {
        "key": key,
        "user_id": user.id if user else None,
        "event_id": event.id if event else None,
        "to": to,
        "locale": locale,
        "subject": " ".join(subject.split()),
        "body": body.strip() + "\n",
    }


def queue(*messages: dict[str, Any]) -> None:
    """Store rendered messages to be sent; one already queued under its key stays the only one."""
    if messages:
        db.session.execute(insert(Mail).on_conflict_do_nothing(index_elements=["key"]), list(messages))
