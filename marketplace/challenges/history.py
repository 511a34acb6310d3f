"""What happened to a challenge, for those who may see it; reasons are for company and staff alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, literal, or_, select

from marketplace.challenges.corrections import in_words
from marketplace.challenges.models import Challenge, ReviewComment
from marketplace.challenges.policy import follows
from marketplace.challenges.secrets import company_of
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.words import all_words, words_of
from marketplace.kernel.workflow import machine
from marketplace.people.models import Organisation, User

PUBLIC_STEPS = (
    "challenge.publish", "challenge.correct", "challenge.close", "challenge.reopen", "challenge.fill",
    "challenge.leave_unfilled", "challenge.archive", "challenge.withdraw",
)  # fmt: skip
QUIET_STEPS = ("challenge.edit", "challenge.pair")


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    step: str
    at: datetime
    zone: str
    title: Any
    by: str
    note: str
    family: str


def timeline(challenge: Challenge, actor: Actor, locale: str, zone: str) -> list[Entry]:
    """The events this reader may know of, first the oldest."""
    knows = follows(actor, challenge)
    own = and_(Event.subject_type == "challenge", Event.subject_id == challenge.id)
    steps = Event.step.not_in(QUIET_STEPS) if knows else Event.step.in_(PUBLIC_STEPS)
    released = and_(
        Event.subject_type == "call", Event.subject_id == challenge.call_id, Event.step == "call.release",
        literal(challenge.published_at is not None and not challenge.is_reference),
    )  # fmt: skip
    query = select(Event).where(or_(and_(own, steps), released))
    known = all_words()
    found = [event for event in db.session.scalars(query.order_by(Event.id)) if event.step in known]
    found = [event for event in found if knows or not words_of(event.step).staff_only]
    names = _names(challenge, found, actor, locale)
    states = machine("challenge").states
    return [
        Entry(
            event.step,
            event.at,
            zone,
            _title(event),
            names.get(event.acting_id, "") if event.actor_id is not None else _("the clock"),
            event.reason.text if event.reason is not None and (knows or event.step == "challenge.correct") else "",
            states[event.after].family if event.after in states else "done" if event.step == "call.release" else "",
        )
        for event in found
    ]


def _title(event: Event) -> Any:
    """What happened; of a correction, what was corrected."""
    past = words_of(event.step).past
    if event.step != "challenge.correct":
        return past
    return _("%(who)s: %(what)s", who=past, what=", ".join(in_words(event.data["fields"])))


def _names(challenge: Challenge, found: list[Event], actor: Actor, locale: str) -> dict[int | None, str]:
    """Names of those who acted: the company as this reader may know it, centres by name, never a person."""
    company = challenge.organisation_id
    ids = {event.acting_id for event in found if event.acting_id is not None and event.acting_id != company}
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids))).all() if ids else []
    names: dict[int | None, str] = {row.id: row.name(locale) for row in rows}
    if company is not None:
        names[company] = company_of(challenge, actor, locale).name
    return names


@dataclass(frozen=True)
class Remark:
    """A comment, or the reason of a step of the review, in one thread."""

    at: datetime
    text: str
    by: str
    is_request: bool


def thread(challenge: Challenge, locale: str) -> list[Remark]:
    """Comments and requests for changes, first the oldest. Only for those who follow the challenge."""
    asked = db.session.execute(
        select(Event, User.name)
        .outerjoin(User, User.id == Event.actor_id)
        .where(
            Event.subject_type == "challenge",
            Event.subject_id == challenge.id,
            Event.step.in_(("challenge.ask_changes", "challenge.reject")),
        )
    ).all()
    said = db.session.execute(
        select(ReviewComment, User.name)
        .join(User, User.id == ReviewComment.author_id)
        .where(ReviewComment.challenge_id == challenge.id)
    ).all()
    remarks = [Remark(event.at, event.reason.text if event.reason else "", name or "", True) for event, name in asked]
    remarks += [Remark(row.at, row.text, name, False) for row, name in said]
    return sorted(remarks, key=lambda remark: remark.at)


def requested_changes(challenge: Challenge, locale: str) -> list[Remark]:
    """What the centre asked to be changed, and what was said since, while the company changes it."""
    if challenge.state != "revision":
        return []
    remarks = thread(challenge, locale)
    last = max((at for at, remark in enumerate(remarks) if remark.is_request), default=len(remarks))
    return remarks[last:]
