"""Numbers of a workbook as their formats show them: ``7`` under ``0000`` is ``0007``, ``1`` may be 100 %."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from marketplace.kernel import amounts

_token = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | _(?P<skipped>.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
    | (?P<digits>[0\#?,.]+) | (?P<percent>%) | (?P<power>[eE][+-]) | (?P<general>General) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_places = re.compile(r"(?P<whole>[#?0,]*[#?0])?(?:\.(?P<decimals>[0#?]*))?")
LONGEST = 255  # characters of a format


class OtherwiseShown(Exception):
    """What the cell shows is not what it holds, and cannot be told from it."""


def show_number(value: int | float, format: str) -> int | float | str | None:
    """A number as its format shows it: rounded, with leading zeros, per cent; None where nothing is shown.

    Raises OtherwiseShown where the format says something else than the number does.
    """
    if not math.isfinite(value):
        raise OtherwiseShown
    if format in ("General", "@", ""):
        return value
    if len(format) > LONGEST:
        raise OtherwiseShown
    sections = _sections(format)
    if any("<" in each or ">" in each for each in re.findall(r"\[([^\]]*)\]", format)):
        raise OtherwiseShown
    below, at_zero = (1 if len(sections) > 1 else 0), (2 if len(sections) > 2 else 0)
    try:
        return _rendered(value, sections[0 if value > 0 else below if value < 0 else at_zero])
    except (ArithmeticError, ValueError) as beyond:  # more figures than anything here counts in, or no number at all
        raise OtherwiseShown from beyond


def _sections(format: str) -> list[list[tuple[str, str]]]:
    """The parts of a format, for numbers above, below and at zero, as kinds and words of their tokens."""
    found: list[list[tuple[str, str]]] = [[]]
    for match in _token.finditer(format):
        kind = match.lastgroup or ""
        if kind == "other" and match[kind] == ";":
            found.append([])
        else:
            found[-1].append((kind, match[kind]))
    return found


def _rendered(value: int | float, tokens: list[tuple[str, str]]) -> int | float | str | None:
    kinds = [kind for kind, _ in tokens]
    literal = "".join(_literal(kind, words) for kind, words in tokens).strip()
    if "general" in kinds and not literal:
        return value
    sign = literal.strip("()+- \u00a0").lower()
    is_sum = not sign or sign in amounts.NAMED or sign.upper() in amounts.currencies()
    numbers = [words for kind, words in tokens if kind == "digits"]
    if is_sum and "#" in "".join(numbers):
        numbers = ["".join(numbers)]  # blanks between thousands
    if not numbers:
        if literal:
            raise OtherwiseShown
        return None
    found = _places.fullmatch(numbers[0])
    if len(numbers) > 1 or "power" in kinds or "/" in literal or found is None:
        return _in_pieces(value, tokens)
    whole, decimals = (found["whole"] or "").replace(",", ""), len(found["decimals"] or "")
    number = Decimal(repr(value)) * (100 ** kinds.count("percent"))
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if "percent" in kinds:
        return f"{rounded:f}%"
    if whole.count("0") > 1 and decimals == 0 and value >= 0:
        padded = f"{int(rounded):0{whole.count('0')}d}"
        return _in_pieces(value, tokens) if literal else padded
    if not is_sum:
        raise OtherwiseShown  # a unit, perhaps: thousands, or kilograms
    if sign:
        return f"{rounded:f} {sign}"
    return int(rounded) if decimals == 0 else float(rounded)


def _literal(kind: str, words: str) -> str:
    if kind == "bracket":
        return words[1:].split("-")[0] if words.startswith("$") else ""
    return words if kind in ("quoted", "escaped", "other") else ""


def _in_pieces(value: int | float, tokens: list[tuple[str, str]]) -> str:
    """A whole number cut into the groups of zeros of its format: ``000-00-00000``, ``"ID-"0000``."""
    groups = [words for kind, words in tokens if kind == "digits"]
    is_plain = all(set(words) == {"0"} for words in groups) and not any(kind == "power" for kind, _ in tokens)
    width = sum(map(len, groups))
    if not is_plain or value < 0 or value != int(value) or len(str(int(value))) > width:
        raise OtherwiseShown
    figures = iter(f"{int(value):0{width}d}")
    return "".join(
        "".join(next(figures) for _ in words) if kind == "digits" else _literal(kind, words) for kind, words in tokens
    ).strip()


@lru_cache(256)
def _parts_of_time(format: str) -> frozenset[str]:
    bare = re.sub(r'"[^"]*"|\\.|\[(?:\$|color)[^\]]*\]', "", format.lower().partition(";")[0])
    return frozenset(letter for letter in "ydhs" if letter in bare)


def show_moment(value: datetime | date | time | timedelta, format: str) -> str:
    """A day or an instant as its format shows it: without the hour where that is not shown.

    Raises OtherwiseShown where no day is shown, only a month or a year.
    """
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, time):
        return value.isoformat("minutes")
    parts = _parts_of_time(format)
    if not {"y", "d"} <= parts:
        raise OtherwiseShown
    if not isinstance(value, datetime):
        return value.isoformat()
    near = value + timedelta(milliseconds=500)
    if not parts & {"h", "s"} or near.time() < time(0, 0, 1):
        return near.date().isoformat()
    return near.isoformat(" ", "minutes")


def is_number(value: Any) -> bool:
    """Whether a cell holds a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
