"""The messages to followers: a text for each language with places for what is personal, and its headers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale

from marketplace.calls.models import Call
from marketplace.challenges import secrets
from marketplace.following import topic_names, unsubscribe_links
from marketplace.following.alerts import root_of
from marketplace.following.models import Topic
from marketplace.kernel import clock
from marketplace.kernel.events import Event, subject_type
from marketplace.kernel.locales import NAMES, _l
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.subjects import kind_of
from marketplace.kernel.words import alerts
from marketplace.notifications.rendering import render

KIND = "alerts"
MailKind(
    KIND,
    110,
    _l("What you follow"),
    _l("Alerts and digests on the challenges, organisations, centres, fields and searches you follow."),
)
ONE_CLICK = "List-Unsubscribe=One-Click"
# Characters for private use stand where something personal goes.
PERSON, WHY, STOP, ALL = (f"\ue000{number}\ue001" for number in range(4))
PLACES = {PERSON: "person", WHY: "why", STOP: "stop", ALL: "every"}


@dataclass(frozen=True)
class Line:
    """One piece of news in words, as everybody may read it; ``closing`` is still ahead where it is given."""

    head: str
    title: str
    company: str
    summary: str
    language: str
    opening: Any
    closing: Any
    zone: str
    path: str


def line_of(event: Event, subject: Any, locale: str) -> Line:
    """What happened, in a language that ``force_locale`` has set; an anonymous company stays so for all."""
    root = root_of(subject)
    title: Any = root.title(locale)
    if isinstance(root, Call):
        company, summary, zone, language = "", "", root.time_zone, title.locale
        opening, closing = root.opens_at, root.closes_at
    else:
        words = root.text_in(locale)
        summary, language = (words.summary, words.locale) if words else ("", locale)
        company, zone = secrets.company_of(root, ANONYMOUS, locale).name, root.zone
        opening, closing = root.opening(), root.closing()
    said = alerts()[event.step]
    head, closing = str(said.head) % {"title": title}, None if said.ends else closing
    shown_in = NAMES[language] if language != locale else ""
    path = kind_of(subject_type(root)).address(root)
    return Line(head, title, company, summary, shown_in, opening, closing, zone, path)


@dataclass(frozen=True)
class Draft:
    """A message in one language, with places for what is personal."""

    subject: str
    body: str
    locale: str


def alert_message(event: Event, subject: Any, locale: str) -> Draft:
    """The message of one event."""
    with force_locale(locale):
        line = line_of(event, subject, locale)
    given: dict[str, Any] = {"person": PERSON, "why": WHY, "stop": STOP, "all": ALL}
    drawn = render("", "alert", None, "", locale, news=line, says=alerts()[event.step].says, now=clock.now(), **given)
    return Draft(drawn["subject"], drawn["body"], locale)


def names_of(topics: Iterable[Topic], locale: str) -> dict[int, str]:
    """What topics are called in messages."""
    with force_locale(locale):
        return {id: named.plain for id, named in topic_names.name_topics(topics, locale).items()}


class Links:
    """Makes the ways out of messages; one for many of them."""

    def __init__(self) -> None:
        self.site = str(current_app.config["SITE_URL"]).rstrip("/")
        self.signer = unsubscribe_links.signer()

    def link(self, locale: str, user_id: int, follow_id: int = unsubscribe_links.EVERY) -> str:
        """The address that stops a follow, or every alert."""
        return f"{self.site}/unsubscribe/{unsubscribe_links.write(user_id, follow_id, self.signer)}?lang={locale}"


def headers(address: str) -> dict[str, str]:
    """What lets a mail programme stop it with one press (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": ONE_CLICK}
