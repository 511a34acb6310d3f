"""The centres of each network by region, as a map of tiles and as a list say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.network import figures
from marketplace.network.models import Centre, Network
from marketplace.places import tiles
from marketplace.places.models import Region

STEPS = (1, 3, 10)  # open challenges from which a tile is darker
WIDTH, HEIGHT, GAP = 74, 58, 4  # of a tile, and between two


@dataclass(frozen=True)
class Spot:
    """A region with its centres and what is open there; ``x`` and ``y`` are its corner on the map."""

    region: Region
    label: str
    x: int
    y: int
    centres: Sequence[Centre]
    challenges: int
    calls: int

    @property
    def level(self) -> int:
        """How dark its tile is, 0 to 3."""
        return sum(self.challenges >= step for step in STEPS)


@dataclass(frozen=True)
class Map:
    """A network, its regions in reading order, and the size of the drawing."""

    network: Network
    spots: Sequence[Spot]
    width: int
    height: int
    by_centre: dict[int, tuple[int, int]]  # open challenges and calls

    @property
    def on_record(self) -> bool:
        """Whether all of it comes from a public source: nobody works for the network nor in any of its centres."""
        centres = (centre for spot in self.spots for centre in spot.centres)
        return self.network.operator.is_reference and all(centre.organisation.is_reference for centre in centres)

    @property
    def served(self) -> list[Spot]:
        """The regions that have a centre."""
        return [spot for spot in self.spots if spot.centres]


def draw_maps(networks: Iterable[tuple[Network, Sequence[Centre]]], locale: str, now: datetime) -> list[Map]:
    """A map for each network: every region of the countries it works in, at three queries for all."""
    regions = db.session.scalars(select(Region).order_by(Region.code)).all()
    challenges, calls = figures.count_open("challenges", now), figures.count_open("calls", now)
    return [_map(network, centres, regions, locale, challenges, calls) for network, centres in networks]


def _map(
    network: Network,
    centres: Sequence[Centre],
    regions: Sequence[Region],
    locale: str,
    challenges: Mapping[str, int],
    calls: Mapping[str, int],
) -> Map:
    counts = {centre.id: (challenges.get(centre.slug, 0), calls.get(centre.slug, 0)) for centre in centres}
    at: dict[str, list[Centre]] = {}
    for centre in centres:
        at.setdefault(centre.organisation.region_code or "", []).append(centre)
    groups = {tiles.group_of(code) for code in at if code}
    laid = tiles.lay_out_tiles((region for region in regions if tiles.group_of(region.code) in groups), locale)
    spots = [
        Spot(
            tile.region,
            tile.label,
            (tile.column - 1) * (WIDTH + GAP) + GAP,
            (tile.line - 1) * (HEIGHT + GAP) + GAP,
            here := at.get(tile.region.code, []),
            sum(counts[centre.id][0] for centre in here),
            sum(counts[centre.id][1] for centre in here),
        )
        for tile in laid
    ]
    lines = max((tile.line for tile in laid), default=0)
    return Map(network, spots, tiles.COLUMNS * (WIDTH + GAP) + GAP, lines * (HEIGHT + GAP) + GAP, counts)
