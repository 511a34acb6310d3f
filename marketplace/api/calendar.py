"""An iCalendar file (RFC 5545) of what falls due: deadlines as instants, announcements as days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

WIDE = 75  # octets of a line


@dataclass(frozen=True)
class Date:
    """One entry. ``uid`` stays for good and ``sequence`` rises with every change, so that calendars follow it."""

    uid: str
    sequence: int
    stamp: datetime
    at: datetime | date
    title: str
    text: str = ""
    url: str = ""
    cancelled: bool = False


def written(name: str, product: str, dates: Sequence[Date], note: str = "") -> bytes:
    """The file; ``note`` is said of the whole calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_escaped(product)}//challenges//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    if note:
        lines.append(f"X-WR-CALDESC:{_escaped(note)}")
    for each in dates:
        lines += _event(each)
    lines.append("END:VCALENDAR")
    return b"".join(part for line in lines for part in _folded(line))


def _event(each: Date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{each.uid}"
    yield f"SEQUENCE:{each.sequence}"
    yield f"DTSTAMP:{_instant(each.stamp)}"
    if isinstance(each.at, datetime):
        yield f"DTSTART:{_instant(each.at)}"
    else:
        yield f"DTSTART;VALUE=DATE:{each.at:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{each.at + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(each.title)}"
    if each.text:
        yield f"DESCRIPTION:{_escaped(each.text)}"
    if each.url:
        yield f"URL:{each.url}"
    yield f"STATUS:{'CANCELLED' if each.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    text = "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or ord(c) >= 32)
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """The line in parts of at most 75 octets, never within a character."""
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > WIDE:
            yield part + b"\r\n"
            part = b" "
        part += octets
    yield part + b"\r\n"
