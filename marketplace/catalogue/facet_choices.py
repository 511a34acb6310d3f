"""The choices of each filter with their counts, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, load_only

from marketplace.calls.models import Call, CallText
from marketplace.calls.queries import visible_to
from marketplace.catalogue.facet_counts import Facets, Index
from marketplace.catalogue.filters import MANY, Filters
from marketplace.challenges import labels
from marketplace.kernel.db import db
from marketplace.kernel.locales import NAMES, _l
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network.models import Centre
from marketplace.people.models import Organisation, OrganisationText
from marketplace.places.models import Region

LEGENDS = {
    "status": _l("State"),
    "qualify": _l("Whether you qualify"),
    "field": _l("Field"),
    "deadline": _l("Deadline"),
    "region": _l("Region"),
    "kind": _l("Kind of company"),
    "sector": _l("Sector of the company"),
    "centre": _l("Centre"),
    "call": _l("Call"),
    "track": _l("How it starts"),
    "trl": _l("Readiness sought"),
    "budget": _l("Budget"),
    "ip": _l("Rights"),
    "language": _l("Written in"),
}
AT_ONCE = ("status", "qualify", "field", "deadline", "region")  # the others are folded until they are used
WORDS: dict[str, Mapping[str, Any]] = {
    "field": labels.FIELD_LABELS,
    "sector": labels.FIELD_LABELS,
    "track": labels.TRACK_LABELS,
    "kind": labels.COMPANY_KINDS,
    "trl": {str(level): f"TRL {level}" for level in range(1, 10)},
    "budget": labels.BUDGET_LABELS,
    "ip": labels.IP_LABELS,
    "language": NAMES,
    "deadline": labels.DEADLINE_LABELS,
    "status": labels.STATUS_LABELS,
    "qualify": labels.QUALIFY_LABELS,
}
RANKED = ("field", "sector", "region", "centre", "call", "kind")  # the most frequent first; others keep their own order
ATTRIBUTES = {name: attribute for name, attribute, _ in MANY} | {
    name: name for name in ("deadline", "qualify", "status")
}


@dataclass(frozen=True)
class Facet:
    """One filter: ``kind`` is checkbox or radio; folded where nothing of it is chosen."""

    name: str
    legend: Any
    options: list[dict[str, Any]]
    kind: str
    folded: bool


def facets(filters: Filters, counts: Facets, locale: str, index: Index) -> list[Facet]:
    """Every filter that leads somewhere; what is chosen stays even where nothing is left behind it."""
    found = []
    names: dict[str, dict[str, str]] = index.kept("names", locale, dict)
    for name, legend in LEGENDS.items():
        attribute = ATTRIBUTES[name]
        numbers, given = counts.by[attribute], getattr(filters, attribute)
        single = isinstance(given, str)
        chosen = (given,) if single else given
        words = WORDS.get(name) or _known(names, name, {*numbers, *chosen}, locale)
        options: list[dict[str, Any]] = [
            {"value": value, "label": label, "count": numbers.get(value, 0), "checked": value in chosen}
            for value, label in words.items()
            if numbers.get(value) or value in chosen or name == "status"
        ]
        if name in RANKED:
            options.sort(key=lambda option: (-option["count"], str(option["label"])))
        if name in ("deadline", "qualify") and options:
            options.insert(0, {"value": "", "label": _l("Any"), "count": None, "checked": not given})
        if options:
            folded = name not in AT_ONCE and not any(chosen)
            found.append(Facet(name, legend, options, "radio" if single else "checkbox", folded))
    return found


def _known(names: dict[str, dict[str, str]], kind: str, values: set[str], locale: str) -> dict[str, str]:
    """Names of places, which are asked for once as long as nothing changes."""
    known = names.setdefault(kind, {})
    if missing := values - set(known):
        names[kind] = known = known | named(kind, missing, locale)
    return {value: known[value] for value in values}


def chosen(filters: Filters, locale: str) -> list[tuple[str, Any, Filters]]:
    """Each value that narrows the list: its legend, its words, and the filters without it."""
    found = []
    for name, attribute, _ in MANY:
        values: tuple[str, ...] = getattr(filters, attribute)
        words = WORDS.get(name) or named(name, values, locale)
        for value in values:
            rest = tuple(other for other in values if other != value)
            found.append((LEGENDS[name], words.get(value, value), filters.without(attribute, rest)))
    if filters.qualify:
        found.append((LEGENDS["qualify"], labels.QUALIFY_LABELS[filters.qualify], filters.without("qualify")))
    if filters.deadline:
        found.append((LEGENDS["deadline"], labels.DEADLINE_LABELS[filters.deadline], filters.without("deadline")))
    return found


def named(name: str, values: Iterable[str], locale: str) -> dict[str, str]:
    """Names of regions by code, centres by slug or public calls by id; what nobody knows stands for itself."""
    codes = list(values)
    known = {code: code for code in codes}
    return known | NAMED[name](codes, locale) if codes else {}


def _regions(codes: list[str], locale: str) -> dict[str, str]:
    rows = db.session.scalars(select(Region).where(Region.code.in_(codes)))
    return {region.code: region.name(locale) for region in rows}


def _centres(slugs: list[str], locale: str) -> dict[str, str]:
    texts = joinedload(Organisation.texts).load_only(OrganisationText.name)
    query = select(Centre).options(joinedload(Centre.organisation).options(texts, lazyload(Organisation.region)))
    centres = db.session.scalars(query.where(Centre.slug.in_(slugs))).unique()
    return {centre.slug: centre.organisation.name(locale) for centre in centres}


def _calls(ids: list[str], locale: str) -> dict[str, str]:
    texts = joinedload(Call.texts).load_only(CallText.title)
    query = visible_to(ANONYMOUS).options(load_only(Call.main_locale), lazyload(Call.programme), texts)
    calls = db.session.scalars(query.where(Call.id.in_([int(id) for id in ids]))).unique()
    return {str(call.id): title for call in calls if (title := call.title(locale))}


NAMED: dict[str, Callable[[list[str], str], dict[str, str]]] = {
    "region": _regions,
    "centre": _centres,
    "call": _calls,
}
