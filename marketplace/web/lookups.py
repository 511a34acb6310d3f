"""Find a thing through what its reader may see, so that what is forbidden is a 404 by construction."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select
from werkzeug.routing import IntegerConverter, Map

from marketplace.kernel.db import db
from marketplace.kernel.errors import Missing

T = TypeVar("T")
GREATEST = 2**63 - 1  # of PostgreSQL's bigint


class Id(IntegerConverter):
    """Numbers in addresses; one that no row can have is no address of ours."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, max=GREATEST, **options)


def find(query: Select[T]) -> T:
    """The one row of ``query``. Raises Missing where there is none, or none for this reader."""
    row: T | None = db.session.scalars(query).unique().one_or_none()
    if row is None:
        raise Missing
    return row


def page_number(value: Any) -> int:
    """The page asked for in the address; anything else is the first."""
    text = str(value or "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
