"""What people write, as it is kept: one form of each letter, one kind of line end, nothing that turns its surroundings.

Forms, imports and the command line all take text through here.
"""

from __future__ import annotations

import re
import unicodedata

from marketplace.kernel.locales import nfc
from marketplace.kernel.unaccent import limit_marks

# Looked for where blanks begin, and in a text of bounded words below: work grows with the length, not with its square.
_BREAK = re.compile(r"(?<![ \t])[ \t]*[\n\t]\s*")
# Letters and signs to Unicode, nothing to the eye.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = ("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp")
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}:/|\bmailto:|\bwww\.|[^\s@]@[^\s@]+\.[^\s@]"  # a scheme, a host, an address
    r"|[^\W_][\w-]{0,62}\.[^\W\d_]{2,63}(?::\d{1,10})?[/?#]"
)


def clean_lines(text: str) -> str:
    """A text of several lines; empty where nothing can be seen of it."""
    kept = nfc(text).strip()
    seen = (letter not in _FILLERS and unicodedata.category(letter) not in _UNSEEN for letter in kept)
    return kept if any(seen) else ""


def clean_line(text: str) -> str:
    """A name or a title: one line with a letter or a figure, or nothing."""
    kept = _BREAK.sub(" ", nfc(text)).strip()
    return kept if says_something(kept) else ""


def says_something(text: str) -> bool:
    """Whether there is a letter or a figure that can be seen."""
    return any(letter.isalnum() and letter not in _FILLERS for letter in text)


def holds_link(text: str) -> bool:
    """Whether a mail program would make a link of a part of it."""
    return bool(_LINK.search(unicodedata.normalize("NFKC", limit_marks(text)).lower()))
