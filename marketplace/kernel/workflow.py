"""State machines as tables, and the one function that moves a state.

A machine is declared in a package's ``states.py``. Its step names are at once permission, event and
subscription key. Guards that must query are added from the package's ``guards.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.kernel import clock, events, policy, unit_of_work
from marketplace.kernel.audiences import Alert, Audience
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, Taken, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.turns import Turn
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.words import Words

Guard = Callable[[Any], Any]  # subject -> None, or a message that says what is missing

FAMILIES = ("quiet", "waiting", "moving", "done", "stopped")


@dataclass(frozen=True)
class State:
    """A state's colour family, its two names (for its owner and for staff), and whose turn it is in it."""

    family: str
    owner: Any
    staff: Any
    turn: Turn


@dataclass(frozen=True)
class Step:
    """A transition. ``verb`` stands on buttons, ``past`` in timelines; ``reason`` makes one compulsory.

    ``staff_only`` keeps it out of the timelines of everybody else. ``tells`` says who hears of it, with the reason;
    ``silent`` why nobody does; ``alert`` is for those who follow the subject.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    verb: Any
    past: Any
    guards: tuple[Guard, ...] = ()
    reason: bool = False
    staff_only: bool = False
    tells: Audience | None = None
    silent: str = ""
    alert: Alert | None = None


@dataclass(frozen=True)
class Machine:
    """All states and steps of one kind of subject."""

    subject: str
    initial: str
    states: dict[str, State]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        for step in self.steps:
            unknown = {*step.sources, step.target} - set(self.states)
            if unknown or not step.name.startswith(f"{self.subject}."):
                raise ValueError(f"step {step.name} of {self.subject} names {unknown or 'another subject'}")
        if any(state.family not in FAMILIES for state in self.states.values()):
            raise ValueError(f"a state of {self.subject} has an unknown family")
        for step in self.steps:
            _steps[step.name] = (self, step)
            Words(step.name, step.past, step.staff_only, step.tells, step.silent, step.reason, alert=step.alert)
        _machines[self.subject] = self

    def named(self, name: str, *states: str) -> tuple[str, ...]:
        """Give a set of states a name: code reads what is returned, templates ask ``call is current``."""
        if unknown := set(states) - set(self.states):
            raise ValueError(f"the states {name} of {self.subject} name {unknown}")
        _named.setdefault(name, {})[self.subject] = states
        return states

    def left_to_others(self, turn: Turn, states: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the states in which these people wait, because it is not theirs alone to act."""
        return tuple(state for state in states if self.states[state].turn.audience != turn.audience)


@dataclass(frozen=True)
class Choice:
    """A step the actor may take on a subject, or the reason that blocks it now."""

    step: Step
    blocked: Any = None


_steps: dict[str, tuple[Machine, Step]] = {}
_machines: dict[str, Machine] = {}
_guards: dict[str, list[Guard]] = {}
_named: dict[str, dict[str, tuple[str, ...]]] = {}


def guard(*names: str) -> Callable[[Guard], Guard]:
    """Add a guard that queries to the steps named."""

    def add(check: Guard) -> Guard:
        for name in names:
            if check not in _guards.setdefault(name, []):
                _guards[name].append(check)
        return check

    return add


def added_guards(name: str) -> tuple[Guard, ...]:
    """The guards that query, added to a step by ``guards.py`` files."""
    return tuple(_guards.get(name, ()))


def machines() -> dict[str, Machine]:
    """Every declared machine by subject."""
    return dict(_machines)


def machine(subject: str) -> Machine:
    """The machine of a kind of subject. Raises KeyError for an unknown one."""
    return _machines[subject]


def named_states() -> dict[str, dict[str, tuple[str, ...]]]:
    """The named sets of states, by name and subject."""
    return dict(_named)


def check_declarations() -> None:
    """Fail at start-up where a step has no permission, or a guard no step."""
    for name in _steps:
        policy.permission(name)
    if unknown := set(_guards) - set(_steps):
        raise LookupError(f"guards are added to unknown steps: {sorted(unknown)}")


def obstacle(step: Step, subject: Any) -> Any:
    """What blocks the step now, in words; None where nothing does."""
    if subject.state not in step.sources:
        return _l("This is no longer possible: its state has changed. Reload the page to see where it stands.")
    for check in (*step.guards, *added_guards(step.name)):
        if message := check(subject):
            return message
    return None


def is_taken(name: str, subject: Any) -> bool:
    """Whether the subject stands already where the step leads; never so for what is no step of its machine."""
    found, step = _steps.get(name, (None, None))
    if found is None or step is None or found.subject != events.subject_type(subject):
        return False
    return bool(subject.state == step.target and subject.state not in step.sources)


def available_steps(subject: Any, actor: Actor) -> list[Choice]:
    """The steps from the subject's state that the actor may take, each with what blocks it."""
    found = _machines[events.subject_type(subject)]
    return [
        Choice(step, obstacle(step, subject))
        for step in found.steps
        if subject.state in step.sources and policy.can(actor, step.name, subject)
    ]


def allows(name: str, subject: Any, actor: Actor) -> bool:
    """Whether the actor could fire the step this very moment."""
    _, step = _steps[name]
    return policy.can(actor, name, subject) and obstacle(step, subject) is None


@dataclass(frozen=True)
class GrantedStep:
    """A step that was found to be possible, for whom and on what."""

    step: Step
    subject: Any
    actor: Actor


def may_fire(name: str, subject: Any, actor: Actor, *, version: int | None = None) -> GrantedStep:
    """Ask permission, version, state and guards ahead of ``fire``, where something has to be written in between.

    Raises Forbidden, Stale or Blocked; Taken where the step was taken before.
    """
    _, step = _steps[name]
    policy.require(actor, name, subject)
    expect_version(subject, version)
    if message := obstacle(step, subject):
        raise Taken(message, subject) if is_taken(name, subject) else Blocked(message)
    return GrantedStep(step, subject, actor)


def fire(
    name: str,
    subject: Any,
    actor: Actor,
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
    asked: GrantedStep | None = None,
    version: int | None = None,
) -> events.Event:
    """Take a step: permission, version, state, guards, reason; then move the state and record the event.

    What ``may_fire`` answered for this step is not asked again. Raises Forbidden, Stale, Blocked, or
    Invalid(field="reason"); Taken where the step was taken before.
    """
    step = _steps[name][1]
    if asked != GrantedStep(step, subject, actor):
        may_fire(name, subject, actor, version=version)
    if step.reason and not says_something(reason or ""):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    before, subject.state = subject.state, step.target
    if before != step.target:
        subject.state_since = clock.now()
    _flush(subject)
    return events.record(name, subject, actor, before=before, after=step.target, reason=reason, data=data)


def _flush(subject: Any) -> None:
    """Write, so that whoever was overtaken by another press is known by what both meant to move."""
    work = unit_of_work.current_unit()
    if work is not None:
        work.moving = subject
    db.session.flush()
    if work is not None:
        work.moving = None
