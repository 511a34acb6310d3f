"""Cells turned into values of fields; what cannot be is a problem with its code, never a crash."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from flask_babel import force_locale

from marketplace.imports.fields import Field
from marketplace.kernel import amounts, typed_text
from marketplace.kernel.amounts import read_sum
from marketplace.kernel.locales import LOCALES, nfc
from marketplace.kernel.markup import strip_markup
from marketplace.kernel.unaccent import unaccent
from marketplace.kernel.written_days import NoSuchDay, NotADay, When, WhichDay, read_days, read_when, without_days
from marketplace.kernel.written_hours import hour_and_zone_in

LONGEST = {"line": 1000, "text": 100_000, "link": 2000, "list": 5000}
LANGUAGES = {
    "en": ("en", "eng", "english", "anglais", "영어"),
    "fr": ("fr", "fra", "fre", "french", "francais", "프랑스어", "불어"),
    "ko": ("ko", "kor", "kr", "korean", "coreen", "한국어", "국문", "한글"),
}
WRONG_DAYS: dict[type[Exception], str] = {NoSuchDay: "no_such_day", WhichDay: "which_day", NotADay: "not_a_day"}
WRONG_SUMS: dict[type[Exception], str] = {
    amounts.WhichAmount: "which_amount", amounts.OutOfRange: "out_of_range", amounts.TooFine: "too_fine",
    amounts.OtherCurrency: "other_currency", amounts.NotAnAmount: "not_an_amount",
}  # fmt: skip


class WrongValue(Exception):
    """A cell is no value of its field."""

    def __init__(self, code: str, **named: Any) -> None:
        super().__init__(code)
        self.problem = {"code": code, **named}


def read_value(field: Field, cell: Any, currency: str | None = None) -> Any:
    """The value of a cell; None (or an empty list) where it is empty. Raises Wrong.

    ``currency`` is the one that an amount is said to be in, which decides on its decimals.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()) or cell == []:
        return [] if field.kind in ("list", "choices") else None
    if isinstance(cell, dict):
        raise WrongValue("not_a_text")
    if isinstance(cell, list) and field.kind not in ("list", "choices"):
        cell = "; ".join(str(item) for item in cell)
    if field.read is not None:
        return field.read(_clean(field, cell))
    return _amount(field, cell, currency) if field.kind == "amount" else READERS[field.kind](field, cell)


def _clean(field: Field, cell: Any) -> str:
    """The text of a cell. What is far too long is refused before it is looked at."""
    most, said = LONGEST.get(field.kind, 200), str(cell)
    plain = strip_markup(said) if len(said) <= 4 * most else said
    if len(plain) > most:
        raise WrongValue("too_long", most=most)
    return plain


def _line(field: Field, cell: Any) -> str | None:
    return typed_text.clean_line(" ".join(_clean(field, cell).split())) or None


def _text(field: Field, cell: Any) -> str | None:
    return typed_text.clean_lines(_clean(field, cell)) or None


def _list(field: Field, cell: Any) -> list[str]:
    items = cell if isinstance(cell, list) else re.split(r"[;|\n]", str(cell))
    return [found for item in items[:200] if (found := " ".join(_clean(field, item).split()))]


def _language(field: Field, cell: Any) -> str:
    said = unaccent(_clean(field, cell)).split("-")[0].split("_")[0]
    for code, names in LANGUAGES.items():
        if said in names:
            return code
    raise WrongValue("not_a_language", value=short_of(cell))


def _day(field: Field, cell: Any) -> date:
    try:
        days = read_days(_clean(field, cell))
    except tuple(WRONG_DAYS) as wrong:
        raise WrongValue(WRONG_DAYS[type(wrong)], value=short_of(cell)) from None
    return max(days) if field.last else min(days)


def _when(field: Field, cell: Any) -> When:
    """A day and, where the cell names them, its hour and its zone."""
    _day(field, cell)
    try:
        return read_when(_clean(field, cell), field.last)
    except ValueError:
        raise WrongValue("not_an_hour", value=short_of(cell)) from None


def _moment(field: Field, cell: Any) -> datetime:
    """A day and, where the cell names one, an hour; else its first minute, or for ``last`` the day's last."""
    day, rest = _day(field, cell), without_days(_clean(field, cell))
    try:
        hour, zone = hour_and_zone_in(rest, field.last)
    except ValueError:
        raise WrongValue("not_an_hour", value=short_of(cell)) from None
    if zone is not None:
        raise WrongValue("not_an_hour", value=short_of(cell))  # what is asked for is an hour of the centre
    return datetime.combine(day, hour or (time(23, 59) if field.last else time()))


def _amount(field: Field, cell: Any, currency: str | None) -> Decimal:
    try:
        return read_sum(cell if not isinstance(cell, str) else _clean(field, cell), currency)
    except tuple(WRONG_SUMS) as wrong:
        raise WrongValue(WRONG_SUMS[type(wrong)], value=short_of(cell), currency=currency or "–") from None


def _number(field: Field, cell: Any) -> int:
    said = str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else _clean(field, cell)
    found = re.fullmatch(r"(?:trl\s*)?(\d{1,9})(?:[.,]0+)?\s*%?", said, re.I)
    if found is None or not field.least <= int(found[1]) <= field.most:
        raise WrongValue("not_a_number", value=short_of(cell), least=field.least, most=field.most)
    return int(found[1])


def _currency(field: Field, cell: Any) -> str:
    said = _clean(field, cell)
    named = amounts.NAMED.get(said.lower(), {said.upper()})
    if len(named) != 1 or not named <= amounts.currencies():
        raise WrongValue("not_a_currency", value=short_of(cell))
    return min(named)


def _link(field: Field, cell: Any) -> str:
    said = _clean(field, cell)
    if not re.fullmatch(r"https?://[^\s/]\S*", said, re.I):
        raise WrongValue("not_a_link", value=short_of(cell))
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
        raise WrongValue("not_a_choice", value=short_of(said), allowed=", ".join(field.choices or {}))
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
    return re.sub(r"[\W_]+", " ", unaccent(said)).strip()


def short_of(cell: Any) -> str:
    """What a cell says, short enough for a sentence about it."""
    said = " ".join(nfc(str(cell)).split())
    return said if len(said) <= 60 else said[:59] + "…"


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "line": _line, "text": _text, "list": _list, "language": _language, "day": _day, "when": _when,
    "moment": _moment, "number": _number, "currency": _currency, "link": _link, "choice": _choice, "choices": _choices,
}  # fmt: skip
