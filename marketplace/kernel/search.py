"""Full-text search over French, English and Korean in one vector a text.

The SQL functions are made by migrations: ``tangent_plain(text)`` folds letters as ``plain.unaccented`` does,
``tangent_vector(locale, text)`` holds stems and overlapping Hangul bigrams, ``tangent_weighed`` the same with titles
above bodies, ``tangent_query(text)`` reads a query in any mix of the three languages, ``tangent_phrase(text)`` words
that stand one after the other. A word in several parts (Wi-Fi, COVID-19) is found as one and as its parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Computed,
    except_,
    false,
    func,
    intersect,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import MappedColumn, mapped_column

from marketplace.kernel.search_query import MOST, SearchQuery
from marketplace.kernel.unaccent import FORMS, identity, squeeze_name, strip_company_form, unaccent

__all__ = [
    "begins",
    "contains",
    "identity",
    "ids_called",
    "ids_of",
    "is_named",
    "known_as",
    "matches",
    "matches_phrase",
    "most_of",
    "names",
    "plain",
    "squeezed_key",
    "unaccent",
    "weighed_column",
]


def known_as(model: Any) -> Any:
    """What a record from elsewhere is known by: its source and identifier, as ``identity`` folds them."""
    return tuple_(func.tangent_identity(model.source), func.tangent_identity(model.source_id))


def weighed_column(title: str, summary: str = "", *body: str) -> MappedColumn[Any]:
    """A generated ``tsvector`` over text columns of a row that has a ``locale``; a title weighs most."""
    joined = " || ' ' || ".join(f"coalesce({name}, '')" for name in body)
    middle = f"coalesce({summary}, '')" if summary else "''"
    parts = f"coalesce({title}, ''), {middle}, {joined}"
    return mapped_column(TSVECTOR, Computed(f"tangent_weighed(locale, {parts})", persisted=True), deferred=True)


def matches(vector: Any, query: str) -> ColumnElement[bool]:
    """Whether a vector answers the query; a query without a searchable word matches nothing."""
    found: ColumnElement[bool] = vector.op("@@")(func.tangent_query(query))
    return found


def matches_phrase(vector: Any, phrase: str) -> ColumnElement[bool]:
    """Whether a vector holds these words one after the other."""
    found: ColumnElement[bool] = vector.op("@@")(func.tangent_phrase(phrase))
    return found


def ids_of(owner: Any, vector: Any, text: str, among: Any = None, spread: bool = True) -> Any:
    """The owners, one of whose texts in any language answers a query, or several of them together.

    Words may be spread over languages; what is to be left out must be in none of them. ``among`` is a query of the
    only owners to look at; without ``spread`` the words must be in one text, which is quicker.
    """
    asked = SearchQuery.of(text)
    owners = select(owner) if among is None else select(owner).where(owner.in_(among))
    parts: list[Any] = []
    for phrase in asked.phrases[:MOST]:
        parts.append(owners.where(matches_phrase(vector, phrase)))
    if asked.words:
        together = owners.where(matches(vector, " ".join(asked.words)))
        each = [owners.where(matches(vector, word)) for word in asked.words[:MOST]]
        parts.append(union(together, intersect(*each)) if spread and 1 < len(asked.words) <= MOST else together)
    if not parts:
        parts.append(owners if asked.without else owners.where(false()))
    found: Any = intersect(*parts) if len(parts) > 1 else parts[0]
    refused = _refused(owners, vector, asked)
    return except_(found, *refused) if refused else found


def ids_called(owner: Any, vector: Any, text: str, called: Callable[[str], Any]) -> Any:
    """The owners whose name holds one of the words asked, and whose texts or name hold the others; None for no words.

    ``called`` is a query of the owners whose name holds some words.
    """
    asked = SearchQuery.of(text)
    terms = [*((said, matches_phrase) for said in asked.phrases), *((word, matches) for word in asked.words)][:MOST]
    if not terms:
        return None
    among = union(*(called(term) for term, _ in terms))
    each = [union(called(term), select(owner).where(owner.in_(among), holds(vector, term))) for term, holds in terms]
    found: Any = intersect(*each) if len(each) > 1 else each[0]
    refused = _refused(select(owner), vector, asked)
    return except_(found, *refused) if refused else found


def _refused(owners: Any, vector: Any, asked: SearchQuery) -> list[Any]:
    return [
        owners.where(matches_phrase(vector, words) if " " in words else matches(vector, words))
        for words in asked.without[:MOST]
    ]


def names(plain_name: Any, words: str) -> ColumnElement[bool]:
    """Whether a name as ``plain`` has it holds words, as ``is_named`` tells in Python."""
    looked_for, anywhere = _in_name(words)
    if not looked_for:
        return false()
    return func.strpos(plain_name if anywhere else func.concat(" ", plain_name, " "), looked_for) > 0


def is_named(plain_name: str, words: str) -> bool:
    """Whether a name holds words from the beginning of one of its own; short ones whole, Hangul anywhere."""
    looked_for, anywhere = _in_name(words)
    return bool(looked_for) and looked_for in (plain_name if anywhere else f" {plain_name} ")


def _in_name(words: str) -> tuple[str, bool]:
    folded = unaccent(words).strip()
    if re.fullmatch("[가-힣 ]{2,}", folded):
        return folded, True
    return (f" {folded}" if len(folded) > 2 else f" {folded} " if folded else ""), False


def most_of(text: str) -> Any:
    """A query for most of the words of another: all but one, or all but two of six and more; None for fewer than three.

    It is for what nothing answers as it was asked.
    """
    asked = SearchQuery.of(text)
    words = asked.words[:MOST]
    if asked.phrases or asked.without or len(words) < 3:
        return None
    kept = combinations(words, len(words) - (1 if len(words) < 6 else 2))
    found: Any = None
    for some in kept:
        query = func.tangent_query(" ".join(some))
        found = query if found is None else found.op("||")(query)
    return select(found).scalar_subquery()


def plain(column: Any) -> ColumnElement[str]:
    """The sort key of a name: without case or accents."""
    key: ColumnElement[str] = func.tangent_plain(column)
    return key


def squeezed_key(column: Any) -> ColumnElement[str]:
    """A name as ``contains`` and ``begins`` compare it, where no column keeps it."""
    key: ColumnElement[str] = func.tangent_squeezed(column)
    return key


def contains(name: Any, text: str) -> ColumnElement[bool]:
    """Whether a squeezed name holds a text, however both set blanks, hyphens and apostrophes; nothing holds nothing."""
    part = strip_company_form(squeeze_name(text))
    return func.strpos(name, part) > 0 if part else false()


def begins(name: Any, text: str) -> ColumnElement[bool]:
    """Whether a squeezed name begins with a text, after the form of a Korean company or without one."""
    part = strip_company_form(squeeze_name(text))
    forms = ("", *FORMS) if re.match("[가-힣]", part) else ("",)
    return or_(*(name.startswith(form + part, autoescape=True) for form in forms))
