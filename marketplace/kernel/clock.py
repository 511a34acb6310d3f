"""The database's clock. Deadlines are judged by it alone, never by a process's own time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, DateTime, bindparam, cast, func, select

from marketplace.kernel import unit_of_work
from marketplace.kernel.db import db

DRIFT = 0.0001  # seconds a second
LONGEST_WAIT = timedelta(seconds=45)  # of requests in front of a server that is rushed
_NOW = select(func.statement_timestamp())
_stopped: ContextVar[bool] = ContextVar("stopped", default=False)


def now() -> datetime:
    """The instant (UTC) of the first statement of this unit of work.

    Outside a unit of work each call asks the database anew.
    """
    if _stopped.get():
        raise RuntimeError("a statement that is kept takes clock.NOW, not an instant")
    held = unit_of_work.current_unit()
    if held is not None and held.instant is not None:
        return held.instant
    instant: datetime = db.session.execute(_NOW).scalar_one()
    return start_at(instant)


def start_at(instant: datetime) -> datetime:
    """Let another first statement tell the instant of this unit of work; the one that was told before stays."""
    held = unit_of_work.current_unit()
    if held is None:
        return instant
    if held.instant is None:
        held.instant, held.told_at = instant, _lead.when(instant, held.opened_at)
    return held.instant


@dataclass
class Lead:
    """How far the database's clock is ahead of this process's monotonic one: no answer arrives before it is given.

    A slow answer says little, so the quickest one of late counts; clocks may drift apart by ``DRIFT`` meanwhile.
    """

    seconds: float = -math.inf
    noted_at: float = 0.0

    def when(self, instant: datetime, earliest: float) -> float:
        """When the database told an instant that has just come: not before ``earliest``, when nobody had asked yet."""
        now = time.monotonic()
        known = self.seconds - DRIFT * (now - self.noted_at)
        self.seconds, self.noted_at = max(instant.timestamp() - now, known), now
        return max(earliest, instant.timestamp() - self.seconds)


_lead = Lead()


def arrived() -> datetime:
    """The instant at which this unit's request arrived: ``now()`` less its wait. Deeds are in time by this one.

    It is the earlier one where the request waited, the later one where its last bytes came after the first statement.
    """
    instant, held = now(), unit_of_work.current_unit()
    if held is None or held.arrival is None:
        return instant
    return instant - timedelta(seconds=held.told_at - held.arrival())


def answered() -> datetime:
    """The instant before which nobody's answer is still under way: what ends unanswered ends by this one."""
    return now() - LONGEST_WAIT


# The instant as a parameter that is filled in when its statement runs, so that a statement can be kept.
NOW: Any = bindparam("unit_instant", callable_=now, type_=DateTime(timezone=True))


def at(instant: datetime) -> dict[str, datetime]:
    """Parameters that run a kept statement for another instant."""
    return {"unit_instant": instant}


@contextmanager
def stopped() -> Iterator[None]:
    """Refuse to tell the time, while a statement is built that will run at other times."""
    token = _stopped.set(True)
    try:
        yield
    finally:
        _stopped.reset(token)


def today(zone: str) -> date:
    """The calendar day of ``now()`` in a zone of the IANA database."""
    return day_of(now(), zone)


def day_of(instant: datetime, zone: str) -> date:
    """The calendar day of an instant in a zone. There is no day without one: every caller says whose day it means."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_at(instant: Any, zone: Any) -> ColumnElement[date]:
    """The same in SQL; both may be columns."""
    return cast(func.timezone(zone, instant), Date)
