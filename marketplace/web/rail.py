"""The few places a role has; each package adds its own, templates draw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from marketplace.kernel.policy import Actor
from marketplace.web.actor import current_actor


@dataclass(frozen=True)
class Place:
    """``icon`` is a name of ``static/icons.txt``; ``count`` says how many things wait there."""

    order: int
    label: Any
    endpoint: str
    icon: str
    shows: Callable[[Actor], bool]
    count: Callable[[Actor], int] | None = None
    within: tuple[str, ...] = ()

    def is_current(self, endpoint: str) -> bool:
        """Whether a page lies in this place: one of ``within``, else any of the same package."""
        if self.within:
            return endpoint in self.within
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
    count: Callable[[Actor], int] | None = None,
    within: tuple[str, ...] = (),
) -> None:
    """Add a place to the rail of those for whom ``shows`` is true; ``within`` names the endpoints it holds."""
    _places[endpoint] = Place(order, label, endpoint, icon, shows, count, within)


def entries() -> list[Entry]:
    """The places of this request's actor, in order."""
    actor = current_actor()
    return [
        Entry(
            found.label,
            url_for(found.endpoint),
            found.icon,
            found.count(actor) if found.count else 0,
            found.is_current(request.endpoint or ""),
        )
        for found in sorted(_places.values(), key=lambda p: p.order)
        if found.shows(actor)
    ]


def init_app(app: Flask) -> None:
    """Let layouts draw the rail; it is only computed where it is drawn."""
    app.jinja_env.globals["rail"] = entries
