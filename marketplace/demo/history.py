"""Events of the past, so that timelines tell how things came to be; nobody is told of them anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from marketplace.kernel import clock, workflow
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, EventReason, subject_type
from marketplace.kernel.workflow import Step
from marketplace.people.models import Membership

_noted: list[Event] = []


class Turn(NamedTuple):
    """A step that somebody took, or the clock: ``ago`` in days, or that instant."""

    step: str
    who: Membership | None
    ago: float | datetime
    reason: str = ""
    data: dict[str, Any] | None = None


def days_ago(days: float) -> datetime:
    """An instant some days before now, at an hour when people are awake; negative ones lie ahead."""
    instant = clock.now() - timedelta(days=days)
    return instant if days <= 0 else min(instant, _while_awake(instant))


def _while_awake(instant: datetime) -> datetime:
    """The same day of UTC, a morning in Seoul and the evening before in Quebec; what came first stays first."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(minutes=10 + midnight.toordinal() * 7 % 40) + (instant - midnight) / 10


def reach_state(subject: Any, *turns: Turn, state: str = "") -> None:
    """Note those of the turns, in their order, that lead from the first state to where the subject stands."""
    machine = workflow.machine(subject_type(subject))
    steps = {step.name: step for step in machine.steps}
    before, goal = machine.initial, state or subject.state
    way = _way(steps, turns, before, goal)
    if way is None:
        raise LookupError(f"no turns lead this {machine.subject} to {goal}")
    for turn in way:
        event = _note(turn, subject)
        event.before, event.after = before, steps[turn.step].target
        before, subject.state_since = event.after, event.at


def _way(steps: dict[str, Step], turns: tuple[Turn, ...], before: str, goal: str) -> list[Turn] | None:
    """The first way that takes each turn as soon as it can; None where no turns lead to the goal."""
    if before == goal:
        return []
    for n, turn in enumerate(turns, 1):
        step = steps[turn.step]
        if before in step.sources and (rest := _way(steps, turns[n:], step.target, goal)) is not None:
            return [turn, *rest]
    return None


def note_event(step: str, subject: Any, who: Membership | None, ago: float | datetime, **said: Any) -> None:
    """Note what moved nothing, with its ``reason`` or ``data``; ``after`` is the state in which something began."""
    after = said.pop("after", None)
    _note(Turn(step, who, ago, **said), subject).after = after


def _note(turn: Turn, subject: Any) -> Event:
    if subject.id is None:
        db.session.flush()
    event = Event(
        at=turn.ago if isinstance(turn.ago, datetime) else days_ago(turn.ago),
        step=turn.step,
        subject_type=subject_type(subject),
        subject_id=subject.id,
        actor_id=turn.who.user_id if turn.who else None,
        acting_id=turn.who.organisation_id if turn.who else None,
        data=turn.data or {},
    )
    if turn.reason:
        event.reason = EventReason(text=turn.reason)
    _noted.append(event)
    return event


def store_events() -> None:
    """Store what was noted, the oldest first and without outbox rows: ids of events follow time."""
    db.session.add_all(sorted(_noted, key=attrgetter("at")))
    db.session.flush()
    _noted.clear()
