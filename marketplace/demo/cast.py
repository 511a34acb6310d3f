"""Who is in the story: regions, centres, companies, startups and people, all invented and plainly so."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.demo.story import Trilingual, read


class Region(NamedTuple):
    """Codes of country XD, which no country will ever have."""

    code: str
    name: Trilingual


class Centre(NamedTuple):
    slug: str
    region: str
    zone: str
    name: Trilingual
    description: Trilingual
    contact: str


class Party(NamedTuple):
    """A company or a startup with the one person who speaks for it."""

    key: str
    kind: str
    region: str
    sectors: tuple[str, ...]
    name: Trilingual
    description: Trilingual
    person: str
    years: int  # since it began
    staff: int


class Cast(NamedTuple):
    operator: Trilingual
    funder: Trilingual
    regions: tuple[Region, ...]
    centres: tuple[Centre, ...]
    companies: tuple[Party, ...]
    startups: tuple[Party, ...]


CAST = read(Cast, "cast")
