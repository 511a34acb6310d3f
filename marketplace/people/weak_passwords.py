"""Passwords that others guess first: common words with something around them, rows of keys, and words of the context.

What is left of a password without such words must still be a password. Only what is likely is named here: the list
answers the guesses that a limited number of tries allows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from marketplace.kernel.unaccent import unaccent

COMMON = (
    "password", "passwort", "passw0rd", "motdepasse", "contrasena", "welcome", "bienvenue", "bonjour",
    "letmein", "iloveyou", "jetaime", "saranghae", "sunshine", "princess", "football", "baseball", "superman", "batman",
    "dragon", "monkey", "master", "shadow", "michael", "jennifer", "charlie", "trustno", "starwars", "whatever",
    "computer", "internet", "admin", "administrator", "root", "login", "changeme", "secret", "default", "guest",
    "azerty", "qwerty", "qwertz", "asdfgh", "zxcvbn", "qazwsx", "wsxedc", "zaqxsw", "abcdef", "doudou", "loulou",
    "chouchou", "marseille", "toulouse", "montreal", "quebec", "canada", "france", "korea", "seoul", "busan", "daejeon",
    "비밀번호", "패스워드", "사랑해", "안녕하세요", "대한민국", "관리자", "qlalfqjsgh", "tkfkdgo", "dkssudgktpdy",
    "startup", "challenge", "innovation", "marketplace",
)  # fmt: skip
ROWS = (
    "01234567890", "09876543210", "1234567890", "0987654321", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop",
    "qsdfghjklm", "wxcvbn", "qwertzuiop", "abcdefghijklmnopqrstuvwxyz", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "가나다라마바사아자차카타파하",
)  # fmt: skip
SWAPPED = str.maketrans("0134578@$!", "oieastbasi")
LEFT = 5  # letters that must be left without what is known
FEWEST = 5  # different signs

_word = re.compile(r"[^\W\d_]+")


def is_weak(password: str, context: Iterable[str] = ()) -> bool:
    """Whether a password is among the first guesses; ``context`` are texts about its owner and the site."""
    typed = _folded(password)
    if len(set(typed)) < FEWEST or _is_row(typed) or _is_repeated(typed):
        return True
    if _is_row(re.sub(r"\d", "", typed)) and _is_row(re.sub(r"\D", "", typed)):  # two rows, one between the other
        return True
    known = sorted({*map(_folded, COMMON), *_words(context)}, key=len, reverse=True)
    return any(_is_known(form, known) for form in {typed, typed.translate(SWAPPED)})


def _folded(text: str) -> str:
    return unaccent(unicodedata.normalize("NFKC", text)).lower()


def _words(context: Iterable[str]) -> set[str]:
    """Words of the context that are long enough to be told from chance, and each text written as one word."""
    texts = [_folded(text) for text in context]
    single = {word for text in texts for word in _word.findall(text)}
    joined = {"".join(_word.findall(text)) for text in texts}
    return {word for word in single | joined if len(word) >= (4 if word.isascii() else 2)}


def _is_known(typed: str, known: list[str]) -> bool:
    """Whether little is left beside words that are known; a password without any is nothing to this rule."""
    rest = typed
    for word in known:
        rest = rest.replace(word, " ")
    if rest == typed:
        return False
    return sum(letter.isalpha() for letter in rest) < LEFT


def _is_row(typed: str) -> bool:
    """Whether it is made of neighbours on a keyboard or in the alphabet, with a little around them."""
    bare = re.sub(r"[\W_]", "", typed)
    rest = bare
    for row in map(_folded, ROWS):
        for line in (row, row[::-1]):
            for length in range(len(line), 3, -1):
                for start in range(len(line) - length + 1):
                    rest = rest.replace(line[start : start + length], "")
    return len(rest) < len(bare) and len(set(rest)) < 4


def _is_repeated(typed: str) -> bool:
    """Whether it is one short piece written again and again."""
    return re.fullmatch(r"(.{1,5}?)\1+.{0,4}", typed) is not None
