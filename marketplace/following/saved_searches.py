"""Saved searches: their canonical text, and which of them a challenge answers, thousands in a few statements.

A filter here reads the same expressions as the list (``challenges.narrowing``), so that a search can tell no more
about an anonymous company than the list does; a test keeps both in agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Select, Text, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from werkzeug.datastructures import MultiDict

from marketplace.calls.models import Call
from marketplace.catalogue import filter_conditions
from marketplace.catalogue.filters import Filters
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.search_query import MOST, SearchQuery
from marketplace.network.models import Centre
from marketplace.people.models import OrganisationText


def canonical(filters: Filters) -> str:
    """The one text of a search, whatever order it was read in, and whoever read it: all its followers share it."""
    return urlencode(replace(filters, qualify="", sort="best" if filters.text else "newest").query())


@lru_cache(50_000)
def read(query: str) -> Filters | None:
    """The filters of a saved search; None where its vocabulary has changed since."""
    try:
        return Filters.of(MultiDict(parse_qsl(query)))
    except Invalid:
        return None


@dataclass(frozen=True)
class Facts:
    """What lists know of one challenge; ``is_live`` says that it is published and has not closed."""

    is_live: bool
    many: Mapping[str, frozenset[str]]
    closing: datetime | None
    now: datetime


def facts_of(challenge_id: int, now: datetime) -> Facts:
    """The facts that filters read, by the expressions of the list itself."""
    row = db.session.execute(_facts(challenge_id, now)).one()
    levels = range(row.trl_from, row.trl_to + 1) if row.trl_from and row.trl_to else ()
    locales = select(ChallengeText.locale).where(ChallengeText.challenge_id == challenge_id, ChallengeText.title != "")
    many: dict[str, Iterable[Any]] = {
        "fields": row.fields,
        "sectors": row.sectors,
        "regions": [row.region],
        "centres": [row.centre],
        "calls": [row.call_id and str(row.call_id)],
        "tracks": [row.track],
        "kinds": [row.kind],
        "trl": map(str, levels),
        "budgets": [row.budget],
        "ip": [row.ip],
        "languages": db.session.scalars(locales).all(),
    }
    is_live = bool(row.is_open or row.is_upcoming)
    return Facts(is_live, {name: frozenset(found) - {None} for name, found in many.items()}, row.closing, now)


def _facts(challenge_id: int, now: datetime) -> Select[Any]:
    slug = select(Centre.slug).where(Centre.id == filter_conditions.responsible_centre()).scalar_subquery()
    return (
        queries.joined(select(Challenge))
        .where(Challenge.id == challenge_id)
        .with_only_columns(
            Challenge.fields,
            filter_conditions.shown_sectors().label("sectors"),
            filter_conditions.shown_region().label("region"),
            slug.label("centre"),
            Challenge.call_id,
            Call.track,
            filter_conditions.shown_kind().label("kind"),
            Challenge.trl_from,
            Challenge.trl_to,
            filter_conditions.budget_band().label("budget"),
            Challenge.ip_option.label("ip"),
            queries.closing().label("closing"),
            filter_conditions.has_status("open", now).label("is_open"),
            filter_conditions.has_status("upcoming", now).label("is_upcoming"),
            maintain_column_froms=True,
        )
    )


def answers(facts: Facts, filters: Filters) -> bool:
    """Whether a live challenge answers the filters, the words and the state aside."""
    if not facts.is_live:
        return False
    for name, found in facts.many.items():
        asked = getattr(filters, name)
        if asked and found.isdisjoint(asked):
            return False
    if not filters.deadline:
        return True
    if filters.deadline == "none":
        return facts.closing is None
    period = filter_conditions.PERIODS[filters.deadline]
    return facts.closing is not None and facts.now <= facts.closing <= facts.now + period


def matching(challenge_id: int, facts: Facts, searches: Sequence[tuple[int, str]]) -> list[int]:
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
        """The rules of ``narrowing.answering``."""
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
