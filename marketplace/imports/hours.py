"""The hour that people write beside a day: one of 24, or one of 12 and the half of the day."""

from __future__ import annotations

import re
from datetime import time

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


def hour_in(text: str, last: bool = False) -> time | None:
    """The first or the last hour in a text of small letters, without its days; None where there is none.

    Raises ValueError where words tell the hour, where it is of another zone, and where there is no such hour.
    """
    found = [_time(match) for match in _hour.finditer(text)]
    if _unread.search(_hour.sub(" ", text)):
        raise ValueError(text)
    return found[-1 if last else 0] if found else None


def _time(match: re.Match[str]) -> time:
    hour, half = int(match["hour"]), (match["before"] or match["after"] or "").strip()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(("오후", "p")) else 0)
    elif half.startswith(("오전", "a")):
        raise ValueError(match[0])
    return time(hour, int(match["minute"] or 0))
