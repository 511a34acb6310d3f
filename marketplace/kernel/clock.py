"""The database's clock. Deadlines are judged by it alone, never by a process's own time."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from marketplace.kernel import unit
from marketplace.kernel.db import db


def now() -> datetime:
    """The instant (UTC) of the first statement of this unit of work.

    Outside a unit of work each call asks the database anew.
    """
    held = unit.current()
    if held is not None and held.instant is not None:
        return held.instant
    instant: datetime = db.session.execute(select(func.statement_timestamp())).scalar_one()
    if held is not None:
        held.instant = instant
    return instant


def today(zone: str) -> date:
    """The calendar day of ``now()`` in a zone of the IANA database."""
    return now().astimezone(ZoneInfo(zone)).date()
