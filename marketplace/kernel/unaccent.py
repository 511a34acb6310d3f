"""Words as they are compared: without case, accents and the many ways to write one letter.

The SQL functions ``tangent_plain`` and ``tangent_squeezed`` do the same; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Nobody sees these, or nobody types them: joiners, fillers, marks of direction and of trade.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u2800\u3164"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f\ufeff\uffa0"
    "™®©℠"
)
_APOSTROPHES, _HYPHENS = "´ʹʻʼʽˈ‘’‛′", "‐‑‒–—―−﹘"
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_before = str.maketrans(dict.fromkeys(_UNSEEN, "") | dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))
# Letters of their own, without an accent to take off: as people write them who lack the key.
_after = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "þ": "th", "ŋ": "ng"} | dict(zip("øłđðħıȷŧƒςʼ", "olddhijtfσ'", strict=True))
)
FORMS = ("(주)", "주식회사")  # what Korean companies are, before or after what they are called
_forms = re.compile("|".join(map(re.escape, FORMS)))
_blanks = re.compile("[ \t\n\u2028\u2029]+")
_apart = str.maketrans("", "", " \t\n'-")


MOST_MARKS = 30  # on one letter, as in Unicode's stream-safe text


@cache
def _crowds() -> re.Pattern[str]:
    marks = "".join(letter for letter in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(letter))
    return re.compile(f"([{marks}]{{{MOST_MARKS}}})[{marks}]+")


def limit_marks(text: str) -> str:
    """A text without the marks that nobody could tell apart on one letter: ordering them takes their number squared."""
    return text if len(text) < 1000 or text.isascii() else _crowds().sub(r"\1", text)


def unaccent(text: str) -> str:
    """``tangent_plain`` in Python."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", limit_marks(text.translate(_before)))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed).lower().translate(_after))


def squeeze_name(text: str) -> str:
    """``tangent_squeezed`` in Python: a name without blanks, hyphens and apostrophes, which people set as they like."""
    return unaccent(text).translate(_apart)


def strip_company_form(squeezed_name: str) -> str:
    """A squeezed name without the form of its company, which one file has and the next has not; alone it stays."""
    return _forms.sub("", squeezed_name) or squeezed_name


def identity(text: str) -> str:
    """``tangent_identity`` in Python: what a name or an identifier is known by, however it is spelt."""
    plain = unaccent(text)
    return _blanks.sub(" ", _forms.sub(" ", plain)).strip(" ") or plain
