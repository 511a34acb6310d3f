"""Words as they are compared: without case, accents and the many ways to write one letter.

The SQL functions ``tangent_plain`` and ``tangent_squeezed`` do the same; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata

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
_apart = str.maketrans("", "", " \t\n'-")


def unaccented(text: str) -> str:
    """``tangent_plain`` in Python."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_before))
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed).lower().translate(_after))


def squeezed(text: str) -> str:
    """``tangent_squeezed`` in Python: a name without blanks, hyphens and apostrophes, which people set as they like."""
    return unaccented(text).translate(_apart)
