"""Open challenges like another, for its page: by words of its title, its fields and its centre, at one query.

Candidates are capped: the newest that share words of the title, and the newest of all. What is weighed is what
lists may know: nothing tells that two challenges come from one anonymous company.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import (
    BigInteger,
    Float,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB

from marketplace.calls.models import Call
from marketplace.catalogue import results
from marketplace.catalogue.filter_conditions import centre_shown, responsible_centre
from marketplace.catalogue.filters import Filters
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import pick_text
from marketplace.kernel.policy import Actor

MOST = 4
BY_WORDS, NEWEST = 150, 100  # candidates
WORDS, FEW = 6, 4  # of the title: that are weighed, and by which candidates are found
_word = re.compile(r"[가-힣]{2,}|[^\W_]{4,}")
FIELD, CENTRE = 0.01, 0.004  # what a shared field or centre weighs beside the words


@dataclass
class Title:
    """A title in one language."""

    locale: str
    title: str


@dataclass(frozen=True)
class Similar:
    """A challenge as the page of another names it."""

    id: int
    text: Title
    closes_at: datetime | None
    zone: str


def find_similar(challenge: Challenge, actor: Actor, locale: str, now: datetime) -> list[Similar]:
    """Up to four open challenges that this reader may see, the closest first."""
    words = words_of(challenge)
    given = {
        "own": challenge.id,
        "own_centre": centre_shown(challenge) or 0,
        **{f"word_{place}": word for place, word in enumerate(words)},
        **{f"field_{place}": [field] for place, field in enumerate(challenge.fields)},
        **clock.at(now),
    }
    found = [
        (row, pick_text({code: Title(code, title) for code, title in row.titles.items()}, locale))
        for row in db.session.execute(_query(actor, len(words), len(challenge.fields)), given)
        if row.titles
    ]
    return [Similar(row.id, text, row.closes_at, row.time_zone or "UTC") for row, text in found if text is not None]


def words_of(challenge: Challenge) -> list[str]:
    """The longest words of its title: those that say most."""
    text = pick_text(challenge.texts, challenge.main_locale)
    said = dict.fromkeys(_word.findall(text.title if text else ""))
    return sorted(said, key=lambda word: -len(word) * (2 if "가" <= word[0] <= "힣" else 1))[:WORDS]


@prepared
def _query(actor: Actor, word_count: int, field_count: int) -> Select[Any]:
    """For a title of so many words and a challenge of so many fields, which are parameters."""
    words = [func.tangent_query(bindparam(f"word_{place}", type_=Text)) for place in range(word_count)]
    fields = [Challenge.fields.contains(bindparam(f"field_{place}", type_=JSONB)) for place in range(field_count)]
    open_now = results.find_published(actor, Filters(), clock.NOW)
    newest = (  # in the order of the catalogue's index; what this reader may not see falls out outside
        select(Challenge.id)
        .where(Challenge.state == "open", not_(Challenge.is_reference))
        .order_by(Challenge.published_at.desc(), Challenge.id.desc())
        .limit(NEWEST)
    )
    candidates = union(_sharing(words), select(newest.subquery())) if len(words) > 1 else newest
    rank = cast(func.coalesce(func.max(func.ts_rank(ChallengeText.search, _any(words), 1)) if words else 0, 0), Float)
    shared = sum((case((field, 1), else_=0) for field in fields), literal(0))
    same = case((responsible_centre() == bindparam("own_centre", type_=BigInteger), 1), else_=0)
    score = rank + FIELD * shared + CENTRE * same
    titles = func.jsonb_object_agg(ChallengeText.locale, ChallengeText.title).filter(ChallengeText.title != "")
    return (
        open_now.with_only_columns(
            Challenge.id, titles.label("titles"), queries.closing().label("closes_at"), Call.time_zone,
            maintain_column_froms=True,
        )
        .join(ChallengeText, ChallengeText.challenge_id == Challenge.id)
        .where(Challenge.id != bindparam("own", type_=BigInteger), Challenge.id.in_(candidates))
        .group_by(Challenge.id, Call.id)
        .having(or_(rank > 0, shared > 0))
        .order_by(score.desc(), Challenge.id.desc())
        .limit(MOST)
    )  # fmt: skip


def _any(words: list[Any]) -> Any:
    found = words[0]
    for word in words[1:]:
        found = found.op("||")(word)
    return found


def _sharing(words: list[Any]) -> Select[Any]:
    """Ids of the newest that hold three of the longest words, or both where there are two.

    Fewer words would be held by too many texts to be looked through.
    """
    groups = [one.op("&&")(other).op("&&")(third) for one, other, third in combinations(words[:FEW], 3)][:2]
    asked = select(_any(groups or [words[0].op("&&")(words[1])]).label("words"))
    # not known when the plan is made, which then trusts the index: for common words it would read every text instead
    sought = asked.cte("asked").prefix_with("MATERIALIZED")
    holding = select(ChallengeText.challenge_id).join_from(
        sought, ChallengeText, ChallengeText.search.op("@@")(sought.c.words)
    )
    # all of them before the newest: else they would be sought by id, and that reads every text
    held = holding.cte("holding").prefix_with("MATERIALIZED")
    return select(select(held.c.challenge_id).order_by(held.c.challenge_id.desc()).limit(BY_WORDS).subquery())
