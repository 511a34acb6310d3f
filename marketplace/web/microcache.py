"""The same public page asked for again by somebody without any cookie: sent as it was, before anything else is asked.

Only what ``cache.shared`` said is true is kept, and for half a second: until then no change can be missed for longer.
Whoever has a cookie, of whatever kind, is never answered here. A proxy in front that keeps them as long does the same:
then ``REPEAT_SECONDS`` may be 0.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from marketplace.kernel.shelf import Shelf
from marketplace.web.logs import ROUTE

log = logging.getLogger(__name__)

FRESH_SECONDS = 0.5
ROOM_BYTES, LARGEST_BYTES = 8 * 2**20, 300_000  # of all answers in each process, and of one
MARK = "tangent.is_shared"
ASKED = (
    "wsgi.url_scheme", "HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE", "HTTP_HX_REQUEST",
    "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST",
)  # fmt: skip
OWN = {"set-cookie", "x-request-id"}

Environ = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What was sent, and until when it may be sent again."""

    headers: list[tuple[str, str]]
    etag: str
    body: bytes
    until: float
    route: str | None  # for the log


class Repeats:
    """Stands before the application."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], seconds: float) -> None:
        self.inner, self.seconds = inner, seconds
        self.kept: Shelf[tuple[Any, ...], Answer] = Shelf(ROOM_BYTES, lambda answer: len(answer.body) + 2048)

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_COOKIE" in environ or not self.seconds:
            return self.inner(environ, start)
        key = tuple(environ.get(name) for name in ASKED)
        found = self.kept.get(key)
        if found is None or time.monotonic() >= found.until:
            return self._ask(key, environ, start)
        same = found.etag and environ.get("HTTP_IF_NONE_MATCH") == found.etag
        told = {
            "method": "GET",
            "route": found.route,
            "status": 304 if same else 200,
            "from": environ.get("REMOTE_ADDR"),
        }
        log.info("request", extra=told)
        if same:
            start("304 NOT MODIFIED", [pair for pair in found.headers if not pair[0].startswith("Content-")])
            return [b""]
        start("200 OK", found.headers)
        return [found.body]

    def _ask(self, key: tuple[Any, ...], environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        began, told = time.monotonic(), []

        def noted(status: str, headers: list[tuple[str, str]], *further: Any) -> Any:
            told.append((status, headers))
            return start(status, headers, *further)

        given = self.inner(environ, noted)
        if not environ.get(MARK):
            return given
        try:
            body = b"".join(given)
        finally:
            getattr(given, "close", lambda: None)()
        status, headers = told[-1]
        names = {name.lower() for name, _ in headers}
        if status.startswith("200") and "set-cookie" not in names and len(body) <= LARGEST_BYTES:
            stays = [(name, value) for name, value in headers if name.lower() not in OWN]
            etag = next((value for name, value in headers if name.lower() == "etag"), "")
            self.kept.put(key, Answer(stays, etag, body, began + self.seconds, environ.get(ROUTE)))
        return [body]


def init_app(app: Flask) -> None:
    """Put it before the application; ``REPEAT_SECONDS`` of its configuration may say another time, or 0 for never."""
    seconds = float(app.config.get("REPEAT_SECONDS", FRESH_SECONDS))
    app.wsgi_app = Repeats(app.wsgi_app, seconds)  # type: ignore[assignment, method-assign]
