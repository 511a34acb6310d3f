"""What a follow is called, and where it leads: made on reading, in the reader's language, for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select, union_all

from marketplace.catalogue.filters import FILTERS, Filters
from marketplace.challenges.labels import STATUS_LABELS
from marketplace.following import saved_searches
from marketplace.following.models import Topic
from marketplace.kernel import subjects
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.notifications.titles import names, title_of

EVERYTHING = _l("Every challenge")
QUOTED = _l("“%(words)s”")
UNSEEN = _l("Something you can no longer see")
KINDS = {
    "challenge": _l("Challenge"),
    "organisation": _l("Organisation"),
    "centre": _l("Centre"),
    "field": _l("Field"),
    "search": _l("Saved search"),
}


@dataclass(frozen=True)
class TopicName:
    """A topic in words: its kind, its name (marked where that is in another language), its page within the site."""

    kind: str
    name: Markup
    path: str

    @property
    def label(self) -> Any:
        """The kind in words."""
        return KINDS[self.kind]

    @property
    def plain(self) -> str:
        """The name without markup, for messages."""
        return self.name.striptags()


def hidden_name(found: TopicName) -> TopicName:
    """What may no longer be seen has neither name nor page."""
    return TopicName(found.kind, Markup.escape(str(UNSEEN)), "")


THINGS = ("challenge", "organisation", "centre")


def kind_of(topic: Topic) -> str:
    """What kind of thing a topic is; a search for one field alone is that field."""
    for kind in THINGS:
        if getattr(topic, f"{kind}_id"):
            return kind
    return "field" if is_field(saved_searches.read(topic.query or "")) else "search"


def is_field(filters: Filters | None) -> bool:
    """Whether a search asks for one field and nothing else."""
    return filters is not None and len(filters.fields) == 1 and filters.query() == [("field", filters.fields[0])]


def name_topics(topics: Iterable[Topic], locale: str) -> dict[int, TopicName]:
    """Each topic by id, in words, in a few queries however many there are. Whether it may be seen is not asked here."""
    kinds = {topic: kind_of(topic) for topic in topics}
    rows = _rows(kinds)
    titles = names(rows.values(), locale)
    queries = {topic.id: saved_searches.read(topic.query) for topic in kinds if topic.query is not None}
    places = _places([filters for filters in queries.values() if filters is not None], locale)
    found = {}
    for topic, kind in kinds.items():
        if topic.query is not None:
            words, path = Markup.escape(words_of(queries[topic.id], places)), f"/challenges?{topic.query}".rstrip("?")
        else:
            row = rows[kind, getattr(topic, f"{kind}_id")]
            words, path = title_of(row, titles, locale), row.address
        found[topic.id] = TopicName(kind, words, path)
    return found


def _rows(kinds: Mapping[Topic, str]) -> dict[tuple[str, int], Any]:
    """The things that topics are, by kind and id."""
    parts = []
    for kind in sorted({*kinds.values()} & {*THINGS}):
        declared = subjects.kind_of(kind)
        ids = [getattr(topic, f"{kind}_id") for topic, own in kinds.items() if own == kind]
        parts.append(subjects.row_of(declared, select(declared.model).where(declared.model.id.in_(ids))))
    return {(row.type, row.id): row for row in db.session.execute(union_all(*parts))} if parts else {}


def words_of(filters: Filters | None, places: Mapping[str, Mapping[str, str]]) -> str:
    """A search in the words of its filters: ``“leak” · Water · TRL 5``."""
    if filters is None:
        return ""
    parts = [str(QUOTED) % {"words": filters.text}] if filters.text else []
    for each in FILTERS:
        known = places[each.name] if callable(each.words) else each.words
        parts += [str(known.get(value, value)) for value in each.chosen(filters)]
    if filters.status != "open" and parts:
        parts.append(str(STATUS_LABELS[filters.status]))
    return " · ".join(parts) or str(EVERYTHING)


def _places(searches: Iterable[Filters], locale: str) -> Mapping[str, Mapping[str, str]]:
    """Names of the regions, centres and calls that searches mention, by parameter and value."""
    wanted = list(searches)
    found: dict[str, Mapping[str, str]] = {}
    for each in FILTERS:
        if callable(each.words):
            values = {value for filters in wanted for value in each.chosen(filters)}
            found[each.name] = each.labels(list(values), locale)
    return found
