"""The three languages: interface words that wait for their reader, content with a visible fallback."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Protocol, TypeVar

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

LOCALES = ("en", "fr", "ko")
NAMES = {"en": "English", "fr": "Français", "ko": "한국어"}
DEFAULT = "en"

__all__ = ["DEFAULT", "LOCALES", "NAMES", "Localised", "_l", "_ln", "nfc", "pick"]


class Localised(Protocol):
    """A row of content in one language."""

    locale: str


T = TypeVar("T", bound=Localised)

_control = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]")


def pick(texts: Mapping[str, T], locale: str) -> T | None:
    """The text in ``locale``; else in English, French or Korean, whichever is there first.

    The caller shows ``text.locale`` where it differs, so that no page mixes languages in silence.
    """
    for code in (locale, *LOCALES):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), None)


def nfc(text: str) -> str:
    """Composed Unicode without control characters: Korean typed anywhere compares equal."""
    return unicodedata.normalize("NFC", _control.sub("", text))
