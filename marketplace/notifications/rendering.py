"""Messages in their reader's language, made from templates/mail/."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import DEFAULT, _l
from marketplace.kernel.workflow import words_of
from marketplace.notifications.models import Mail
from marketplace.notifications.subjects import kind_of
from marketplace.people.models import User

WHO = {
    "company": _l("The company"),
    "startup": _l("The startup"),
    "centre": _l("The centre"),
    "person": _l("Tangent"),
}


@dataclass(frozen=True)
class Line:
    """A notification in words: ``who`` did ``what`` to ``title``, found at ``path``."""

    who: Any
    what: Any
    title: str
    path: str


def locale_of(user: User) -> str:
    """The language a person reads mail in: their setting, else English."""
    return user.locale or DEFAULT


def who_did(event: Event, subject: Any) -> Any:
    """The side that acted, never a name: an anonymous company stays so in every message."""
    collaboration = getattr(subject, "collaboration", subject)
    acting = event.acting_id
    if acting is None:
        return WHO["person"]
    if event.subject_type == "application":
        challenge = subject.challenge
        own = {party.organisation_id for party in subject.parties if party.role != "company"}
        if acting in own:
            return WHO["startup"]
        is_company = challenge is not None and acting == challenge.organisation_id
        is_company = is_company or any(p.organisation_id == acting for p in subject.parties)
        return WHO["company"] if is_company else WHO["centre"]
    if event.subject_type == "challenge":
        return WHO["company"] if acting == subject.organisation_id else WHO["centre"]
    if getattr(collaboration, "company_id", None) == acting:
        return WHO["company"]
    if getattr(collaboration, "startup_id", None) == acting:
        return WHO["startup"]
    return WHO["centre"]


def line_of(event: Event, subject: Any, locale: str) -> Line:
    """What happened, in words for lists and messages."""
    kind = kind_of(event.subject_type)
    return Line(who_did(event, subject), words_of(event.step).past, kind.title(subject, locale), kind.path(subject))


def is_queued(key: str) -> bool:
    """Whether a message under this key was queued before: its link must not be replaced by a new one."""
    return db.session.scalar(select(Mail.id).where(Mail.key == key)) is not None


def queue(
    key: str, template: str, user: User | None, to: str, locale: str, *, event: Event | None = None, **context: Any
) -> None:
    """Queue one message, rendered now; a message already queued under the key stays the only one.

    The template's first line is the subject, the rest the body.
    """
    site = current_app.config["SITE_URL"]
    # Templates and links want a request; this one stands at the site's own address and belongs to nobody.
    with current_app.test_request_context(base_url=site), force_locale(locale):
        text = render_template(
            f"mail/{template}.txt", user=user, site=site, site_name=current_app.config["SITE_NAME"], **context
        )
    subject, _, body = text.strip().partition("\n")
    row = {
        "key": key,
        "user_id": user.id if user else None,
        "event_id": event.id if event else None,
        "to": to,
        "locale": locale,
        "subject": " ".join(subject.split()),
        "body": body.strip() + "\n",
    }
    db.session.execute(insert(Mail).values(row).on_conflict_do_nothing(index_elements=["key"]))
