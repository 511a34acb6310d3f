"""The nearest known words for a search that found nothing.

The words are those of titles that everybody may see, for whoever asks: what is offered can tell nothing hidden.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import ARRAY, BigInteger, any_, literal, select

from marketplace.catalogue.facet_counts import Index
from marketplace.challenges.models import ChallengeText
from marketplace.kernel.db import db
from marketplace.kernel.search_query import MOST, SearchQuery
from marketplace.kernel.unaccent import squeeze_name

NEWEST = 5000  # challenges whose titles are read
NEAR = 72  # per cent of letters in common
_word = re.compile(r"[^\W\d_]{2,}")
_compound = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W_]+)+")  # also found by its letters alone: wifi, covid19


Words = dict[str, tuple[str, int]]


@dataclass(frozen=True)
class _Known:
    words: Words  # by its letters: as it is written most, and how often
    sorted: list[str]  # letters


def nearest_query(text: str, index: Index) -> str:
    """The query with each unknown word replaced by the nearest known one; nothing where none is near."""
    known = _known(index)
    changed = text
    for word in SearchQuery.of(text).wanted.split()[:MOST]:
        plain = letters_of(word)
        if len(plain) > 2 and not plain.isdigit() and plain not in known.words and (found := _nearest(plain, known)):
            changed = changed.replace(word, found)
    return changed if changed != text else ""


def words_beginning(plain: str, index: Index, most: int) -> list[str]:
    """The words written most that begin with these letters."""
    known = _known(index)
    place, found = bisect_left(known.sorted, plain), []
    while place < len(known.sorted) and known.sorted[place].startswith(plain):
        found.append(known.words[known.sorted[place]])
        place += 1
    return [word for word, _ in sorted(found, key=lambda entry: (-entry[1], entry[0]))[:most]]


def _nearest(plain: str, known: _Known) -> str:
    """The known word with the most letters in common; of two as near, the one that is written more often."""
    near = process.extract(plain, known.sorted, scorer=fuzz.ratio, score_cutoff=NEAR, limit=20)
    if not near:
        return ""
    found = max(near, key=lambda each: each[1] + min(known.words[each[0]][1], 50) / 100)
    return known.words[found[0]][0]


def _known(index: Index) -> _Known:
    return index.open().kept("known words", None, lambda: _read(index))


def _read(index: Index) -> _Known:
    newest = index.open().parts[0].ids[:NEWEST].tolist()
    titles = db.session.scalars(
        select(ChallengeText.title).where(ChallengeText.challenge_id == any_(literal(newest, ARRAY(BigInteger))))
    )
    found = (word for title in titles for pattern in (_word, _compound) for word in pattern.findall(title))
    written = Counter(word.lower() for word in found)
    known: Words = {}
    for word, number in written.most_common():
        known.setdefault(letters_of(word), (word, number))
    return _Known(known, sorted(known))


def letters_of(word: str) -> str:
    """Plain letters, Hangul taken apart, so that one wrong vowel is one letter and not a whole syllable."""
    return unicodedata.normalize("NFD", squeeze_name(word))
