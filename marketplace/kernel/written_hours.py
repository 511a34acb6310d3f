"""The hour that people write beside a day: one of 24, or one of 12 and the half of the day."""

from __future__ import annotations

import re
from datetime import time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

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
# "est" and "cet" are French words too: names of zones beside an hour alone, and not where a sentence goes on.
_after_hour = r"(?:(?<=[\dhm.])|(?<=[\dhm.]\s)|(?<=[\dhm.]\s\())"
_word_too = re.compile(
    rf"(?P<zone>{_after_hour}(?:est|cet)(?![a-z])(?!\s{{1,3}}[a-z]))"
    rf"|(?P<unclear>{_after_hour}(?:est|cet)(?![a-z])|(?<![a-z])(?:est|cet)\s{{1,3}}(?=\d{{1,2}}\s?[:h]))"
    r"|(?<![a-z])(?:est|cet)(?![a-z])"
)

PLACES = {
    "paris": "Europe/Paris", "france": "Europe/Paris", "bruxelles": "Europe/Brussels", "brussels": "Europe/Brussels",
    "seoul": "Asia/Seoul", "coree": "Asia/Seoul", "korea": "Asia/Seoul", "korean": "Asia/Seoul", "한국": "Asia/Seoul",
    "서울": "Asia/Seoul", "montreal": "America/Toronto", "quebec": "America/Toronto",
}  # fmt: skip
_names = "|".join(PLACES)
_place = re.compile(
    rf"heure\s(?:locale\s)?(?:de\s(?:la\s)?|du\s)(?P<fr>{_names})(?![a-z])"
    rf"|(?<![a-z])(?P<en>{_names})\s(?:standard\s|local\s)?time(?![a-z])|(?P<ko>한국|서울)\s?시간"
)
_other_zone = re.compile(
    r"(?<![a-z])(?:[a-z]{1,3}[sd]t|msk|cst|hst|sgt|hkt|[we]et|aoe|h[na][ecmpr]|[a-z]{3,12}/[a-z_]{3,20})(?![a-z])"
    rf"|{_after_hour}[ecmp]t(?![a-z])(?!\s{{1,3}}[a-z\d])"
    r"|[\dhm.][\s,(]{1,3}(?:heure\s(?:locale\s)?(?:de\s|du\s|d')|(?!local\s)[a-z]{3,15}\s(?:[a-z]{3,15}\s)?time(?![a-z]))"
    r"|anywhere on earth"
)


def hour_in(text: str, last: bool = False) -> time | None:
    """The first or the last hour in a text of small letters, without its days; None where there is none.

    Raises ValueError where words tell the hour, where it is of another zone, and where there is no such hour.
    """
    found = [_time(match) for match in _hour.finditer(text)]
    if _unread.search(_hour.sub(" ", text)):
        raise ValueError(text)
    return found[-1 if last else 0] if found else None


def hour_and_zone_in(text: str, last: bool = False) -> tuple[time | None, tzinfo | None]:
    """The first or the last hour in a text of small letters, without its days, and the zone that is named with it.

    Raises ValueError where the hour or its zone cannot be told.
    """
    bare, zone = _zone_in(text)
    hour = hour_in(bare, last)
    if hour is not None and zone is None and _other_zone.search(bare):
        raise ValueError(text)
    return hour, zone if hour is not None else None


def _zone_in(text: str) -> tuple[str, tzinfo | None]:
    """A text without the zone that it names, and this zone."""
    if (place := _place.search(text)) is not None:
        return _place.sub(" ", text), ZoneInfo(PLACES[place["fr"] or place["en"] or place["ko"]])
    found = _offset.search(text)
    if found is not None:
        east, west = found["east"], found["west"]
        hours, minutes = int((east or west)[:2]), int((east or west)[-2:])
        if hours > 14:
            raise ValueError(text)
        apart = timedelta(hours=hours, minutes=minutes)
        name = "east" if east else "west"
        return f"{text[: found.start(name) - 1]} {text[found.end(name) :]}", timezone(apart if east else -apart)
    text = _without_words(text)
    named = _zone.search(text)
    if named is None:
        return text, None
    return _zone.sub(" ", text), timezone(timedelta(hours=OFFSETS[named["name"]] + int(named["apart"] or 0)))


def _without_words(text: str) -> str:
    """A text without the words that read like zones and are none. Raises ValueError where that cannot be told."""

    def kept(match: re.Match[str]) -> str:
        if match["unclear"]:
            raise ValueError(text)
        return match[0] if match["zone"] else " "

    return _word_too.sub(kept, text)


def _time(match: re.Match[str]) -> time:
    hour, half = int(match["hour"]), (match["before"] or match["after"] or "").strip()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(("오후", "p")) else 0)
    elif half.startswith(("오전", "a")):
        raise ValueError(match[0])
    return time(hour, int(match["minute"] or 0))
