"""The few places a role has; each package adds its own, templates draw them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, request, url_for
from sqlalchemy import Select, select

from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.kernel.prepared import prepared
from marketplace.web.actor import current_actor


@dataclass(frozen=True)
class Place:
    """``icon`` is a name of ``static/icons.txt``; ``count`` is the statement that tells how many things wait there.

    Where ``known`` has a number the statement is left out; ``told`` hears what it found.
    """

    order: int
    label: Any
    endpoint: str
    icon: str
    shows: Callable[[Actor], bool]
    count: Callable[[Actor], Select[Any]] | None = None
    within: tuple[str, ...] = ()
    holds: Callable[[Actor, Mapping[str, Any]], bool] = lambda *_: True
    known: Callable[[Actor], int | None] = lambda _: None
    told: Callable[[Actor, int], None] = lambda *_: None

    def is_current(self, actor: Actor, endpoint: str, about: Mapping[str, Any]) -> bool:
        """Whether a page lies in this place: one of ``within`` whose subject it ``holds``, else any of its package."""
        if self.within:
            return endpoint in self.within and self.holds(actor, about)
        return endpoint.partition(".")[0] == self.endpoint.partition(".")[0]


@dataclass(frozen=True)
class Entry:
    """A place as drawn for one reader on one page."""

    label: Any
    href: str
    icon: str
    count: int
    current: bool


_places: dict[str, Place] = {}


def place(
    order: int,
    label: Any,
    endpoint: str,
    icon: str,
    shows: Callable[[Actor], bool],
    count: Callable[[Actor], Select[Any]] | None = None,
    within: tuple[str, ...] = (),
    **keeping: Any,
) -> None:
    """Add a place to the rail of those for whom ``shows`` is true; ``within`` names the endpoints it holds."""
    _places[endpoint] = Place(order, label, endpoint, icon, shows, count, within, **keeping)


def join(endpoint: str, within: tuple[str, ...]) -> None:
    """Let pages of a package above lie in a place that names its pages."""
    found = _places[endpoint]
    _places[endpoint] = replace(found, within=tuple(dict.fromkeys((*found.within, *within))))


@prepared
def _counting(actor: Actor, endpoints: tuple[str, ...]) -> Select[Any]:
    """The counts of several places in one statement."""
    counts = (_places[endpoint].count for endpoint in endpoints)
    return select(*(count(actor).scalar_subquery() for count in counts if count))


def _counts(places: list[Place], actor: Actor) -> dict[str, int]:
    """How many things wait in each place that counts them; the database is asked once."""
    found = {place.endpoint: place.known(actor) for place in places if place.count}
    asked = tuple(endpoint for endpoint, number in found.items() if number is None)
    row = db.session.execute(_counting(actor, asked)).one() if asked else ()
    for endpoint, number in zip(asked, row, strict=True):
        found[endpoint] = number
        _places[endpoint].told(actor, number)
    return {endpoint: number or 0 for endpoint, number in found.items()}


def entries() -> list[Entry]:
    """The places of this request's actor, in order."""
    actor = current_actor()
    shown = sorted((found for found in _places.values() if found.shows(actor)), key=lambda p: p.order)
    counts = _counts(shown, actor)
    return [
        Entry(
            found.label,
            url_for(found.endpoint),
            found.icon,
            counts.get(found.endpoint, 0),
            found.is_current(actor, request.endpoint or "", request.view_args or {}),
        )
        for found in shown
    ]


def init_app(app: Flask) -> None:
    """Let layouts draw the rail; it is only computed where it is drawn."""
    app.jinja_env.globals["rail"] = entries
