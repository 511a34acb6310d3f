"""The three languages: interface words that wait for their reader, content with a visible fallback."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Protocol, TypeVar

from babel.support import NullTranslations
from flask import g, has_app_context
from flask_babel import Domain, get_locale

LOCALES = ("en", "fr", "ko")
NAMES = {"en": "English", "fr": "Français", "ko": "한국어"}
DEFAULT = "en"

__all__ = ["DEFAULT", "LOCALES", "NAMES", "WORDS", "Localised", "_l", "_ln", "nfc", "pick"]


class Words(Domain):
    """Flask-Babel's domain; it finds the translations once per language, not anew for each string of a page."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain=domain)
        self.known: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """The translations of the language chosen last, for this reply or by ``force_locale``."""
        chosen = getattr(g.get("_flask_babel"), "babel_locale", None) if has_app_context() else None
        known = self.known.get(chosen.language) if chosen is not None else None
        if known is not None:
            return known
        found: NullTranslations = super().get_translations()
        if (chosen := get_locale()) is not None:
            self.known[chosen.language] = found
        return found


WORDS = Words("messages")
_l, _ln = WORDS.lazy_gettext, WORDS.lazy_ngettext  # words that wait for their reader


class Localised(Protocol):
    """A row of content in one language."""

    locale: str


T = TypeVar("T", bound=Localised)

_control = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]")


def pick(texts: Mapping[str, T], locale: str, main: str = "") -> T | None:
    """The text in ``locale``; else in its ``main`` language, in English, French or Korean, whichever is there first.

    The caller shows ``text.locale`` where it differs, so that no page mixes languages in silence.
    """
    for code in (locale, main, *LOCALES):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), None)


def nfc(text: str) -> str:
    """Composed Unicode without control characters: Korean typed anywhere compares equal."""
    return unicodedata.normalize("NFC", _control.sub("", text))
