"""What somebody searched for: words, "phrases" and -what to leave out, in any mix of the three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from marketplace.kernel.locales import nfc
from marketplace.kernel.plain import unaccented

MOST = 8  # words that are looked for one by one
_part = re.compile(r'(-?)(?:["“”«»„]([^"“”«»„]*)(?:["“”«»„]|$)|([^\s"“”«»„]+))')
_token = re.compile(r"[가-힣]+|[^\W_]+")
_hangul = re.compile(r"[가-힣]")
_particle = "[을를은는이가의와과로에도만]"
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
        plain = nfc(text or "")
        looked_for = _looked_for(*self.words, *self.phrases)
        if looked_for is None:
            return escape(plain)
        shown, end = [], 0
        for found in looked_for.finditer(_folded(plain)):
            shown += [escape(plain[end : found.start()]), _OPEN, escape(plain[found.start() : found.end()]), _CLOSE]
            end = found.end()
        return Markup("").join([*shown, escape(plain[end:])])


_OPEN, _CLOSE = Markup("<mark>"), Markup("</mark>")


@lru_cache(512)
def _looked_for(*said: str) -> re.Pattern[str] | None:
    """Words as they are recognised in a folded text: Hangul anywhere, Latin words by how they begin."""
    parts = [part for each in said for token in _token.findall(each) if (part := _part_for(unaccented(token)))]
    return re.compile("|".join(parts)) if parts else None


def _part_for(word: str) -> str:
    """A pattern for one word; empty where it is too short to be told from others."""
    if _hangul.fullmatch(word):
        return f"(?<![가-힣]){word}(?={_particle}?(?![가-힣]))"
    if _hangul.match(word):  # a compound may be written apart
        last = len(word) - 2
        return "".join(letter + (" ?" if 2 <= place <= last else "") for place, letter in enumerate(word, 1))
    if len(word) < 3:
        return ""
    short = _ending.sub("", word)
    stem = short if len(short) > 3 else word
    return f"(?<![^\\W_가-힣]){re.escape(stem)}[^\\W_]{{0,{5 if len(stem) > 3 else 1}}}(?![^\\W_])"


class _Folding(dict[int, str]):
    """What ``unaccented`` makes of each letter, where that is one letter too: so that places stay the same."""

    def __missing__(self, code: int) -> str:
        plain = unaccented(chr(code))
        found = self[code] = plain if len(plain) == 1 else chr(code)
        return found


_folding = _Folding()


def _folded(text: str) -> str:
    """A text without case or accents, letter for letter."""
    return text.translate(_folding)
