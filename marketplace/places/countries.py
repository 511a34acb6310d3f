"""Countries by their ISO 3166-1 codes."""

from __future__ import annotations

from functools import cache

from babel import Locale

from marketplace.kernel.unaccent import unaccent

# What CLDR names beside them: unions, wide areas, parts of countries, and codes for trying things out.
OTHERS = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@cache
def countries(locale: str) -> dict[str, str]:
    """Every country's name by its code, in the order of the names."""
    names = Locale.parse(locale).territories.items()
    known = [(code, name) for code, name in names if len(code) == 2 and code not in OTHERS]
    return dict(sorted(known, key=lambda country: unaccent(country[1])))
