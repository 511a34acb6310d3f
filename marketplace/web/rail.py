"""The few places a role has, with how much waits in each; each package adds its own, templates draw them.

The rail stands on every page, so a reader's counts are kept for some seconds: until anything at all happens (an event
is recorded, by whomever), or until they themselves do something.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from flask_login import current_user
from sqlalchemy import Select, select

from marketplace.kernel.db import db
from marketplace.kernel.kept_statements import prepared
from marketplace.kernel.policy import Actor
from marketplace.kernel.shelf import per_app
from marketplace.web.actor import current_actor

COUNT_SECONDS = 20.0
ROOM_BYTES, EACH_BYTES = 4 * 2**20, 1024  # of all readers' counts in each process, and of one reader's


@dataclass(frozen=True)
class Place:
    """``icon`` is a name of ``static/icons.txt``; ``count`` is the statement that tells how many things wait there.

    A count that changes without an event is ``live``: it is read for every page.
    """

    order: int
    label: Any
    endpoint: str
    icon: str
    shows: Callable[[Actor], bool]
    count: Callable[[Actor], Select[Any]] | None = None
    within: tuple[str, ...] = ()
    holds: Callable[[Actor, Mapping[str, Any]], bool] = lambda *_: True
    live: bool = False

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
_counted = per_app("rail_counts", ROOM_BYTES, lambda _: EACH_BYTES)


def place(
    order: int,
    label: Any,
    endpoint: str,
    icon: str,
    shows: Callable[[Actor], bool],
    count: Callable[[Actor], Select[Any]] | None = None,
    within: tuple[str, ...] = (),
    holds: Callable[[Actor, Mapping[str, Any]], bool] = lambda *_: True,
    live: bool = False,
) -> None:
    """Add a place to the rail of those for whom ``shows`` is true; ``within`` names the endpoints it holds."""
    _places[endpoint] = Place(order, label, endpoint, icon, shows, count, within, holds, live)


def join(endpoint: str, within: tuple[str, ...]) -> None:
    """Let pages of a package above lie in a place that names its pages."""
    found = _places[endpoint]
    _places[endpoint] = replace(found, within=tuple(dict.fromkeys((*found.within, *within))))


@prepared
def _counting(actor: Actor, endpoints: tuple[str, ...]) -> Select[Any]:
    """The counts of several places in one statement."""
    counts = (_places[endpoint].count for endpoint in endpoints)
    return select(*(count(actor).scalar_subquery() for count in counts if count))


@dataclass(frozen=True)
class Counted:
    """What waited for a reader at ``at`` (monotonic seconds), when ``latest`` was the newest event."""

    at: float
    latest: int
    numbers: Mapping[str, int]


def tell(endpoint: str, number: int) -> None:
    """Let the rail of this page show what the page itself has counted."""
    g.setdefault("rail_told", {})[endpoint] = number


def _counts(places: list[Place], actor: Actor) -> dict[str, int]:
    """How many things wait in each place that counts them; the database is asked once at most."""
    counting = [place for place in places if place.count]
    kept = _kept(actor)
    found = {**kept.numbers, **g.get("rail_told", {})}
    asked = tuple(place.endpoint for place in counting if place.live or place.endpoint not in found)
    row = db.session.execute(_counting(actor, asked)).one() if asked else ()
    found.update(zip(asked, row, strict=True))
    _keep(actor, replace(kept, numbers={place.endpoint: found[place.endpoint] for place in counting if not place.live}))
    return found


def _kept(actor: Actor) -> Counted:
    """What still holds of the reader's counts."""
    now, latest = time.monotonic(), getattr(current_user, "latest", 0)
    kept = _counted().get(_reader(actor))
    seconds = current_app.config.get("RAIL_COUNT_SECONDS", COUNT_SECONDS)
    return kept if kept and kept.latest == latest and now - kept.at <= seconds else Counted(now, latest, {})


def _keep(actor: Actor, counted: Counted) -> None:
    _counted().put(_reader(actor), counted)


def _reader(actor: Actor) -> tuple[int | None, int | None]:
    return actor.user_id, actor.membership_id


def _count_anew(response: Response) -> Response:
    """Who has just done something sees its effect on the rail at once."""
    actor: Actor | None = g.get("actor")  # asking for it anew would need the database, which may be away
    if request.method == "POST" and actor is not None:
        _counted().drop(_reader(actor))
    return response


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
    app.after_request(_count_anew)
