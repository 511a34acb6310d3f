"""Passwords as argon2id hashes, checked in the same time whether or not there is an account."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 10
LONGEST = 200

_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """What the database keeps of a password."""
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    return hashed("no account has this password")


def fits(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the stored hash; without one it takes as long and is False."""
    try:
        _hasher.verify(stored or _nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None


def is_old(stored: str) -> bool:
    """Whether the hash was made with other costs than today's and should be made anew."""
    return _hasher.check_needs_rehash(stored)
