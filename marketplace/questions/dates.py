"""Until when questions are taken, and by when one is answered."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.challenges.models import Challenge
from marketplace.kernel import clock

SATURDAY = 5
BEFORE_CLOSING = timedelta(days=1)  # whoever reads an answer needs a day to use it


def taken_until(challenge: Challenge) -> datetime | None:
    """When questions close: some days before applications do."""
    closing, call = challenge.closing(), challenge.call
    if closing is None or call is None:
        return None
    return closing - timedelta(days=call.questions_close_days)


def answer_by(challenge: Challenge, now: datetime) -> datetime:
    """The end of the last working day the call gives, a day before applications close at the latest."""
    call, closing = challenge.call, challenge.closing()
    assert call is not None
    by = end_of_working_day(now, call.answer_working_days, call.time_zone)
    if closing is None:
        return by
    latest = closing - BEFORE_CLOSING
    return min(by, latest if latest > now else closing)


def end_of_working_day(now: datetime, days: int, zone: str) -> datetime:
    """The last minute of the working day that many days after today, Monday to Friday."""
    place = ZoneInfo(zone)
    day = clock.day_of(now, zone)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return datetime.combine(day, time(23, 59), place).astimezone(UTC)
