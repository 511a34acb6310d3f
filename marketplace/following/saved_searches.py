"""Saved searches: their canonical text, and which of them a challenge answers, thousands in a few statements.

A filter here reads the same expressions as the list (``filter_columns``), so that a search can tell no more
about an anonymous company than the list does; a test keeps both in agreement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Text, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from werkzeug.datastructures import MultiDict

from marketplace.catalogue import bitmap_index
from marketplace.catalogue.filters import FILTERS, Filters
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.search_query import MOST, SearchQuery
from marketplace.people.models import OrganisationText


def text_of(filters: Filters) -> str:
    """The one text of a search, whatever order it was read in, and whoever read it: all its followers share it."""
    return urlencode(replace(filters, qualify="", sort="best" if filters.text else "newest").query())


@lru_cache(50_000)
def read(query: str) -> Filters | None:
    """The filters of a saved search; None where its vocabulary has changed since."""
    try:
        return Filters.of(MultiDict(parse_qsl(query)))
    except Invalid:
        return None


Facts = Mapping[str, Collection[str]]  # the values of one challenge, by kind of filter


def facts_of(challenge_id: int, now: datetime) -> Facts:
    """What filters read of one challenge, by the expressions of the list itself."""
    return bitmap_index.values_of(challenge_id, now)


def answers(facts: Facts, filters: Filters) -> bool:
    """Whether a challenge that is open, or opens later, answers the filters, the words and the state aside."""
    if {"open", "upcoming"}.isdisjoint(facts.get("status", ())):
        return False
    asked = ((each.chosen(filters), facts.get(each.attribute, ())) for each in FILTERS)
    return all(not values or not set(values).isdisjoint(found) for values, found in asked)


def ids_of(challenge_id: int, facts: Facts, searches: Sequence[tuple[int, str]]) -> list[int]:
    """Ids of the searches that the challenge answers."""
    read_once = {query: read(query) for _, query in searches}
    readable = [(id, filters) for id, query in searches if (filters := read_once[query]) is not None]
    kept = [(id, filters) for id, filters in readable if answers(facts, filters)]
    asked = {filters.text: SearchQuery.of(filters.text) for _, filters in kept if filters.text}
    held = _Held.of(challenge_id, asked.values())
    return [id for id, filters in kept if not filters.text or held.answers(asked[filters.text])]


@dataclass(frozen=True)
class _Held:
    """Which words and phrases the texts of one challenge hold, and the names its company shows."""

    words: frozenset[str]
    phrases: frozenset[str]
    names: tuple[str, ...]

    @classmethod
    def of(cls, challenge_id: int, asked: Iterable[SearchQuery]) -> _Held:
        words: set[str] = set()
        phrases: set[str] = set()
        for one in asked:
            words |= {*one.words, " ".join(one.words), *(said for said in one.without if " " not in said)}
            phrases |= {*one.phrases, *(said for said in one.without if " " in said)}
        return cls(
            _found(challenge_id, words - {""}, search.matches),
            _found(challenge_id, phrases, search.matches_phrase),
            _names(challenge_id),
        )

    def answers(self, asked: SearchQuery) -> bool:
        """The rules of ``queries.answering``."""
        for said in asked.without[:MOST]:
            if said in (self.phrases if " " in said else self.words) or self.is_named(said):
                return False
        return self.answers_by_text(asked) or self.answers_by_name(asked)

    def is_named(self, said: str) -> bool:
        return any(search.is_named(name, said) for name in self.names)

    def answers_by_name(self, asked: SearchQuery) -> bool:
        """The rules of ``search.ids_called``."""
        terms = [*((said, self.phrases) for said in asked.phrases), *((word, self.words) for word in asked.words)][
            :MOST
        ]
        named = {said for said, _ in terms if self.is_named(said)}
        return bool(named) and all(said in named or said in held for said, held in terms)

    def answers_by_text(self, asked: SearchQuery) -> bool:
        """The rules of ``search.ids_of``."""
        if not (asked.words or asked.phrases):
            return bool(asked.without)
        if not self.phrases.issuperset(asked.phrases[:MOST]):
            return False
        each = 1 < len(asked.words) <= MOST and self.words.issuperset(asked.words)
        return not asked.words or each or " ".join(asked.words) in self.words


def _names(challenge_id: int) -> tuple[str, ...]:
    """The company's names as they are compared, where the challenge shows them."""
    shown = select(OrganisationText.plain_name).join(
        Challenge, Challenge.organisation_id == OrganisationText.organisation_id
    )
    named = shown.where(Challenge.id == challenge_id, Challenge.visibility != "anonymous")
    return tuple(db.session.scalars(named))


def _found(challenge_id: int, terms: set[str], holds: Any) -> frozenset[str]:
    if not terms:
        return frozenset()
    term: Any = column("term", Text)
    given = func.unnest(literal(sorted(terms), ARRAY(Text))).table_valued(term, name="asked").render_derived()
    inside = select(ChallengeText.challenge_id).where(
        ChallengeText.challenge_id == challenge_id, holds(ChallengeText.search, given.c.term)
    )
    return frozenset(db.session.scalars(select(given.c.term).where(inside.exists(), true())))
