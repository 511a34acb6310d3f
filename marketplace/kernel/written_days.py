"""Days as people write them, in figures and in words of three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from marketplace.kernel.unaccent import unaccent
from marketplace.kernel.written_hours import hour_and_zone_in

MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan janvier janv", "february feb fevrier fev fevr", "march mar mars", "april apr avril avr",
         "may mai", "june jun juin", "july jul juillet juil", "august aug aout", "september sep sept septembre",
         "october oct octobre", "november nov novembre", "december dec decembre"), 1,
    )
    for name in names.split()
}  # fmt: skip
LONGEST = 500  # characters of a text that names days

_iso = re.compile(r"(?<!\d)(\d{4})(?:[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_korean = re.compile(r"(\d{4})\s{0,3}년\s{0,3}(\d{1,2})\s{0,3}월\s{0,3}(\d{1,2})\s{0,3}일")
_short = re.compile(r"(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_named = re.compile(r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th)?\.?\s{1,3}([a-z]{3,9})\.?,?\s{1,3}(\d{4})(?!\d)")
_american = re.compile(r"\b([a-z]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(\d{4})(?!\d)")


# The instants that stand for a whole day, begun and ended: nobody writes an hour to the microsecond.
BEGINS, ENDS = time(0, 0, 0, 1), time.max


@dataclass(frozen=True)
class When:
    """A day and, where it was said, its hour and its zone."""

    day: date
    hour: time | None = None
    zone: tzinfo | None = None

    def begins(self, zone: str) -> datetime:
        """The instant from which something counts; a zone that was said goes before the one given."""
        return datetime.combine(self.day, self.hour or BEGINS, self.zone or ZoneInfo(zone))

    def ends(self, zone: str) -> datetime:
        """The instant up to which something counts: of a day alone, its end."""
        return datetime.combine(self.day, self.hour or ENDS, self.zone or ZoneInfo(zone))


def whole_day(local: datetime) -> date | None:
    """The day that an instant in its own zone stands for, where only the day is known."""
    return date(local.year, local.month, local.day) if local.time() in (BEGINS, ENDS) else None


class NotADay(ValueError):
    """No day is named."""


class NoSuchDay(NotADay):
    """The calendar has no such day."""


class WhichDay(NotADay):
    """It can be two days: day or month first?"""


def read_days(text: str) -> list[date]:
    """Every day that a text names; spans name two or more. Raises NotADay, or what it is more precisely."""
    if len(text) > LONGEST:
        raise NotADay
    said = unaccent(text)
    found = [(y, m or mm, d or dd) for y, m, d, mm, dd in _iso.findall(said)] + _korean.findall(said)
    found += [_ordered(*parts) for parts in _short.findall(said)]
    found += [(y, MONTHS[m], d) for d, m, y in _named.findall(said) if m in MONTHS]
    found += [(y, MONTHS[m], d) for m, d, y in _american.findall(said) if m in MONTHS]
    if not found:
        raise NotADay
    try:
        days = [date(int(y), int(m), int(d)) for y, m, d in found]
    except ValueError:
        raise NoSuchDay from None
    if not all(1000 <= day.year <= 2999 for day in days):
        raise NoSuchDay
    return days


def read_when(text: str, last: bool = False) -> When:
    """The first or last day of a text with the hour that it names; midnight alone is no hour.

    Raises NotADay, or a plain ValueError where the hour or its zone cannot be told.
    """
    day = (max if last else min)(read_days(text))
    hour, zone = hour_and_zone_in(without_days(text), last)
    if hour is None or (zone is None and hour == time()):
        return When(day)
    return When(day, hour, zone)


def without_days(text: str) -> str:
    """What a text says beside its days, in small letters without accents."""
    rest = unaccent(text)
    for days in (_iso, _korean, _short, _named, _american):
        rest = days.sub(" ", rest)
    return rest


def _ordered(first: str, second: str, year: str) -> tuple[str, str, str]:
    """Year, month and day of ``31/03/2026`` or ``03/31/2026``, where only one reading is possible."""
    if int(first) > 12 or first.zfill(2) == second.zfill(2):
        return year, second, first
    if int(second) > 12:
        return year, first, second
    raise WhichDay
