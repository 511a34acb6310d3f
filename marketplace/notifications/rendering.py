"""Messages in their reader's language, made from templates/mail/."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from marketplace.applications.timeline import told_as
from marketplace.challenges.models import Challenge
from marketplace.challenges.secrets import company_of
from marketplace.collaborations.change_words import sentence
from marketplace.collaborations.models import Milestone, MilestoneChange
from marketplace.imports.wording import end_in_words
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.locales import DEFAULT, _l
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network.wording import Sentence, day, fill, instant
from marketplace.notifications.models import Mail
from marketplace.notifications.sides import side_of
from marketplace.notifications.subjects import kind_of
from marketplace.notifications.telling import words_for
from marketplace.pairings.secrets import names_for
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


def who_did(event: Event, subject: Any) -> Any:
    """The side that acted on a subject."""
    whole = getattr(subject, "collaboration", subject)
    challenge = getattr(subject, "challenge", subject)
    sides = SimpleNamespace(
        company_id=getattr(whole, "company_id", None) or getattr(challenge, "organisation_id", None),
        startup_id=getattr(whole, "startup_id", None)
        or (subject.organisation_id if event.subject_type == "application" else None),
    )
    acting = db.session.get(Organisation, event.acting_id) if event.acting_id else None
    return side_of(event, {acting.id: acting.kind} if acting else {}, sides)


def line_of(event: Event, subject: Any, locale: str) -> Line:
    """What happened, in words for lists and messages."""
    kind = kind_of(event.subject_type)
    what = words_for(told_as(event))
    return Line(
        who_did(event, subject), what, kind.title(subject, locale), kind.path(subject), _more(event, subject, locale)
    )


def _more(event: Event, subject: Any, locale: str) -> Any:
    if event.subject_type == "import":
        return Sentence(lambda: end_in_words(event, subject))
    if event.step == "challenge.invite":
        return _invitation(subject, locale)
    if event.subject_type == "milestone" and "change" in event.data:
        return _change(event.data["change"], subject, locale)
    if event.step == "challenge.publish" and event.data.get("promised"):
        words = _l(
            "You had promised an answer by %(promised)s. In this call everybody is answered by %(answer)s: that day"
            " stands on the page."
        )
        promised, answer = (day(date.fromisoformat(event.data[name])) for name in ("promised", "answer_by"))
        return fill(words, promised=promised, answer=answer)
    return ""


def _change(change_id: int, milestone: Milestone, locale: str) -> Any:
    """What becomes of a signed milestone, old beside new; the company by the name that everybody may know."""
    change, pairing = db.session.get_one(MilestoneChange, change_id), milestone.collaboration.pairing
    return sentence(change, names_for(pairing, ANONYMOUS, locale, pairing.centre_id))


def _invitation(challenge: Challenge, locale: str) -> Any:
    company, closing = company_of(challenge, ANONYMOUS, locale).name, challenge.closing()
    if closing is None or challenge.call is None:
        return fill(_l("%(company)s shows this challenge to invited startups alone."), company=company)
    words = _l("%(company)s shows this challenge to invited startups alone. Applications close on %(instant)s.")
    return fill(words, company=company, instant=instant(closing, challenge.call.time_zone))


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
