"""Days and hours as each language writes them."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date

from marketplace.kernel import clock
from marketplace.kernel.written_days import whole_day

NBSP = "\N{NO-BREAK SPACE}"
DAY = {"en": "d MMMM y", "fr": f"d{NBSP}MMMM y", "ko": "y년 M월 d일"}


@lru_cache(4096)
def day_in(year: int, month: int, day: int, locale: str) -> str:
    """``12 March 2027``; the first of a month is ``1er`` in French."""
    words = format_date(date(year, month, day), DAY[locale], locale=locale)
    return words.replace(f"1{NBSP}", f"1er{NBSP}", 1) if locale == "fr" and day == 1 else words


def days_between(start: datetime, end: datetime, zone: str) -> int:
    """How many midnights of a zone lie between two instants; negative where the end lies first."""
    return (clock.day_of(end, zone) - clock.day_of(start, zone)).days


def hour_in(value: datetime | time, locale: str) -> str:
    """``16:00``, in French ``16 h 00``."""
    return f"{value:%H}{NBSP}h{NBSP}{value:%M}" if locale == "fr" else f"{value:%H:%M}"


def instant_in(local: datetime, locale: str) -> str:
    """``12 March 2027, 16:00 KST``: an instant that is in its zone already; the day alone where no hour is known."""
    if (day := whole_day(local)) is not None:
        return day_in(day.year, day.month, day.day, locale)
    name = local.tzname() or ""
    zone = f"UTC{name}" if name[:1] in "+-" else name
    gap = NBSP if locale == "fr" else " "
    return f"{day_in(local.year, local.month, local.day, locale)}, {hour_in(local, locale)}{gap}{zone}"
