"""Titles of challenges and calls and names of organisations for many rows at once, in three queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Select, bindparam, case, select
from sqlalchemy.dialects.postgresql import distinct_on

from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel.db import db
from marketplace.kernel.locales import LOCALES
from marketplace.kernel.prepared import prepared
from marketplace.network.models import Call, CallText
from marketplace.people.models import OrganisationText

# Words and their language, by column and id.
Names = dict[tuple[str, int], tuple[str, str]]

# The texts, whose they are, their words, and the owner's main language.
COLUMNS: dict[str, tuple[Any, Any, Any, Any]] = {
    "challenge_id": (ChallengeText, ChallengeText.challenge_id, ChallengeText.title, Challenge),
    "call_id": (CallText, CallText.call_id, CallText.title, Call),
    "organisation_id": (OrganisationText, OrganisationText.organisation_id, OrganisationText.name, None),
}


def names(rows: Iterable[Any], locale: str) -> Names:
    """The words of the rows' ``challenge_id``, ``call_id`` and ``organisation_id`` in the reader's language."""
    rows = list(rows)
    found: Names = {}
    for column in COLUMNS:
        wanted = {getattr(row, column) for row in rows} - {None}
        if not wanted:
            continue
        rows_found = db.session.execute(_picked(column, locale), {"wanted": sorted(wanted)})
        found |= {(column, row[0]): (row[1], row[2]) for row in rows_found}
    return found


@prepared
def _picked(column: str, locale: str) -> Select[Any]:
    text, key, words, owner = COLUMNS[column]
    ranks: dict[Any, int] = {text.locale == code: rank for rank, code in enumerate(LOCALES, 2)}
    query = select(key, words, text.locale).ext(distinct_on(key))
    if owner is not None:
        ranks = {text.locale == owner.main_locale: 1} | ranks
        query = query.join(owner, owner.id == key)
    order = case((text.locale == locale, 0), *ranks.items())
    return query.where(key.in_(bindparam("wanted", expanding=True)), words != "").order_by(key, order)


def name(found: Names, column: str, key: int | None, locale: str) -> Markup:
    """One of them, marked with its language where that is not the page's."""
    words, lang = found.get((column, key or 0), ("", locale))
    return in_language(words, lang, locale)


def in_language(words: str, lang: str | None, locale: str) -> Markup:
    """Words of a person, with ``lang`` where it is not the page's."""
    if not lang or lang == locale:
        return escape(words)
    return Markup('<span lang="{}">{}</span>').format(lang, words)


def title_of(row: Any, found: Names, locale: str) -> Markup:
    """What a row is about: its own title, else its challenge's, else its call's, else its organisation's."""
    if row.title is not None:
        return in_language(row.title, row.locale, locale)
    for column in ("challenge_id", "call_id", "organisation_id"):
        if words := name(found, column, getattr(row, column), locale):
            return words
    return Markup("")
