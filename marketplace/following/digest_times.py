"""When the next digest of a person is due."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.following.models import HOUR, WEEKDAY
from marketplace.kernel import clock


def next_due(now: datetime, frequency: str, zone: str = "UTC", hour: int = HOUR, weekday: int = WEEKDAY) -> datetime:
    """The next instant after ``now`` at which a digest comes; ``now`` itself for what is told at once."""
    if frequency == "now":
        return now
    place = ZoneInfo(zone)
    day = clock.day_of(now, zone)
    if frequency == "weekly":
        day += timedelta(days=(weekday - day.weekday()) % 7)
    step = timedelta(days=7 if frequency == "weekly" else 1)
    due = datetime.combine(day, time(hour), place)
    while due <= now:
        day += step
        due = datetime.combine(day, time(hour), place)
    return due.astimezone(UTC)
