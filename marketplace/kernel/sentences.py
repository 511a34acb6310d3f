"""Sentences that wait for their reader: put together only when shown, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import get_locale

from marketplace.kernel.dates import day_in, instant_in
from marketplace.kernel.locales import DEFAULT, Sentence, isolated


def language() -> str:
    """The language sentences are made in: en, fr or ko."""
    found = get_locale()
    return found.language if found is not None else DEFAULT


def fill(words: Any, **values: Any) -> Sentence:
    """Interface words with ``%(name)s`` places, filled when read."""
    return Sentence(lambda: str(words) % {name: isolated(str(value)) for name, value in values.items()})


def day(value: date) -> Sentence:
    """A calendar day in words."""
    return Sentence(lambda: day_in(value.year, value.month, value.day, language()))


def instant(value: datetime, zone: str) -> Sentence:
    """An instant in words, with the hour and the zone."""
    return Sentence(lambda: instant_in(value.astimezone(ZoneInfo(zone)), language()))


def any_of(items: Iterable[Any]) -> Sentence:
    """``A, B or C``."""
    kept = list(items)
    return Sentence(lambda: format_list([str(item) for item in kept], style="or", locale=language()))


def all_of(items: Iterable[Any]) -> Sentence:
    """``A, B and C``."""
    kept = list(items)
    return Sentence(lambda: format_list([str(item) for item in kept], locale=language()))
