"""What the workers gave up, and whose it is: a network sees its own, the operators of the installation see all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from marketplace.applications.models import Application
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Agreement, Collaboration, Milestone, Outcome
from marketplace.imports.models import Import
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.policy import Actor
from marketplace.kernel.relay import MAX_ATTEMPTS
from marketplace.network.models import Call, Centre, Network
from marketplace.network.queries import programmes_watched_by
from marketplace.notifications import delivery
from marketplace.notifications.models import Mail
from marketplace.pairings.models import Pairing
from marketplace.people.models import Invitation
from marketplace.questions.models import Question


def events_of(actor: Actor) -> ColumnElement[bool]:
    """Whether an event is the actor's to keep: about a call of their network, or the work of its centres."""
    if actor.is_operator:
        return true()
    operator_id = actor.network_operator_id
    if operator_id is None:
        return false()
    programmes = programmes_watched_by(operator_id)
    centres = select(Centre.id).join(Centre.network).where(Network.operator_id == operator_id)
    calls = select(Call.id).where(Call.programme_id.in_(programmes))
    brought = and_(Challenge.call_id.is_(None), Challenge.centre_id.in_(centres))
    challenges = select(Challenge.id).where(or_(Challenge.call_id.in_(calls), brought))
    work = select(Collaboration.id).where(Collaboration.centre_id.in_(centres))
    houses = centres.union(select(Network.operator_id).where(Network.operator_id == operator_id))
    own: dict[str, Any] = {
        "programme": programmes,
        "centre": centres,
        "organisation": houses,
        "invitation": select(Invitation.id).where(Invitation.organisation_id.in_(houses)),
        "import": select(Import.id).where(Import.centre_id.in_(centres)),
        "call": calls,
        "challenge": challenges,
        "question": select(Question.id).where(Question.challenge_id.in_(challenges)),
        "application": select(Application.id).where(Application.call_id.in_(calls)),
        "pairing": select(Pairing.id).where(Pairing.centre_id.in_(centres)),
        "collaboration": work,
        "agreement": select(Agreement.id).where(Agreement.collaboration_id.in_(work)),
        "milestone": select(Milestone.id).where(Milestone.collaboration_id.in_(work)),
        "outcome": select(Outcome.id).where(Outcome.collaboration_id.in_(work)),
    }
    return or_(*(and_(Event.subject_type == kind, Event.subject_id.in_(ids)) for kind, ids in own.items()))


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
class Waiting:
    """How much waits for the workers now, and how long ago the turn of the oldest came."""

    number: int
    age: timedelta

    @classmethod
    def of(cls, number: int, age: timedelta | None) -> Waiting:
        """What lies ahead has no age yet."""
        return cls(number, max(age or timedelta(0), timedelta(0)))


def waiting(actor: Actor) -> tuple[Waiting, Waiting]:
    """The reactions and the messages that wait now."""
    undone = Outbox.done_at.is_(None), Outbox.attempts < MAX_ATTEMPTS, _of(actor, Outbox.event_id)
    unsent = Mail.state.in_(("queued", "sending")), Mail.attempts < delivery.MAX_ATTEMPTS, _of(actor, Mail.event_id)
    now = func.clock_timestamp()
    reactions_ = select(func.count(), now - func.min(Outbox.due_at)).where(*undone)
    mails_ = select(func.count(), now - func.min(Mail.due_at)).where(*unsent)
    found = db.session.execute(reactions_.union_all(mails_)).all()
    return Waiting.of(*found[0]), Waiting.of(*found[1])
