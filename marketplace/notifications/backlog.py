"""What the workers gave up, and whose it is: a network sees its own, the operators of the installation see all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.policy import Actor
from marketplace.kernel.relay import MAX_ATTEMPTS
from marketplace.kernel.subjects import subjects
from marketplace.notifications import delivery
from marketplace.notifications.models import Mail


def events_of(actor: Actor) -> ColumnElement[bool]:
    """Whether an event is the actor's to keep: about a call of their network, or the work of its centres."""
    if actor.is_operator:
        return true()
    if actor.network_operator_id is None:
        return false()
    own = {name: declared.of_network(actor) for name, declared in subjects().items() if declared.of_network is not None}
    return or_(*(and_(Event.subject_type == name, Event.subject_id.in_(ids)) for name, ids in own.items()))


def _of(actor: Actor, column: Any) -> ColumnElement[bool]:
    return true() if actor.is_operator else column.in_(select(Event.id).where(events_of(actor)))


def concerns(actor: Actor, work: Any) -> bool:
    """Whether a reaction or a message is the actor's to keep; what follows no event is the operators' alone."""
    own = _of(actor, Event.id)
    return actor.is_operator or bool(db.session.scalar(select(Event.id).where(Event.id == work.event_id, own)))


def reactions(actor: Actor) -> Select[Outbox]:
    """Reactions that failed so often that nobody tries them any more, the oldest first."""
    given_up = Outbox.done_at.is_(None), Outbox.attempts >= MAX_ATTEMPTS
    query = select(Outbox).where(*given_up, _of(actor, Outbox.event_id))
    return query.options(joinedload(Outbox.event)).order_by(Outbox.id)


def mails(actor: Actor) -> Select[Mail]:
    """Messages that were given up, or whose worker died twice over them, the oldest first."""
    lost = and_(
        Mail.state == "sending",
        Mail.attempts >= delivery.MAX_ATTEMPTS,
        Mail.due_at < func.clock_timestamp(),
    )
    return select(Mail).where(or_(Mail.state == "failed", lost), _of(actor, Mail.event_id)).order_by(Mail.id)


@dataclass(frozen=True)
class Backlog:
    """How much waits for the workers now, and how long ago the turn of the oldest came."""

    number: int
    age: timedelta

    @classmethod
    def of(cls, number: int, age: timedelta | None) -> Backlog:
        """What lies ahead has no age yet."""
        return cls(number, max(age or timedelta(0), timedelta(0)))


def backlogs(actor: Actor) -> tuple[Backlog, Backlog]:
    """The reactions and the messages that wait now."""
    undone = Outbox.done_at.is_(None), Outbox.attempts < MAX_ATTEMPTS, _of(actor, Outbox.event_id)
    unsent = Mail.state.in_(("queued", "sending")), Mail.attempts < delivery.MAX_ATTEMPTS, _of(actor, Mail.event_id)
    now = func.clock_timestamp()
    reactions_ = select(func.count(), now - func.min(Outbox.due_at)).where(*undone)
    mails_ = select(func.count(), now - func.min(Mail.due_at)).where(*unsent)
    found = db.session.execute(reactions_.union_all(mails_)).all()
    return Backlog.of(*found[0]), Backlog.of(*found[1])
