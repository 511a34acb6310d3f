"""The signed links of messages that stop an alert without a sign-in: one follow, or every alert of a person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, Signer

EVERY = 0  # in place of a follow
LONGEST = 120


@dataclass(frozen=True)
class WayOut:
    """Whose alerts a link stops, and of which follow; of all of them where ``follow_id`` is EVERY."""

    user_id: int
    follow_id: int = EVERY


def signer() -> Signer:
    """What signs the links of this site."""
    return Signer(current_app.config["SECRET_KEY"], salt="way-out", sep="~", digest_method=hashlib.sha256)


def write(user_id: int, follow_id: int = EVERY, by: Signer | None = None) -> str:
    """The token of a link."""
    return (by or signer()).sign(f"{user_id}-{follow_id}").decode()


def read(token: str) -> WayOut | None:
    """What a token stops; None for one that this site did not sign."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        user_id, _, follow_id = signer().unsign(token).decode().partition("-")
    except BadSignature:
        return None
    return WayOut(int(user_id), int(follow_id))
