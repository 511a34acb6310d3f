"""Who is in the story: regions, centres, companies, startups and people, all invented and plainly so."""

from __future__ import annotations

from typing import NamedTuple

from marketplace.demo.story import Said, read


class Region(NamedTuple):
    """Codes of country XD, which no country will ever have."""

    code: str
    name: Said


class Centre(NamedTuple):
    slug: str
    region: str
    zone: str
    name: Said
    description: Said
    contact: str


class Party(NamedTuple):
    """A company or a startup with the one person who speaks for it."""

    key: str
    kind: str
    region: str
    sectors: tuple[str, ...]
    name: Said
    description: Said
    person: str
    years: int  # since it began
    staff: int


class Cast(NamedTuple):
    operator: Said
    funder: Said
    regions: tuple[Region, ...]
    centres: tuple[Centre, ...]
    companies: tuple[Party, ...]
    startups: tuple[Party, ...]


CAST = read(Cast, "cast")
