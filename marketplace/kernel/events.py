"""The audit trail and the outbox, written in the caller's transaction.

An event holds ids, the step, states and names of changed fields, never personal values; its reason is a
row of its own that can be erased. The database refuses UPDATE and DELETE on ``events``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel import clock, typed_text, unit_of_work
from marketplace.kernel.db import Model, db, pk
from marketplace.kernel.policy import Actor


class Event(Model):
    """Something that happened to a subject; rows are only ever added."""

    __tablename__ = "events"

    id: Mapped[pk]
    at: Mapped[datetime] = mapped_column(server_default=func.statement_timestamp())
    step: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    acting_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[str | None]
    after: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    unit: Mapped[str | None]

    reason: Mapped[EventReason | None] = relationship(lazy="joined")

    __table_args__ = (Index(None, "subject_type", "subject_id", "id"), Index(None, "step", "at"))


class EventReason(Model):
    """Why, in the actor's words: kept apart so that personal content can be erased."""

    __tablename__ = "event_reasons"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    text: Mapped[str]


class Outbox(Model):
    """A reaction still to run for an event. Delivery is at least once and may be out of order."""

    __tablename__ = "outbox"

    id: Mapped[pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    reaction: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    done_at: Mapped[datetime | None]
    cursor: Mapped[int | None] = mapped_column(BigInteger)
    last_error: Mapped[str | None]

    event: Mapped[Event] = relationship()

    __table_args__ = (
        Index("ix_outbox_due", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("uq_outbox_event_reaction", "event_id", "reaction", unique=True),
    )


# An event and the cursor of the last chunk, to the cursor of this one; None when all is done.
Reaction = Callable[[Event, int | None], int | None]

# Short work that people wait for, and long work in a process of its own, which may be killed.
QUICK, LONG = "quick", "long"

_reactions: dict[str, Reaction] = {}
_subscriptions: dict[str, list[str]] = {}
_long: set[str] = set()


def subject_type(subject: Any) -> str:
    """The name of a subject's kind: its class name in snake case (``Challenge`` → ``challenge``)."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(subject).__name__).lower()


def moved_by(subject: Any) -> int | None:
    """The person who brought a subject into its state; None where nobody did."""
    own = Event.subject_type == subject_type(subject), Event.subject_id == subject.id
    moved = select(Event.actor_id).where(*own, Event.after == subject.state, Event.before != Event.after)
    return db.session.scalar(moved.order_by(Event.id.desc()).limit(1))


def name_of(reaction: Reaction) -> str:
    """What an outbox row calls a reaction."""
    return f"{reaction.__module__.removeprefix('marketplace.')}.{reaction.__name__}"


def keep_apart(*reactions: Reaction) -> None:
    """Let long reactions hold up no others. Only ``subscriptions.py`` calls this."""
    _long.update(map(name_of, reactions))


def lane_of(name: str) -> str:
    """Whether a reaction is quick or long work."""
    return LONG if name in _long else QUICK


def wake(*lanes: str) -> None:
    """Let the workers of these lanes look for work once this transaction is committed."""
    db.session.info.setdefault("recorded", set()).update(lanes)


def is_in(lane: str) -> ColumnElement[bool]:
    """Whether an outbox row is quick or long work."""
    return Outbox.reaction.in_(sorted(_long)) if lane == LONG else Outbox.reaction.not_in(sorted(_long))


def subscribe(step: str, *reactions: Reaction) -> None:
    """Let reactions run after each ``step``. Only ``subscriptions.py`` calls this."""
    for reaction in reactions:
        name = name_of(reaction)
        _reactions[name] = reaction
        if name not in _subscriptions.setdefault(step, []):
            _subscriptions[step].append(name)


def reaction(name: str) -> Reaction:
    """The reaction of an outbox row. Raises KeyError where the code no longer knows it."""
    return _reactions[name]


def subscriptions() -> dict[str, list[str]]:
    """Names of reactions by step."""
    return {step: list(names) for step, names in _subscriptions.items()}


def record(
    step: str,
    subject: Any,
    actor: Actor,
    *,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write the event and one outbox row per subscribed reaction; the caller's commit makes both true."""
    if subject.id is None:
        db.session.flush()
    event = Event(
        at=clock.now(),
        step=step,
        subject_type=subject_type(subject),
        subject_id=subject.id,
        actor_id=actor.user_id,
        acting_id=actor.organisation_id,
        before=before,
        after=after,
        data=data or {},
        unit=unit_of_work.current_id(),
    )
    if reason and (said := typed_text.clean_lines(reason)):
        event.reason = EventReason(text=said)
    db.session.add(event)
    names = _subscriptions.get(step, [])
    db.session.add_all(Outbox(event=event, reaction=name) for name in names)
    wake(*map(lane_of, names))
    db.session.flush()
    return event


def last_reason(step: str, subject: Any) -> str:
    """The reason given when the step was last taken on a subject; empty where there is none."""
    found = (
        select(EventReason.text)
        .join(Event)
        .where(Event.step == step, Event.subject_type == subject_type(subject), Event.subject_id == subject.id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return db.session.scalar(found) or ""
