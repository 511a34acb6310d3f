"""The hour that people write beside a day: one of 24, or one of 12 and the half of the day."""

from __future__ import annotations

import re
from datetime import time, timedelta, timezone

HALF = r"(?:오전|오후|(?<![a-z])[ap]\.?m(?![a-z])\.?)"
_hour = re.compile(
    rf"""
    (?P<before> {HALF} \s? )?
    (?<! [\d+-] ) (?P<hour> \d{{1,2}} )
    (?: (?: : | \s?h\s? | \s?시\s? ) (?P<minute> \d{{1,2}} )? (?!\d) (?: :\d{{2}} | 분 )?
      | (?= \s?{HALF} ) )
    (?(before) | (?P<after> \s?{HALF} )? )
    """,
    re.VERBOSE,
)
_unread = re.compile(
    rf"{HALF}|[+-]\d{{2}}:?\d{{2}}|\b(?:z|utc|gmt)\b"
    r"|정오|자정|새벽|아침|저녁|밤|낮|\b(?:noon|midnight|midi|minuit|matin|soir|morning|afternoon|evening|night)\b"
)

OFFSETS = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "kst": 9, "jst": 9, "est": -5, "edt": -4, "pst": -8,
    "pdt": -7,
}  # fmt: skip
_zone = re.compile(rf"(?<![a-z])(?P<name>{'|'.join(OFFSETS)})(?![a-z])(?P<apart>[+-]\d{{1,2}}(?![\d:]))?")
# A hyphen before an hour may be a span: west of Greenwich it counts where seconds, or the T of ISO 8601, stand before.
_offset = re.compile(
    r"\d\s?\+(?P<east>\d{2}:?\d{2})(?!\d)"
    r"|(?:t\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?|:\d{2}:\d{2}(?:\.\d{1,6})?)-(?P<west>\d{2}:?\d{2})(?!\d)"
)
_other_zone = re.compile(r"(?<![a-z])(?:[a-z]{1,3}[sd]t|msk|cst|hst|sgt|hkt|[a-z]{3,12}/[a-z_]{3,20})(?![a-z])")


def hour_in(text: str, last: bool = False) -> time | None:
    """The first or the last hour in a text of small letters, without its days; None where there is none.

    Raises ValueError where words tell the hour, where it is of another zone, and where there is no such hour.
    """
    found = [_time(match) for match in _hour.finditer(text)]
    if _unread.search(_hour.sub(" ", text)):
        raise ValueError(text)
    return found[-1 if last else 0] if found else None


def hour_and_zone_in(text: str, last: bool = False) -> tuple[time | None, timezone | None]:
    """The first or the last hour in a text of small letters, without its days, and the zone that is named with it.

    Raises ValueError where the hour or its zone cannot be told.
    """
    bare, zone = _zone_in(text)
    hour = hour_in(bare, last)
    if hour is not None and zone is None and _other_zone.search(bare):
        raise ValueError(text)
    return hour, zone if hour is not None else None


def _zone_in(text: str) -> tuple[str, timezone | None]:
    """A text without the zone that it names, and this zone."""
    found = _offset.search(text)
    if found is not None:
        east, west = found["east"], found["west"]
        hours, minutes = int((east or west)[:2]), int((east or west)[-2:])
        if hours > 14:
            raise ValueError(text)
        apart = timedelta(hours=hours, minutes=minutes)
        name = "east" if east else "west"
        return f"{text[: found.start(name) - 1]} {text[found.end(name) :]}", timezone(apart if east else -apart)
    named = _zone.search(text)
    if named is None:
        return text, None
    return _zone.sub(" ", text), timezone(timedelta(hours=OFFSETS[named["name"]] + int(named["apart"] or 0)))


def _time(match: re.Match[str]) -> time:
    hour, half = int(match["hour"]), (match["before"] or match["after"] or "").strip()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(("오후", "p")) else 0)
    elif half.startswith(("오전", "a")):
        raise ValueError(match[0])
    return time(hour, int(match["minute"] or 0))
