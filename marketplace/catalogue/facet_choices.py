"""The choices of each filter with their counts, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.facet_counts import Facets, Index
from marketplace.catalogue.filters import FILTERS, STATUSES, Filters
from marketplace.catalogue.vocabulary import Filter
from marketplace.challenges import labels
from marketplace.kernel.locales import _l

STATUS = Filter("status", _l("State"), STATUSES, labels.STATUS_LABELS, None, is_folded=False, is_many=False,
                attribute="status")  # fmt: skip
FIRST = ("status", "qualify", "field", "deadline", "region", "kind")  # the others follow as they are declared


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
    for each in SHOWN:
        numbers, given = counts.by[each.attribute], each.chosen(filters)
        words = _known(names, each, {*numbers, *given}, locale) if callable(each.words) else each.words
        options: list[dict[str, Any]] = [
            {"value": value, "label": label, "count": numbers.get(value, 0), "checked": value in given}
            for value, label in words.items()
            if numbers.get(value) or value in given or each is STATUS
        ]
        if each.is_ranked:
            options.sort(key=lambda option: (-option["count"], str(option["label"])))
        if not each.is_many and each is not STATUS and options:
            options.insert(0, {"value": "", "label": _l("Any"), "count": None, "checked": not given})
        if options:
            kind = "checkbox" if each.is_many else "radio"
            found.append(Facet(each.name, each.legend, options, kind, each.is_folded and not given))
    return found


def _places(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


SHOWN = sorted((STATUS, *FILTERS), key=lambda each: _places(each.name))


def _known(names: dict[str, dict[str, str]], one: Filter, values: set[str], locale: str) -> dict[str, str]:
    """Names of places, which are asked for once as long as nothing changes."""
    known = names.setdefault(one.name, {})
    if missing := values - set(known):
        names[one.name] = known = {**known, **one.labels(list(missing), locale)}
    return {value: known[value] for value in values}


def chosen_values(filters: Filters, locale: str) -> list[tuple[str, Any, Filters]]:
    """Each value that narrows the list: its legend, its words, and the filters without it."""
    found = []
    for each in FILTERS:
        values = each.chosen(filters)
        words = each.labels(list(values), locale)
        for value in values:
            rest = tuple(other for other in values if other != value)
            found.append((each.legend, words.get(value, value), filters.without(each.attribute, rest)))
    return found
