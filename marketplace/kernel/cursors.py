"""Marks of a place in a list: signed, and good for the list they were drawn from alone."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.kernel.errors import Refusal
from marketplace.kernel.locales import _l

LONGEST = 600  # characters


class BadCursor(Refusal):
    """The mark was changed, or belongs to another list (400)."""

    field = "cursor"


def write(of: Any, place: list[Any]) -> str:
    """A mark of ``place`` in the list that ``of`` describes."""
    return _serializer().dumps([_digest(of), *place])


def read(of: Any, mark: str, length: int) -> list[Any]:
    """The place, of ``length`` values. Raises BadCursor for a mark that is not from this list."""
    try:
        found = _serializer().loads(mark) if 0 < len(mark) <= LONGEST and mark.isascii() else None
    except BadSignature:
        found = None
    if not isinstance(found, list) or len(found) != length + 1 or found[0] != _digest(of):
        raise BadCursor(
            _l("This address marks a place in a list that is no longer there. Start again at its first page.")
        )
    return found[1:]


def _digest(of: Any) -> str:
    return hashlib.sha256(repr(of).encode("utf-8", "replace")).hexdigest()[:12]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="cursor")
