"""The nearest known words for a search that found nothing.

The words are those of titles that everybody may see, for whoever asks: what is offered can tell nothing hidden.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from flask import current_app
from sqlalchemy import select

from marketplace.challenges import ordering, queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel.asking import MOST, Asked
from marketplace.kernel.db import db
from marketplace.kernel.plain import unaccented
from marketplace.kernel.policy import ANONYMOUS

LASTS = timedelta(minutes=10)
NEWEST = 5000  # challenges whose titles are read
NEAR = 0.72
_word = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class _Known:
    until: datetime
    words: dict[str, tuple[str, int]]  # by its letters: as it is written most, and how often


def nearest(text: str, now: datetime) -> str:
    """The query with each unknown word replaced by the nearest known one; nothing where none is near."""
    known = _known(now).words
    changed = text
    for word in Asked.of(text).wanted.split()[:MOST]:
        letters = _letters(word)
        if len(letters) > 2 and letters not in known and (found := _nearest(letters, known)):
            changed = changed.replace(word, found)
    return changed if changed != text else ""


def _nearest(letters: str, known: dict[str, tuple[str, int]]) -> str:
    best, near = "", NEAR
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(letters)
    for other, (written, number) in known.items():
        if abs(len(other) - len(letters)) > 2:
            continue
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < near or matcher.quick_ratio() < near:
            continue
        ratio = matcher.ratio() + min(number, 50) / 10_000
        if ratio > near:
            best, near = written, ratio
    return best


def _known(now: datetime) -> _Known:
    found: _Known | None = current_app.extensions.get("known_words")
    if found is None or found.until < now:
        found = _Known(now + LASTS, _read())
        current_app.extensions["known_words"] = found
    return found


def _read() -> dict[str, tuple[str, int]]:
    published = queries.visible_to(ANONYMOUS).where(Challenge.state.in_(queries.PUBLISHED))
    newest = ordering.of_sort("newest").applied(published.with_only_columns(Challenge.id)).limit(NEWEST)
    titles = db.session.scalars(
        select(ChallengeText.title).where(ChallengeText.challenge_id.in_(newest.scalar_subquery()))
    )
    written = Counter(word.lower() for title in titles for word in _word.findall(title))
    known: dict[str, tuple[str, int]] = {}
    for word, number in written.most_common():
        known.setdefault(_letters(word), (word, number))
    return known


def _letters(word: str) -> str:
    """Plain letters, Hangul taken apart, so that one wrong vowel is one letter and not a whole syllable."""
    return unicodedata.normalize("NFD", unaccented(word))
