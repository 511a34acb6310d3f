"""What a follow is called, and where it leads: made on reading, in the reader's language, for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from marketplace.catalogue import facet_choices
from marketplace.catalogue.facet_choices import WORDS
from marketplace.catalogue.filters import MANY, Filters
from marketplace.challenges.labels import DEADLINE_LABELS, STATUS_LABELS
from marketplace.following import saved_searches
from marketplace.following.models import Topic
from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.network.models import Centre
from marketplace.notifications.titles import name, names

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
class Named:
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


def hidden(found: Named) -> Named:
    """What may no longer be seen has neither name nor page."""
    return Named(found.kind, Markup.escape(str(UNSEEN)), "")


def kind_of(topic: Topic) -> str:
    """What kind of thing a topic is; a search for one field alone is that field."""
    for kind in ("challenge", "organisation", "centre"):
        if getattr(topic, f"{kind}_id"):
            return kind
    return "field" if is_field(saved_searches.read(topic.query or "")) else "search"


def is_field(filters: Filters | None) -> bool:
    """Whether a search asks for one field and nothing else."""
    return filters is not None and len(filters.fields) == 1 and filters.query() == [("field", filters.fields[0])]


def named(topics: Iterable[Topic], locale: str) -> dict[int, Named]:
    """Each topic by id, in words, in a few queries however many there are. Whether it may be seen is not asked here."""
    rows = list(topics)
    wanted = [
        SimpleNamespace(challenge_id=t.challenge_id, organisation_id=t.organisation_id or t.centre_id, call_id=None)
        for t in rows
    ]
    titles = names(wanted, locale)
    slugs = (
        dict(db.session.execute(select(Centre.id, Centre.slug).where(Centre.id.in_([t.centre_id for t in rows]))).all())
        if any(t.centre_id for t in rows)
        else {}
    )
    read = {
        t.id: filters for t in rows if t.query is not None and (filters := saved_searches.read(t.query)) is not None
    }
    places = _places(read.values(), locale)
    found = {}
    for topic, row in zip(rows, wanted, strict=True):
        kind = kind_of(topic)
        if topic.query is not None:
            words, path = Markup.escape(words_of(read.get(topic.id), places)), f"/challenges?{topic.query}"
        elif topic.challenge_id:
            words, path = name(titles, "challenge_id", topic.challenge_id, locale), f"/challenges/{topic.challenge_id}"
        else:
            words = name(titles, "organisation_id", row.organisation_id, locale)
            path = f"/centres/{slugs[topic.centre_id]}" if topic.centre_id else f"/organisations/{row.organisation_id}"
        found[topic.id] = Named(kind, words, path.rstrip("?"))
    return found


def words_of(filters: Filters | None, places: Mapping[str, Mapping[str, str]]) -> str:
    """A search in the words of its filters: ``“leak” · Water · TRL 5``."""
    if filters is None:
        return ""
    parts = [str(QUOTED) % {"words": filters.text}] if filters.text else []
    for parameter, attribute, _ in MANY:
        known = WORDS.get(parameter) or places[parameter]
        parts += [str(known.get(value, value)) for value in getattr(filters, attribute)]
    if filters.deadline:
        parts.append(str(DEADLINE_LABELS[filters.deadline]))
    if filters.status != "open" and parts:
        parts.append(str(STATUS_LABELS[filters.status]))
    return " · ".join(parts) or str(EVERYTHING)


def _places(searches: Iterable[Filters], locale: str) -> dict[str, dict[str, str]]:
    """Names of the regions, centres and calls that searches mention, by parameter and value."""
    wanted = list(searches)
    found = {}
    for parameter, attribute, _ in MANY:
        if parameter not in WORDS:
            values = {value for filters in wanted for value in getattr(filters, attribute)}
            found[parameter] = facet_choices.named(parameter, values, locale)
    return found
