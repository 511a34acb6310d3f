"""What to offer while somebody types: words of public titles, and names that everybody may find.

Whoever asks is offered the same as everybody, so that no suggestion can tell what its reader may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from marketplace.catalogue import did_you_mean, facet_counts
from marketplace.kernel.locales import _l, nfc
from marketplace.kernel.policy import ANONYMOUS
from marketplace.kernel.subjects import kind_of
from marketplace.search import queries

WORDS, NAMES = 5, 5
SHORTEST = 2  # plain letters; one syllable of Hangul is two
KINDS = {
    "search": _l("Search"),
    "organisation": _l("Organisation"),
    "centre": _l("Centre"),
    "call": _l("Call"),
}


@dataclass(frozen=True)
class Suggestion:
    """A line of the list: what it says, what it is, and where it leads."""

    text: str
    kind: Any
    href: str
    locale: str = ""


def suggestions_for(typed: str) -> list[Suggestion]:
    """What the text may be the beginning of."""
    text = " ".join(nfc(typed).split())
    before, _, last = text.rpartition(" ")
    found = [
        Suggestion(said, KINDS["search"], f"/search?{urlencode({'q': said})}")
        for word in _words(last)
        if (said := f"{before} {word}".strip())
    ]
    if len(did_you_mean.letters_of(text)) >= SHORTEST:
        found += [
            Suggestion(item.name, KINDS[item.kind], _address(item), item.locale)
            for item in queries.names_beginning(text, NAMES)
        ]
    return found[: WORDS + NAMES]


def _words(last: str) -> list[str]:
    """The most frequent words that begin so; a word that is searched for in a phrase or left out is not guessed."""
    letters = did_you_mean.letters_of(last)
    if len(letters) < SHORTEST or not last[0].isalnum():
        return []
    return did_you_mean.words_beginning(letters, facet_counts.index_of(ANONYMOUS), WORDS)


def _address(item: queries.NameMatch) -> str:
    return kind_of(item.kind).path.format(id=item.id, slug=item.slug)
