"""Time zones as people choose them: every city of the zone database by its name in the page's language."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel.core import Locale, get_global
from babel.dates import get_timezone_location

from marketplace.kernel.locales import _l
from marketplace.kernel.unaccent import unaccent
from marketplace.web.forms import SelectChoice, options

AREAS = {
    "Africa": _l("Africa"),
    "America": _l("America"),
    "Antarctica": _l("Antarctica"),
    "Arctic": _l("Arctic"),
    "Asia": _l("Asia"),
    "Atlantic": _l("Atlantic Ocean"),
    "Australia": _l("Australia"),
    "Europe": _l("Europe"),
    "Indian": _l("Indian Ocean"),
    "Pacific": _l("Pacific Ocean"),
}


@cache
def known_zones() -> frozenset[str]:
    """The zones on offer: one for each city, none under an older name."""
    older = get_global("zone_aliases")
    cities = (zone for zone in available_timezones() if zone.partition("/")[0] in AREAS and zone not in older)
    return frozenset(cities) | {"UTC"}


def city_of(zone: str, locale: str) -> str:
    """The city of a zone in words; UTC is called so everywhere."""
    if "/" not in zone:
        return zone
    known = Locale.parse(locale).time_zones
    # Languages know some cities by the name that their zone had before.
    said = next((known[older]["city"] for older in _older(zone) if "city" in known.get(older, {})), None)
    return said or get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]


def _older(zone: str) -> list[str]:
    return [older for older, newer in get_global("zone_aliases").items() if newer == zone]


@cache
def _cities(locale: str) -> dict[str, list[tuple[str, str]]]:
    named: dict[str, list[tuple[str, str]]] = {}
    for zone in known_zones() - {"UTC"}:
        named.setdefault(zone.partition("/")[0], []).append((zone, city_of(zone, locale)))
    return {area: sorted(named[area], key=lambda pair: unaccent(pair[1])) for area in AREAS}


def zone_choices(locale: str, chosen: str | None = None) -> list[SelectChoice]:
    """Every zone under its part of the world, with one that was chosen under an older name."""
    kept = [(chosen, city_of(chosen, locale))] if chosen and chosen not in known_zones() else []
    parts = [options([("", _l("That of my organisation")), ("UTC", "UTC"), *kept])]
    parts += [options(pairs, str(AREAS[area])) for area, pairs in _cities(locale).items()]
    return [choice for part in parts for choice in part]


def read_zone(given: str | None) -> str | None:
    """The zone a browser names, under the name it has here; None where it names none."""
    found = get_global("zone_aliases").get(given or "", given or "")
    return found if found in known_zones() else None
