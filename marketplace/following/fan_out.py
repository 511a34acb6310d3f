"""From an event to its followers: a line in the product, a message at once, or a place in their next digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, Text, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert

from marketplace.following import alerts, messages
from marketplace.following.digest_times import next_due
from marketplace.following.models import HOUR, WEEKDAY, DigestItem, Follow, News, Rhythm, Topic
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, subject_type
from marketplace.kernel.locales import DEFAULT
from marketplace.notifications.mail_preferences import is_refused
from marketplace.notifications.models import BULK, Mail, Notification
from marketplace.people.models import User, UserSession

PEOPLE = 4000  # told in one transaction
SOONEST = case({"now": 0, "daily": 1}, value=Follow.frequency, else_=2)
NEAREST = case((Topic.challenge_id.is_not(None), 0), (Topic.organisation_id.is_not(None), 1), else_=2)


@dataclass(frozen=True)
class Follower:
    """One follower of an event, by the soonest and nearest of their follows that lead to it."""

    user_id: int
    follow_id: int
    topic_id: int
    frequency: str
    name: str | None
    person: str
    to: str
    locale: str
    is_active: bool
    by_mail: bool
    zone: str
    hour: int
    weekday: int


def tell_next(event: Event, subject: Any, after: int) -> int | None:
    """Tell the next people by id; the last one's id, or None where nobody is left."""
    found = [Follower(*row) for row in db.session.execute(_followers(event, subject, after))]
    people = [person for person in found if person.is_active]
    _note_lines(event, subject, people)
    _mail(event, subject, [person for person in people if person.by_mail and person.frequency == "now"])
    _keep(event, [person for person in people if person.by_mail and person.frequency != "now"])
    return found[-1].user_id if len(found) == PEOPLE else None


def _followers(event: Event, subject: Any, after: int) -> Select[Any]:
    """Who follows a topic of the event, once each; not who acted, nor who began to follow later."""
    query = (
        select(Follow.user_id, Follow.id, Follow.topic_id, Follow.frequency, Follow.name)
        .ext(distinct_on(Follow.user_id))
        .join(News, News.topic_id == Follow.topic_id)
        .join(Topic, Topic.id == Follow.topic_id)
        .where(News.event_id == event.id, Follow.user_id > after, Follow.created_at <= event.at)
        .order_by(Follow.user_id, SOONEST, NEAREST, Follow.id)
        .limit(PEOPLE)
    )
    if event.actor_id is not None:
        query = query.where(Follow.user_id != event.actor_id)
    if (condition := alerts.audience_of(event, subject).condition()) is not None:
        query = query.join(User, User.id == Follow.user_id).where(condition)
    chosen = query.subquery()
    last_page = (
        select(UserSession.locale)
        .where(UserSession.user_id == User.id)
        .order_by(UserSession.seen_at.desc())
        .limit(1)
        .correlate(User)
        .scalar_subquery()
    )
    return (
        select(
            *(chosen.c[name] for name in ("user_id", "id", "topic_id", "frequency", "name")),
            User.name,
            User.email,
            case((User.locale.is_not(None), User.locale), else_=func.coalesce(last_page, DEFAULT)),
            User.deactivated_at.is_(None),
            User.email_verified_at.is_not(None) & ~is_refused(messages.KIND),
            func.coalesce(User.time_zone, "UTC"),
            func.coalesce(Rhythm.hour, HOUR),
            func.coalesce(Rhythm.weekday, WEEKDAY),
        )
        .join(User, User.id == chosen.c.user_id)
        .outerjoin(Rhythm, Rhythm.user_id == User.id)
        .order_by(chosen.c.user_id)
    )


def _note_lines(event: Event, subject: Any, people: Sequence[Follower]) -> None:
    """Put the event into people's notifications, once each; a question's news is its challenge's."""
    root = alerts.root_of(subject)
    line = select(
        func.unnest(literal([person.user_id for person in people], ARRAY(BigInteger))),
        literal(event.id),
        literal(event.step),
        literal(subject_type(root)),
        literal(root.id),
    )
    into = insert(Notification).from_select(["user_id", "event_id", "step", "subject_type", "subject_id"], line)
    db.session.execute(into.on_conflict_do_nothing(index_elements=["event_id", "user_id"]))


def _mail(event: Event, subject: Any, people: Sequence[Follower]) -> None:
    """Queue each person's message: drawn once for each language, and completed by the database with what is personal.

    Only names, addresses and links travel there for each person, not the whole message.
    """
    if not people:
        return
    drafts = [messages.alert_message(event, subject, locale) for locale in sorted({person.locale for person in people})]
    draft = _table("draft", locale=[d.locale for d in drafts], subject=[d.subject for d in drafts],
                   body=[d.body for d in drafts])  # fmt: skip
    names, links = _names(people), messages.Links()
    given = _table(
        "given",
        user_id=[person.user_id for person in people],
        to=[person.to for person in people],
        locale=[person.locale for person in people],
        person=[person.person for person in people],
        why=[person.name or names[person.locale][person.topic_id] for person in people],
        stop=[links.link(person.locale, person.user_id, person.follow_id) for person in people],
        every=[links.link(person.locale, person.user_id) for person in people],
    )
    body = draft.c.body
    for place, column in messages.PLACES.items():
        body = func.replace(body, place, given.c[column])
    row = {
        "key": func.concat("event:", literal(event.id), ":", given.c.user_id),
        "user_id": given.c.user_id,
        "event_id": literal(event.id),
        "to": given.c.to,
        "locale": given.c.locale,
        "subject": draft.c.subject,
        "body": body,
        "headers": func.jsonb_build_object(
            "List-Unsubscribe", func.concat("<", given.c.stop, ">"), "List-Unsubscribe-Post", messages.ONE_CLICK
        ),
        "priority": literal(BULK),
        "attempts": literal(0),
        "state": literal("queued"),
    }
    drawn = select(*row.values()).select_from(given).join(draft, draft.c.locale == given.c.locale)
    into = insert(Mail).from_select(list(row), drawn, include_defaults=False)
    db.session.execute(into.on_conflict_do_nothing(index_elements=["key"]))


def _table(name: str, **columns: list[Any]) -> Any:
    """Lists of equal length as a table for one statement: numbers where the first value is one, else texts."""
    types = (BigInteger if isinstance(values[0], int) else Text for values in columns.values())
    given = (literal(values, ARRAY(type_)) for values, type_ in zip(columns.values(), types, strict=True))
    return func.unnest(*given).table_valued(*columns, name=name).render_derived()


def _names(people: Sequence[Follower]) -> dict[str, dict[int, str]]:
    """What the topics are called in each language."""
    ids = {person.topic_id for person in people}
    topics = db.session.scalars(select(Topic).where(Topic.id.in_(ids))).all()
    return {locale: messages.names_of(topics, locale) for locale in {person.locale for person in people}}


def _keep(event: Event, people: Sequence[Follower]) -> None:
    """Keep the event for each person's digest."""
    now = clock.now()
    due = lru_cache(None)(lambda *rhythm: next_due(now, *rhythm))
    rows = [
        {
            "user_id": person.user_id,
            "event_id": event.id,
            "follow_id": person.follow_id,
            "due_at": due(person.frequency, person.zone, person.hour, person.weekday),
        }
        for person in people
    ]
    if rows:
        db.session.execute(insert(DigestItem).on_conflict_do_nothing(), rows)
