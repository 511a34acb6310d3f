"""A unit of work: one request or one job, with its id and its instant."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Unit:
    """``id`` goes into logs, events and the jobs that follow; ``instant`` is set by the clock.

    ``deed`` is what was granted last: the step or permission that the work is about. ``arrival`` answers when the
    request came; ``opened_at`` and ``told_at`` say when this began and when the database told the instant: all three in
    seconds of ``time.monotonic``. ``reader`` is the actor whose ids stand in for the parameters of kept statements; it
    is told once (``reader.read_as``). ``moving`` is what a step is moving, until the database has taken it.
    """

    id: str
    instant: datetime | None = None
    deed: str = ""
    arrival: Callable[[], float] | None = None
    opened_at: float = field(default_factory=lambda: time.monotonic())
    told_at: float = 0.0
    reader: Any = None
    moving: Any = None


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


def current_unit() -> Unit | None:
    """The unit under way, or None outside requests, jobs and commands."""
    return _unit.get()


def current_id() -> str | None:
    """The id of the unit under way."""
    held = _unit.get()
    return held.id if held else None


@contextmanager
def open_unit(id: str | None = None, arrival: Callable[[], float] | None = None) -> Iterator[Unit]:
    """Open a unit of work, under the id it inherits or a new one."""
    opened = Unit(id or secrets.token_hex(8), arrival=arrival)
    token = _unit.set(opened)
    try:
        yield opened
    finally:
        _unit.reset(token)
