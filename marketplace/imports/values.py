"""Cells turned into values of fields; what cannot be is a problem with its code, never a crash."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from flask_babel import force_locale

from marketplace.imports.fields import Field
from marketplace.imports.hours import hour_in
from marketplace.kernel.locales import LOCALES, nfc
from marketplace.kernel.plain import unaccented
from marketplace.kernel.rows import BLOCK, TAG, currencies

LONGEST = {"line": 1000, "text": 100_000, "link": 2000, "list": 5000}
LANGUAGES = {
    "en": ("en", "eng", "english", "anglais", "영어"),
    "fr": ("fr", "fra", "fre", "french", "francais", "프랑스어", "불어"),
    "ko": ("ko", "kor", "kr", "korean", "coreen", "한국어", "국문", "한글"),
}
SIGNS = {"€": "EUR", "₩": "KRW", "원": "KRW", "£": "GBP", "¥": "JPY", "us$": "USD", "ca$": "CAD", "euro": "EUR",
         "euros": "EUR", "won": "KRW"}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan janvier janv", "february feb fevrier fev fevr", "march mar mars", "april apr avril avr",
         "may mai", "june jun juin", "july jul juillet juil", "august aug aout", "september sep sept septembre",
         "october oct octobre", "november nov novembre", "december dec decembre"), 1,
    )
    for name in names.split()
}  # fmt: skip

_sign = re.compile(r"\b(?:us|ca|c)\$|\$\s?(?:us|ca)\b|[€₩$£¥원]")
_word = re.compile(r"[a-z]+")
_iso = re.compile(r"(?<!\d)(\d{4})(?:[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_korean = re.compile(r"(\d{4})\s*년\s*(\d{1,2})\s*월\s*(\d{1,2})\s*일")
_short = re.compile(r"(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_named = re.compile(r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th)?\.?\s+([a-z]+)\.?,?\s+(\d{4})(?!\d)")
_american = re.compile(r"\b([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")


class Wrong(Exception):
    """A cell is no value of its field."""

    def __init__(self, code: str, **named: Any) -> None:
        super().__init__(code)
        self.problem = {"code": code, **named}


def read(field: Field, cell: Any) -> Any:
    """The value of a cell; None (or an empty list) where it is empty. Raises Wrong."""
    if cell is None or (isinstance(cell, str) and not cell.strip()) or cell == []:
        return [] if field.kind in ("list", "choices") else None
    if isinstance(cell, dict):
        raise Wrong("not_a_text")
    if isinstance(cell, list) and field.kind not in ("list", "choices"):
        cell = "; ".join(str(item) for item in cell)
    return READERS[field.kind](field, cell)


def _clean(field: Field, cell: Any) -> str:
    plain = html.unescape(TAG.sub("", BLOCK.sub("\n", str(cell))))
    plain = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u00a0]+", " ", nfc(plain))).strip()
    most = LONGEST.get(field.kind, 200)
    if len(plain) > most:
        raise Wrong("too_long", most=most)
    return plain


def _line(field: Field, cell: Any) -> str | None:
    return " ".join(_clean(field, cell).split()) or None


def _text(field: Field, cell: Any) -> str | None:
    return _clean(field, cell) or None


def _list(field: Field, cell: Any) -> list[str]:
    items = cell if isinstance(cell, list) else re.split(r"[;|\n]", str(cell))
    return [found for item in items[:200] if (found := " ".join(_clean(field, item).split()))]


def _language(field: Field, cell: Any) -> str:
    said = unaccented(_clean(field, cell)).split("-")[0].split("_")[0]
    for code, names in LANGUAGES.items():
        if said in names:
            return code
    raise Wrong("not_a_language", value=_short_of(cell))


def _day(field: Field, cell: Any) -> date:
    said = unaccented(_clean(field, cell))
    found = [(y, m or mm, d or dd) for y, m, d, mm, dd in _iso.findall(said)] + _korean.findall(said)
    if not found:
        found = [_ordered(first, second, year, cell) for first, second, year in _short.findall(said)]
    if not found:
        found = [(y, MONTHS[m], d) for d, m, y in _named.findall(said) if m in MONTHS]
        found += [(y, MONTHS[m], d) for m, d, y in _american.findall(said) if m in MONTHS]
    if not found:
        raise Wrong("not_a_day", value=_short_of(cell))
    try:
        days = [date(int(y), int(m), int(d)) for y, m, d in found]
    except ValueError:
        raise Wrong("no_such_day", value=_short_of(cell)) from None
    if not all(1000 <= day.year <= 2999 for day in days):
        raise Wrong("no_such_day", value=_short_of(cell))
    return max(days) if field.last else min(days)


def _moment(field: Field, cell: Any) -> datetime:
    """A day and, where the cell names one, an hour; else its first minute, or for ``last`` the day's last."""
    day, rest = _day(field, cell), unaccented(_clean(field, cell))
    for days in (_iso, _korean, _short, _named, _american):
        rest = days.sub(" ", rest)
    try:
        hour = hour_in(rest, field.last) or (time(23, 59) if field.last else time())
    except ValueError:
        raise Wrong("not_an_hour", value=_short_of(cell)) from None
    return datetime.combine(day, hour)


def _ordered(first: str, second: str, year: str, cell: Any) -> tuple[str, str, str]:
    """Year, month and day of ``31/03/2026`` or ``03/31/2026``, where only one reading is possible."""
    if int(first) > 12 or first.zfill(2) == second.zfill(2):
        return year, second, first
    if int(second) > 12:
        return year, first, second
    raise Wrong("which_day", value=_short_of(cell))


def _amount(field: Field, cell: Any) -> Decimal:
    if isinstance(cell, bool):
        raise Wrong("not_an_amount", value=str(cell))
    said = str(cell) if isinstance(cell, (int, float)) else _figures(_clean(field, cell), cell)
    try:
        found = Decimal(said).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Wrong("not_an_amount", value=_short_of(cell)) from None
    if not 0 <= found < Decimal(10) ** 12:
        raise Wrong("out_of_range", value=_short_of(cell))
    return found


def _figures(text: str, cell: Any) -> str:
    """An amount as people write it, without signs of currency and marks between thousands."""
    bare = _word.sub(lambda word: "" if _is_currency(word[0]) else word[0], _sign.sub(" ", text.lower()))
    bare = re.sub(r"[\s’']", "", bare)
    if not re.fullmatch(r"-?\d[\d.,]*", bare):
        raise Wrong("not_an_amount", value=_short_of(cell))
    if "," in bare and "." in bare:
        point = max(",", ".", key=bare.rfind)
        return bare.replace("," if point == "." else ".", "").replace(point, ".")
    for mark in ",.":
        if bare.count(mark) > 1:
            return bare.replace(mark, "")
        if bare.count(mark) == 1 and re.search(rf"[{mark}]\d{{3}}$", bare):
            if mark == ".":
                raise Wrong("which_amount", value=_short_of(cell))
            return bare.replace(mark, "")
    return bare.replace(",", ".")


def _is_currency(word: str) -> bool:
    return word in SIGNS or word.upper() in currencies()


def _number(field: Field, cell: Any) -> int:
    said = str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else _clean(field, cell)
    found = re.fullmatch(r"(?:trl\s*)?(\d{1,9})(?:[.,]0+)?\s*%?", said, re.I)
    if found is None or not field.least <= int(found[1]) <= field.most:
        raise Wrong("not_a_number", value=_short_of(cell), least=field.least, most=field.most)
    return int(found[1])


def _currency(field: Field, cell: Any) -> str:
    said = _clean(field, cell)
    code = SIGNS.get(said.lower(), said.upper())
    if code not in currencies():
        raise Wrong("not_a_currency", value=_short_of(cell))
    return code


def _link(field: Field, cell: Any) -> str:
    said = _clean(field, cell)
    if not re.fullmatch(r"https?://[^\s/]+\S*", said, re.I):
        raise Wrong("not_a_link", value=_short_of(cell))
    return said


def _choice(field: Field, cell: Any) -> str:
    return _code(field, _clean(field, cell))


def _choices(field: Field, cell: Any) -> list[str]:
    items = cell if isinstance(cell, list) else re.split(r"[;,|\n/]", str(cell))
    return list(dict.fromkeys(_code(field, str(item)) for item in items[:50] if str(item).strip()))


def _code(field: Field, said: str) -> str:
    codes = _known(field.name, tuple((field.choices or {}).items()))
    found = codes.get(_key(said))
    if found is None:
        raise Wrong("not_a_choice", value=_short_of(said), allowed=", ".join(field.choices or {}))
    return found


@cache
def _known(_: str, choices: tuple[tuple[str, Any], ...]) -> dict[str, str]:
    """Codes by what people write for them: the code itself, or its words in any of the languages."""
    found = {_key(code): code for code, _words in choices}
    for locale in LOCALES:
        with force_locale(locale):
            found |= {_key(str(words)): code for code, words in choices}
    return found


def _key(said: str) -> str:
    return re.sub(r"[\W_]+", " ", unaccented(said)).strip()


def _short_of(cell: Any) -> str:
    said = " ".join(nfc(str(cell)).split())
    return said if len(said) <= 60 else said[:59] + "…"


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "line": _line, "text": _text, "list": _list, "language": _language, "day": _day, "moment": _moment,
    "amount": _amount, "number": _number, "currency": _currency, "link": _link, "choice": _choice, "choices": _choices,
}  # fmt: skip
