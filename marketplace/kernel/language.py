"""The language of words that were kept without one: reasons, notes, names of milestones."""

from __future__ import annotations

import re

# Small words of each language that the other does not have, and French stems cut before an apostrophe.
ENGLISH = """
    the of and to is are was were be been has have had will would can could should not it its this that these those
    with for from by at we our you your they their there which who what when after before than into only first both
    each all any no so must does did
"""
FRENCH = """
    le la les un une des du de et est sont était été être avec pour par sur dans qui que quoi dont où ne pas plus ce
    cette ces cet son sa ses leur leurs notre nos votre vos nous vous il elle ils elles au aux ou mais donc sans sous
    entre après avant deux trois très tout toute tous toutes peut doit fait selon dès lors chez vers aussi bien encore
    déjà afin
"""
CUT = "l d qu n s c j m t jusqu lorsqu puisqu"

_english, _french, _cut = (frozenset(words.split()) for words in (ENGLISH, FRENCH, CUT))
_word = re.compile(r"[^\W\d_]+(?=(['’]?))")
_accent = re.compile(r"[àâçèêëîïôûùœ]")
_letter = re.compile(r"[^\W\d_]")
_hangul = re.compile(r"[가-힣]")


def language_of(words: str) -> str:
    """The likely language (en, fr or ko), or nothing where the words do not tell."""
    text = words.lower()
    letters = len(_letter.findall(text))
    if letters and len(_hangul.findall(text)) * 4 >= letters:
        return "ko"
    english = french = 0
    for found in _word.finditer(text):
        word, is_cut = found[0], bool(found[1])
        english += word in _english
        french += word in _french or (is_cut and word in _cut) or bool(_accent.search(word))
    if english == french:
        return ""
    return "en" if english > french else "fr"
