"""Words without case or accents."""

from __future__ import annotations

import re
import unicodedata


def unaccented(text: str) -> str:
    """``plain`` in Python, for comparing names that are not in the database yet."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed)).lower()
