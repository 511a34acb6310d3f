"""Known-item search: is a text found by its title, when only its body is searched?

French and English come from the real challenges; Korean from the real tasks and from generated ones, in which the
title joins words that the body writes apart and with particles. Beside it, PostgreSQL's plain ``simple`` configuration.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import column, func, select, text
from sqlalchemy import table as table_of

from benchmarks import texts
from marketplace.kernel import search
from marketplace.kernel.db import db
from marketplace.kernel.search_query import MOST, SearchQuery

FIRST = 10
KOREAN = 400  # generated tasks beside the real ones
ASKED = 300  # titles of each language, at most; the texts they are looked for in are all of them
MADE = """
CREATE TEMPORARY TABLE known (
  id integer PRIMARY KEY, locale text, title text, body text,
  ours tsvector GENERATED ALWAYS AS (tangent_vector(locale, body)) STORED,
  plain tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', body)) STORED
)
"""
PLAIN = """
SELECT id FROM known WHERE locale = :locale AND plain @@ plainto_tsquery('pg_catalog.simple', :words)
ORDER BY ts_rank(plain, plainto_tsquery('pg_catalog.simple', :words), 1) DESC, id LIMIT :first
"""


@dataclass(frozen=True)
class Quality:
    """How often the text is among the first ten, and the mean of one divided by its place there."""

    language: str
    texts: int
    asked: int
    search: str
    recall_at_10: float
    mean_reciprocal_rank: float


def measured() -> list[Quality]:
    """Every language with both searches."""
    db.session.execute(text(MADE))
    kept = list(_known())
    db.session.execute(
        text("INSERT INTO known VALUES (:id, :locale, :title, :body)"),
        [{"id": n, "locale": item.locale, "title": item.title, "body": item.body} for n, item in enumerate(kept)],
    )
    db.session.execute(text("CREATE INDEX ON known USING gin (ours)"))
    db.session.execute(text("CREATE INDEX ON known USING gin (plain)"))
    db.session.execute(text("ANALYZE known"))
    found = []
    for locale in ("en", "fr", "ko"):
        titles = [(n, item.title) for n, item in enumerate(kept) if item.locale == locale]
        asked = titles[:: max(1, len(titles) // ASKED)][:ASKED]
        for name, find in (("Tangent", _ours), ("simple", _plain)):
            places = [_place(n, find(locale, title)) for n, title in asked]
            recall = sum(place > 0 for place in places) / len(places)
            rank = sum(1 / place for place in places if place) / len(places)
            found.append(Quality(locale, len(titles), len(asked), name, round(recall, 3), round(rank, 3)))
    db.session.rollback()
    return found


def _known() -> list[texts.Text]:
    """Texts with a body of their own; a title that two of them have tells nothing."""
    read = texts.read().challenges
    titles = [item.title for item in read]
    kept = [item for item in read if len(item.body) > 40 and titles.count(item.title) == 1]
    choice = random.Random(5)
    made: dict[str, texts.Text] = {}
    while len(made) < KOREAN:
        task = texts.korean(choice)
        made.setdefault(task.title.replace(" ", ""), task)
    return kept + list(made.values())


def _ours(locale: str, title: str) -> list[int]:
    """As the product asks and ranks: all the words, or most of them where nothing holds all."""
    asked = SearchQuery.of(title)
    together = select(func.tangent_query(asked.wanted)).scalar_subquery()
    found = _ranked(locale, together, asked)
    most = search.most_of(title) if not found else None
    return found if most is None else _ranked(locale, most, asked)


def _ranked(locale: str, query: Any, asked: SearchQuery) -> list[int]:
    known = table_of("known", column("id"), column("locale"), column("ours"))
    either: Any = func.tangent_query(asked.wanted)
    for word in asked.words[:MOST]:
        either = either.op("||")(func.tangent_query(word))
    several = select(either).scalar_subquery()
    together = select(func.tangent_query(asked.wanted)).scalar_subquery()
    rank = func.ts_rank(known.c.ours, several, 1) + func.ts_rank_cd(known.c.ours, together, 1)
    wanted = select(known.c.id).where(known.c.locale == locale, known.c.ours.op("@@")(query))
    return list(db.session.scalars(wanted.order_by(rank.desc(), known.c.id.desc()).limit(FIRST)))


def _plain(locale: str, title: str) -> list[int]:
    return list(db.session.scalars(text(PLAIN), {"locale": locale, "words": title, "first": FIRST}))


def _place(wanted: int, found: list[int]) -> int:
    return found.index(wanted) + 1 if wanted in found else 0


def table(found: list[Quality]) -> str:
    """One row a language and search."""
    lines = [("language", "texts", "asked", "search", "recall@10", "MRR")]
    for row in found:
        figures = (f"{row.recall_at_10:.3f}", f"{row.mean_reciprocal_rank:.3f}")
        lines.append((row.language, str(row.texts), str(row.asked), row.search, *figures))
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def rows(found: list[Quality]) -> list[dict[str, object]]:
    """The figures as JSON holds them."""
    return [asdict(row) for row in found]
