"""A calendar to subscribe to (RFC 5545) of what falls due: deadlines as instants, announcements as days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event

AGAIN = timedelta(hours=6)  # after which calendars may ask again
CONTROLS = dict.fromkeys(code for code in range(32) if chr(code) != "\n")


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
    from icalendar import Calendar, vText  # here, since it takes a third of a second that few need

    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", f"-//{product}//challenges//EN")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", vText(name))
    found.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    if note:
        found.add("x-wr-caldesc", vText(note))
    for each in dates:
        found.add_component(_event(each))
    return bytes(found.to_ical(sorted=False))


def _event(each: Date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", each.uid)
    event.add("sequence", each.sequence)
    event.add("dtstamp", each.stamp.astimezone(UTC))
    if isinstance(each.at, datetime):
        event.add("dtstart", each.at.astimezone(UTC))
    else:
        event.add("dtstart", each.at)
        event.add("dtend", each.at + timedelta(days=1))
    for kind, text in (("summary", each.title), ("description", each.text), ("url", each.url)):
        if text:
            event.add(kind, text.translate(CONTROLS))
    event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event
