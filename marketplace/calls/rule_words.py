"""Eligibility rules as the public reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.kernel.locales import Sentence, _l
from marketplace.kernel.sentences import all_of, any_of, fill, language
from marketplace.people.sectors import SECTORS
from marketplace.places.models import Named

KINDS_IN_WORDS = {
    "large": _l("large companies"),
    "mid_size": _l("mid-size companies"),
    "public": _l("public companies"),
    "sme": _l("small and medium-sized companies"),
    "startup": _l("startups"),
    "non_profit": _l("non-profit organisations"),
    "municipality": _l("municipalities"),
    "chamber": _l("chambers of commerce"),
    "research": _l("research institutes"),
    "support": _l("support organisations"),
    "funder": _l("funders"),
    "centre": _l("innovation centres"),
}
DECLARATIONS = {
    "loan_default": _l("a loan in default"),
    "tax_arrears": _l("taxes overdue"),
    "unreturned_clawback": _l("public money to be returned and not returned yet"),
    "insolvency": _l("insolvency or receivership"),
    "ghost_written": _l("a plan written by somebody else for pay"),
    "double_funding": _l("the same work already paid by another public grant"),
}


def sentence(kind: str, params: Mapping[str, Any], places: Mapping[str, Named]) -> Any:
    """A rule as the public reads it; ``places`` names the regions and zones by code."""
    if kind == "age":
        return _age_sentence(params)
    if kind == "region":
        regions = any_of(place(code, places) for code in params.get("regions", ()))
        return fill(_l("Headquarters in %(regions)s"), regions=regions)
    if kind == "zone":
        return fill(_l("A site in %(zones)s"), zones=any_of(place(code, places) for code in params.get("zones", ())))
    if kind == "kind":
        kinds = any_of(KINDS_IN_WORDS.get(code, code) for code in params.get("kinds", ()))
        return fill(_l("Open to %(kinds)s only"), kinds=kinds)
    if kind == "running_grants":
        return _grants_sentence(int(params.get("most", 0)))
    if kind == "declaration":
        return fill(_l("None of these: %(things)s"), things=_declared(params))
    return SENTENCES[kind]


SENTENCES = {
    "representatives": _l("Everyone who legally represents the organisation qualifies as well"),
    "no_earlier_award": _l("No earlier award in this programme"),
    "not_affiliated": _l("Neither an affiliate nor a shareholder of the demand company, nor the other way round"),
    "no_sanction": _l("No exclusion from the network’s programmes in force"),
}


def _grants_sentence(most: int) -> Any:
    if not most:
        return _l("No other grant running on the notice date")
    return fill(_l("Other grants running on the notice date: %(most)s at most"), most=most)


def _declared(params: Mapping[str, Any]) -> Sentence:
    return any_of(DECLARATIONS.get(code, code) for code in params.get("codes", ()))


def _age_sentence(params: Mapping[str, Any]) -> Any:
    years = int(params.get("years", 7))
    fields = tuple(params.get("extended_fields", ()))
    if not fields or int(params.get("extended_years", years)) <= years:
        return fill(_l("At most %(years)s years old on the notice date"), years=years)
    return fill(
        _l("At most %(years)s years old on the notice date; %(more)s years in these fields: %(fields)s"),
        years=years,
        more=params["extended_years"],
        fields=all_of(SECTORS.get(code, code) for code in fields),
    )


def place(code: str, places: Mapping[str, Named]) -> Any:
    """A region or zone by its name; by its code where the name is not known."""
    found = places.get(code)
    return Sentence(lambda: found.name(language())) if found is not None else code
