"""Passwords as argon2id hashes, checked in the same time whether or not there is an account.

A password is the same in every spelling of its letters and blanks (RFC 8265, OpaqueString): it is brought to one form
before it is hashed or compared.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app

from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.people.weak_passwords import is_weak

SHORTEST = 10
LONGEST = 200
MOST_LOOKED_AT = 4 * LONGEST  # letters; more are no password of anybody's

_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)


def one_form(password: str) -> str:
    """The password in the form that is hashed: composed letters, and one kind of blank.

    What is too long for a password stays as it is: composing marks without end takes their number squared.
    """
    if len(password) > MOST_LOOKED_AT:
        return password
    blanks = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in password)
    return unicodedata.normalize("NFC", blanks)


WEAK = _l(
    "This password is among the first that others try: a common word, a row of keys, or a name of yours or of this"
    " site. A few words of your own in a row make a good one."
)


def demand_strong(password: str, *about: str) -> None:
    """Refuse a new password that others guess first; ``about`` are texts on its owner. Raises Invalid."""
    if is_weak(password, (current_app.config["SITE_NAME"], *about)):
        raise Invalid(WEAK, field="password")


def compose_password(typed: Any) -> Any:
    """What was typed as a new password, in its one form: its letters are counted so."""
    return one_form(typed) if isinstance(typed, str) else typed


def hash_password(password: str) -> str:
    """What the database keeps of a password."""
    return _hasher.hash(one_form(password))


@cache
def _nobody() -> str:
    return hash_password("no account has this password")


def fits(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the stored hash; without one it takes as long and is False."""
    return any(_verified(stored or _nobody(), form) for form in _forms(password)) and stored is not None


def is_old(stored: str, password: str) -> bool:
    """Whether the hash, which the password fits, should be made anew: with today's costs, or of its one form."""
    return _hasher.check_needs_rehash(stored) or (
        len(_forms(password)) > 1 and not _verified(stored, one_form(password))
    )


def _forms(password: str) -> list[str]:
    """The forms in which it may have been hashed: the one of today, and as it was once typed."""
    cut = password[:MOST_LOOKED_AT]
    return list(dict.fromkeys((one_form(cut), cut, unicodedata.normalize("NFD", cut))))


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
