"""What somebody searched for: words, "phrases" and -what to leave out, in any mix of the three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from marketplace.kernel.locales import nfc
from marketplace.kernel.plain import unaccented

MOST = 8  # words that are looked for one by one
_part = re.compile(r'(-?)(?:["“”«»„]([^"“”«»„]*)(?:["“”«»„]|$)|([^\s"“”«»„]+))')
_token = re.compile(r"[가-힣]+|[^\W_]+")
_hangul = re.compile(r"[가-힣]")
_ending = re.compile(r"(?:ements?|ations?|ingly|ings?|ing|ies|edly|ed|euses?|eurs?|ives?|ifs?|es|s|e|ly)$")


@dataclass(frozen=True)
class Asked:
    """The parts of a query."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> Asked:
        """Read a query; any text is one."""
        words: list[str] = []
        phrases: list[str] = []
        without: list[str] = []
        for minus, phrase, word in _part.findall(nfc(text)):
            said = " ".join((phrase or word).split())
            if not _token.search(said):
                continue
            (without if minus else phrases if phrase else words).append(said)
        return cls(*(tuple(dict.fromkeys(found)) for found in (words, phrases, without)))

    @property
    def wanted(self) -> str:
        """All that is looked for, as plain words."""
        return " ".join((*self.words, *self.phrases))

    def marked(self, text: str | None) -> Markup:
        """A text, escaped, with what was found in it marked."""
        stems = [stem for said in (*self.words, *self.phrases) for stem in _Stem.of(said)]
        plain = nfc(text or "")
        if not stems:
            return escape(plain)
        shown, end = Markup(""), 0
        for token in _token.finditer(plain):
            place = next((found for stem in stems if (found := stem.within(token[0]))), None)
            if place:
                start, stop = token.start() + place[0], token.start() + place[1]
                shown += escape(plain[end:start]) + Markup("<mark>{}</mark>").format(plain[start:stop])
                end = stop
        return shown + escape(plain[end:])


@dataclass(frozen=True)
class _Stem:
    """A word as it is recognised in a text: Hangul inside a longer word, Latin words by their beginning."""

    letters: str
    is_hangul: bool

    @classmethod
    def of(cls, said: str) -> list[_Stem]:
        found = []
        for token in _token.findall(said):
            word = unaccented(token)
            if _hangul.match(word):
                found.append(cls(word, True))
            elif len(word) > 2:
                short = _ending.sub("", word)
                found.append(cls(short if len(short) > 3 else word, False))
        return found

    def within(self, token: str) -> tuple[int, int] | None:
        """Where the token holds it."""
        if self.is_hangul:
            start = token.find(self.letters)
            return (start, start + len(self.letters)) if start >= 0 else None
        word = unaccented(token)
        grown = len(word) - len(self.letters)
        longest = 5 if len(self.letters) > 3 else 1
        return (0, len(token)) if word.startswith(self.letters) and grown <= longest else None
