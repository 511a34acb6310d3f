"""The three languages: interface words that wait for their reader, content with a visible fallback."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from unicodedata import bidirectional

from babel.support import NullTranslations
from flask import g, has_app_context
from flask_babel import Domain, get_locale

from marketplace.kernel.unaccent import limit_marks

LOCALES = ("en", "fr", "ko")
NAMES = {"en": "English", "fr": "Français", "ko": "한국어"}
DEFAULT = "en"

__all__ = [
    "DEFAULT", "LOCALES", "NAMES", "WORDS", "Localised", "Sentence", "Translated", "_l", "_ln", "_lp", "isolated",
    "nfc", "pick_part", "pick_text",
]  # fmt: skip


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

    def gettext(self, string: str, **variables: Any) -> str:
        """Words with their variables, none of which turns the rest of the sentence."""
        return str(super().gettext(string, **{name: isolated(value) for name, value in variables.items()}))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """The same for a number of things."""
        isolates = {name: isolated(value) for name, value in variables.items()}
        return str(super().ngettext(singular, plural, num, **isolates))


WORDS = Words("messages")
_l, _ln = WORDS.lazy_gettext, WORDS.lazy_ngettext  # words that wait for their reader
_lp = WORDS.lazy_pgettext  # the same, where a language has several forms: what they are said of, then the words


class Sentence:
    """Text made when it is read; ``str()`` gives it in the language of this reply.

    Unlike gettext's lazy strings it is escaped by templates, so names may stand in it.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __str__(self) -> str:
        return str(self._make())

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __bool__(self) -> bool:
        return True


_LEFTWARD = ("R", "AL", "AN")


class Localised(Protocol):
    """A row of content in one language."""

    locale: str


T = TypeVar("T", bound=Localised)


class Translated(str):
    """Words of content that know their language: where it is not the reader's, the page or the mail says so."""

    __slots__ = ("locale",)
    locale: str

    def __new__(cls, words: str, locale: str) -> Translated:
        """Words in a language; a name that was kept before names had one line gets one."""
        found = super().__new__(cls, " ".join(words.splitlines()))
        found.locale = locale
        return found


def pick_part(texts: Mapping[str, T], part: str, locale: str, main: str = "") -> Translated:
    """One part of a content (its title, its name) by the rules of ``pick_text``, from the texts that have it."""
    found = pick_text({code: text for code, text in texts.items() if getattr(text, part)}, locale, main)
    return Translated(getattr(found, part), found.locale) if found else Translated("", locale)


# Every way to end a line or a paragraph; the last two are Unicode's own.
_ends = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# What steers a terminal, what no XML may hold (feeds and workbooks are XML), and the marks of direction, which run on
# through the page around them.
_control = re.compile(
    "[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]"
)


def pick_text(texts: Mapping[str, T], locale: str, main: str = "") -> T | None:
    """The text in ``locale``; else in its ``main`` language, in English, French or Korean, whichever is there first.

    The caller shows ``text.locale`` where it differs, so that no page mixes languages in silence.
    """
    for code in (locale, main, *LOCALES):
        if code in texts:
            return texts[code]
    return next(iter(texts.values()), None)


def nfc(text: str) -> str:
    """Composed Unicode with one kind of line end, without control characters: Korean typed anywhere compares equal."""
    return unicodedata.normalize("NFC", limit_marks(_control.sub("", _ends.sub("\n", text))))


def isolated(words: Any) -> Any:
    """A name for the middle of a sentence: where it runs from right to left, it does so alone."""
    if not isinstance(words, str) or words.isascii() or not any(bidirectional(c) in _LEFTWARD for c in words):
        return words
    return type(words)(f"\u2068{words}\u2069")
