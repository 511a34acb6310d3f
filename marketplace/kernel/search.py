"""Full-text search over French, English and Korean in one vector a text.

The SQL functions are created by the first migration: ``tangent_plain(text)`` lower-cases and strips accents,
``tangent_vector(locale, text)`` holds stems and overlapping Hangul bigrams, ``tangent_query(text)`` reads a query
in any mix of the three languages.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Computed, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import MappedColumn, mapped_column


def vector_column(*columns: str) -> MappedColumn[Any]:
    """A generated ``tsvector`` over text columns of a row that has a ``locale``."""
    joined = " || ' ' || ".join(f"coalesce({name}, '')" for name in columns)
    return mapped_column(TSVECTOR, Computed(f"tangent_vector(locale, {joined})", persisted=True), deferred=True)


def matches(vector: Any, query: str) -> ColumnElement[bool]:
    """Whether a vector answers the query; a query without a searchable word matches nothing."""
    found: ColumnElement[bool] = vector.op("@@")(func.tangent_query(query))
    return found


def plain(column: Any) -> ColumnElement[str]:
    """The sort key of a name: without case or accents."""
    key: ColumnElement[str] = func.tangent_plain(column)
    return key


def unaccented(text: str) -> str:
    """``plain`` in Python, for comparing names that are not in the database yet."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed)).lower()
