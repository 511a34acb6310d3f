"""What many rows are called at once: titles and names in the reader's language, a query for each kind of thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Select, bindparam, case, select
from sqlalchemy.dialects.postgresql import distinct_on

from marketplace.kernel import subjects
from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.locales import LOCALES

# Words and their language, by column and id.
Names = dict[tuple[str, int], tuple[str, str]]


def names(rows: Iterable[Any], locale: str) -> Names:
    """The words of the things that rows name by a column (``challenge_id``), in the reader's language.

    Rows have columns for some kinds of things, and name few of those.
    """
    rows = list(rows)
    found: Names = {}
    for declared in subjects.naming_subjects():
        column = f"{declared.name}_id"
        wanted: set[Any] = {getattr(row, column, None) for row in rows} - {None}
        if not wanted:
            continue
        rows_found = db.session.execute(_picked(declared.name, locale), {"wanted": sorted(wanted)})
        found |= {(column, row[0]): (row[1], row[2]) for row in rows_found}
    return found


@prepared
def _picked(name: str, locale: str) -> Select[Any]:
    declared = subjects.kind_of(name)
    texts = declared.texts
    assert texts is not None
    key, words, language = texts.owner_id, texts.words, texts.owner_id.class_.locale
    ranks: dict[Any, int] = {language == code: rank for rank, code in enumerate(LOCALES, 2)}
    query = select(key, words, language).ext(distinct_on(key))
    if texts.main is not None:
        ranks = {language == texts.main: 1} | ranks
        query = query.join(declared.model, declared.model.id == key)
    order = case((language == locale, 0), *ranks.items())
    return query.where(key.in_(bindparam("wanted", expanding=True)), words != "").order_by(key, order)


def title_markup(found: Names, column: str, key: int | None, locale: str) -> Markup:
    """One of them, marked with its language where that is not the page's."""
    words, lang = found.get((column, key or 0), ("", locale))
    return in_language(words, lang, locale)


def in_language(words: str, lang: str | None, locale: str) -> Markup:
    """Words of a person, with ``lang`` where it is not the page's."""
    if not lang or lang == locale:
        return escape(words)
    return Markup('<span lang="{}">{}</span>').format(lang, words)


def title_of(row: Any, found: Names, locale: str) -> Markup:
    """What a row is about: its own title, else that of the nearest thing it names."""
    if row.title is not None:
        return in_language(row.title, row.locale, locale)
    for declared in subjects.naming_subjects():
        column = f"{declared.name}_id"
        if words := title_markup(found, column, getattr(row, column, None), locale):
            return words
    return Markup("")
