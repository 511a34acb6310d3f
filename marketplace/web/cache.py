"""What was drawn, kept while nothing that it shows has changed.

A page is kept under its address, language and shape, for the catalogue's version it was drawn from, until the next
instant at which a window opens or closes, and a minute at most (its relative dates). Whole pages are kept for
anonymous readers alone: who has a session cookie is never served one, and what is drawn for them is never kept as one.
Of a page for those signed in, the costly part may be kept for the one person and role it was drawn for
(``cached_part``), once the page's own rules have let them in: one reader cannot be shown what another may see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, request
from markupsafe import Markup

from marketplace.kernel import public_version
from marketplace.kernel.shelf import per_app, weight_of
from marketplace.web import microcache
from marketplace.web.actor import current_actor
from marketplace.web.htmx import wants_fragment
from marketplace.web.language import current_locale

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., Any])
Boundary = Callable[[datetime], datetime | None]

LONGEST = timedelta(minutes=1)
ROOM_BYTES = 24 * 2**20  # of pages in each process


@dataclass(frozen=True)
class KeptPage:
    """What was drawn, the version it tells of and between which instants it is true."""

    body: Any
    version: public_version.Version
    since: datetime
    until: datetime

    def holds(self, now: datetime, version: public_version.Version) -> bool:
        """Whether nothing has changed since it was drawn."""
        return self.version == version and self.since <= now < self.until


_boundaries: list[Boundary] = []
_pages = per_app("shared_pages", ROOM_BYTES, lambda page: weight_of(page.body))


def ends_at(boundary: Boundary) -> Boundary:
    """Register what finds the next instant after ``now`` at which public pages change by themselves."""
    if boundary not in _boundaries:
        _boundaries.append(boundary)
    return boundary


def shared(view: View) -> View:
    """Keep the pages of a public view for anonymous readers; each table it reads must be watched (a test looks)."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if request.method != "GET" or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            return view(*args, **kwargs)
        now, version = public_version.version()
        key = (request.full_path, current_locale(), wants_fragment())
        found = _pages().get(key)
        if found is not None and found.holds(now, version):
            request.environ[microcache.MARK] = True
            return Response(found.body, mimetype="text/html")
        response = make_response(view(*args, **kwargs))
        if response.status_code == 200 and not current_actor().signed_in and response.mimetype == "text/html":
            _pages().put(key, KeptPage(response.get_data(), version, now, _until(now)))
            request.environ[microcache.MARK] = True
        return response

    answer.is_kept = True  # type: ignore[attr-defined]
    return answer  # type: ignore[return-value]


def cached_part(draw: Callable[[], str]) -> Markup:
    """What ``draw`` draws for this reader at this address: drawn again when any table with a trigger changed.

    A page has one such part. It may read those tables alone, and the time through windows that open or close.
    """
    return cached_value((current_actor(), request.full_path, current_locale()), lambda: Markup(draw()))


def cached_value(key: Any, find: Callable[[], T]) -> T:
    """What ``find`` finds, under the same conditions, for all for whom ``key`` says that it is the same."""
    if "versions" not in g:
        g.versions = public_version.versions()  # what is read later is of this version or a newer one
    now, version = g.versions.now, g.versions.whole
    found = _pages().get(key)
    if found is None or not found.holds(now, version):
        if "until" not in g:
            g.until = _until(now)
        found = KeptPage(find(), version, now, g.until)
        _pages().put(key, found)
    body: T = found.body
    return body


def _until(now: datetime) -> datetime:
    ends = [end for boundary in _boundaries if (end := boundary(now)) is not None]
    return min([now + LONGEST, *ends])
