"""Sums of money as people and spreadsheets write them: taken where they can be read in one way, else refused."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from babel.numbers import get_currency_precision, list_currencies

LARGEST = Decimal("999999999999.99")  # what a column of money holds
CENTS = 2  # that a column holds of a currency that has more
DOLLARS = frozenset(["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS", "BRL"])
NAMED = {
    "€": {"EUR"}, "euro": {"EUR"}, "euros": {"EUR"}, "₩": {"KRW"}, "원": {"KRW"}, "won": {"KRW"}, "£": {"GBP"},
    "¥": {"JPY", "CNY"}, "$": DOLLARS, "us$": {"USD"}, "$us": {"USD"}, "c$": {"CAD"}, "ca$": {"CAD"}, "$ca": {"CAD"},
}  # fmt: skip
_WIDE = str.maketrans("０１２３４５６７８９，．￦￥＄", "0123456789,.₩¥$")  # of Korean and Japanese keyboards

# Figures, or groups of three with one mark between them; then cents after another mark.
_figures = re.compile(
    r"(?P<whole>[0-9]{1,15}|[1-9][0-9]{0,2}(?P<mark>[., '_])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
    r"(?:(?!(?P=mark))[.,](?P<cents>[0-9]{1,9}))?"
)
_group = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_blank = re.compile(r"\s")


class NotAnAmount(ValueError):
    """What was written is no amount of this currency."""


class WhichAmount(NotAnAmount):
    """It can be two amounts."""


class OutOfRange(NotAnAmount):
    """It is below zero, or larger than can be kept."""


class TooFine(NotAnAmount):
    """It has more decimals than its currency, or than can be kept."""


class OtherCurrency(NotAnAmount):
    """It names another currency than the one it is said to be in."""


@cache
def currencies() -> frozenset[str]:
    """The codes of all currencies."""
    return frozenset(list_currencies())


@cache
def decimals(currency: str | None) -> int:
    """How many decimals an amount of a currency has: none in won or yen."""
    return get_currency_precision(currency) if currency else CENTS


def read_amount(typed: str, currency: str | None = None) -> Decimal:
    """An amount in figures: grouped by commas, points, blanks or apostrophes, with cents or without.

    Raises NotAnAmount, or what it is more precisely.
    """
    text = _blank.sub(" ", typed.translate(_WIDE).replace("’", "'")).strip()
    found = _figures.fullmatch(text) if len(text) <= 40 else None
    if found is None:
        raise NotAnAmount(typed)
    whole = re.sub("[., '_]", "", found["whole"])
    if _group.fullmatch(text):
        if "." in text or decimals(currency) > CENTS:
            raise WhichAmount(typed)
        return fit_amount(Decimal(re.sub("[.,]", "", text)), currency)
    if len(found["cents"] or "") > max(CENTS, decimals(currency)):
        raise NotAnAmount(typed)
    return fit_amount(Decimal(f"{whole}.{found['cents'] or 0}"), currency)


def read_sum(said: Any, currency: str | None = None) -> Decimal:
    """An amount out of a file: a number, or figures with a sign or code of its currency beside them."""
    if isinstance(said, bool) or not isinstance(said, (str, int, float, Decimal)):
        raise NotAnAmount(said)
    if not isinstance(said, str):
        number = Decimal(f"{said:.15g}") if isinstance(said, float) else Decimal(said)
        if not number.is_finite():
            raise NotAnAmount(said)
        return fit_amount(number, currency)
    text = _blank.sub(" ", said.translate(_WIDE)).strip().lower()
    places = [place for place, sign in enumerate(text) if sign in "0123456789"] if len(text) <= 100 else []
    if not places:
        raise NotAnAmount(said)
    before, figures, after = text[: places[0]], text[places[0] : places[-1] + 1], text[places[-1] + 1 :]
    below_zero = before.startswith(("-", "−"))
    named = _named(before.lstrip("-−")) & _named(after)
    if currency and named and currency not in named:
        raise OtherCurrency(said)
    if not named:
        raise NotAnAmount(said)
    found = read_amount(figures, currency)
    if below_zero:
        raise OutOfRange(said)
    return found


def _named(beside: str) -> set[str]:
    """The currencies that may be meant by what stands beside figures; all where nothing does."""
    bare = beside.replace(" ", "").rstrip(".")
    if not bare:
        return set(currencies())
    return set(NAMED.get(bare, {bare.upper()} & currencies()))


def fit_amount(amount: Decimal, currency: str | None) -> Decimal:
    """The amount with two decimals, if it can be kept and its currency has as many as it needs."""
    if not 0 <= amount <= LARGEST:
        raise OutOfRange(amount)
    if amount != round(amount, min(CENTS, decimals(currency))):
        raise TooFine(amount)
    return amount.quantize(Decimal("0.01"))
