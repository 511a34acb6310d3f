"""What somebody searched for: words, "phrases" and -what to leave out, in any mix of the three languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from marketplace.kernel.locales import nfc
from marketplace.kernel.unaccent import unaccent

MOST = 8  # words that are looked for one by one
_part = re.compile(r'(-?)(?:["“”«»„]([^"“”«»„]*)(?:["“”«»„]|$)|([^\s"“”«»„]+))')
_token = re.compile(r"[가-힣]+|[^\W_]+")
_compound = re.compile(r"[^\W_가-힣]+(?:[-'][^\W_가-힣]+)+")
_hangul = re.compile(r"[가-힣]")
_particle = "[을를은는이가의와과로에도만]"
_form = re.compile(r"㈜|[(（]주[)）]|주식회사")
# Particles that a Korean sentence sets behind a word in other letters.
_behind = re.compile(r"(?<=[^\W\d_가-힣])(?:은|는|이|가|을|를|의|에|에서|와|과|로|으로|도|만|부터|까지|보다|처럼)$")
_ending = re.compile(r"(?:ements?|ations?|ingly|ings?|ing|ies|edly|ed|euses?|eurs?|ives?|ifs?|es|s|e|ly)$")


@dataclass(frozen=True)
class SearchQuery:
    """The parts of a query."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> SearchQuery:
        """Read a query; any text is one."""
        words: list[str] = []
        phrases: list[str] = []
        without: list[str] = []
        for minus, phrase, word in _part.findall(nfc(text)):
            said = " ".join((phrase or word).split())
            if not _token.search(said):
                continue
            (without if minus else phrases if phrase else words).append(said)
        found = (_bare(words), phrases, without)
        return cls(*(tuple(dict.fromkeys(said)) for said in found))

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
        folded, places = _folded(plain)
        for found in looked_for.finditer(folded):
            start, until = places[found.start()], places[found.end() - 1] + 1
            if start >= end:  # not a second part of one letter
                shown += [escape(plain[end:start]), _OPEN, escape(plain[start:until]), _CLOSE]
                end = until
        return Markup("").join([*shown, escape(plain[end:])])


def _bare(words: list[str]) -> list[str]:
    """Words without the form of a company and without particles behind other letters; a form alone is a word."""
    kept = [_behind.sub("", _form.sub("", word)) for word in words]
    return [word for word in kept if _token.search(word)] or words


_OPEN, _CLOSE = Markup("<mark>"), Markup("</mark>")


@lru_cache(512)
def _looked_for(*said: str) -> re.Pattern[str] | None:
    """Words as they are recognised in a folded text: Hangul anywhere, Latin words by how they begin."""
    tokens = [token for each in said for token in _tokens_of(unaccent(each))]
    parts = [part for token in tokens if (part := _part_for(token))]
    return re.compile("|".join(dict.fromkeys(parts))) if parts else None


def _tokens_of(plain: str) -> list[str]:
    """The words of a folded text, those in several parts in one as well: it stands first, being the longest."""
    joined = [re.sub("[-']", "", word) for word in _compound.findall(plain)]
    return joined + _token.findall(plain)


def _part_for(word: str) -> str:
    """A pattern for one word; empty where it is too short to be told from others."""
    if _hangul.fullmatch(word):
        return f"(?<![가-힣]){word}(?={_particle}?(?![가-힣]))"
    if _hangul.match(word):  # a compound may be written apart
        last = len(word) - 2
        return "".join(letter + (" ?" if 2 <= place <= last else "") for place, letter in enumerate(word, 1))
    if len(word) < 3 and not (word.isdigit() and len(word) == 2):
        return ""
    short = _ending.sub("", word)
    stem = short if len(short) > 3 else word
    more = 0 if word.isdigit() else 5 if len(stem) > 3 else 1
    return f"(?<![^\\W_가-힣]){_spelt(stem)}[^\\W_]{{0,{more}}}(?![^\\W_])"


def _spelt(word: str) -> str:
    """A word, also where a hyphen or an apostrophe parts it; before a figure a blank may, too."""
    found = re.escape(word[0])
    for last, letter in pairwise(word):
        found += ("[-' ]?" if last.isdigit() != letter.isdigit() else "[-']?") + re.escape(letter)
    return found


@lru_cache(4096)
def _plain_letter(letter: str) -> str:
    return unaccent(letter)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """A folded text, and which letter of the original each of its own comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    letters = [_plain_letter(letter) for letter in text]
    return "".join(letters), [place for place, letter in enumerate(letters) for _ in letter]
