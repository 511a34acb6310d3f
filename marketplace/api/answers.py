"""How the public interface answers: from the address alone, kept while nothing public has changed, with one ETag.

An answer is true for the catalogue's version it was drawn from and until the next instant at which a window opens or
closes. It is kept under both and the hour, since changes are forgotten after one: so it never comes back for other
content. Its ETag is made of what it shows alone: it tells nobody that something happened which is not shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, request

from marketplace.challenges.queries import next_turn
from marketplace.kernel import public_version
from marketplace.kernel.locales import _l
from marketplace.kernel.shelf import per_app
from marketplace.web.actor import impersonal
from marketplace.web.language import current_locale

FRESH_SECONDS = 60  # for which a copy on the way needs not ask
ROOM_BYTES, LARGEST_BYTES = 16 * 2**20, 200_000  # of all answers in each process, and of one
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True)
class Body:
    """The body of an answer, its type and the headers that are its own."""

    body: bytes
    mimetype: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def mark(self, place: str) -> str:
        """The ETag of this content at an address, in a language."""
        return sha256(place.encode() + b"\0" + self.body).hexdigest()[:24]


_answers = per_app("served_answers", ROOM_BYTES, lambda kept: len(kept[0].body) + 1024)


def data_view(view: Callable[..., Body]) -> Callable[..., Response]:
    """Answer with what ``view`` draws, or 304, or what was drawn before."""

    @wraps(view)
    def answer(**values: Any) -> Response:
        now, version = public_version.version()
        place = f"{current_locale()} {canonical_address()}"
        key = f"{_state(now, version)} {place}"
        kept = _answers().get(key)
        if kept is None:
            drawn = view(**values)
            kept = drawn, drawn.mark(place)
            if len(drawn.body) <= LARGEST_BYTES:
                _answers().put(key, kept)
        drawn, mark = kept
        if request.if_none_match.contains_weak(mark):
            return _finish(Response(status=304), mark, {})
        return _finish(Response(drawn.body, mimetype=drawn.mimetype), mark, drawn.headers)

    answer.is_kept = True  # type: ignore[attr-defined]
    return impersonal(answer)


def canonical_address() -> str:
    """The address in one spelling, whatever the order of its parameters."""
    pairs = sorted(request.args.items(multi=True))
    return f"{request.path}?{pairs}"


def as_json(value: Any) -> Body:
    """A value of shapes and plain things, as JSON."""
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return Body(text.encode(), "application/json")


# What a refusal says that brings no reason of its own.
DETAILS: dict[int, Any] = {
    404: _l("There is nothing at this address, or it is not public."),
    405: _l("This address can only be read."),
    429: _l("This address has asked too often. Wait as many seconds as Retry-After says, then ask again."),
    500: _l("Something went wrong on our side. It is recorded; try again later."),
    503: _l("The service cannot answer at the moment. Try again in a minute."),
}


def problem(status: int, context: Mapping[str, Any]) -> Response:
    """A refusal as RFC 9457 writes it; ``field`` names the parameter."""
    told: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail := context.get("reason") or DETAILS.get(status):
        told["detail"] = str(detail)
    if context.get("field"):
        told["field"] = context["field"]
    answer = Response(json.dumps(told, ensure_ascii=False), status, mimetype="application/problem+json")
    answer.headers.update(OPEN)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value, "f")
    return vars(value)


def _state(now: datetime, version: public_version.Version) -> str:
    """What tells this content from any other: version, hour, and the next instant at which it changes by itself."""
    held = current_app.extensions.get("turn_of_version")
    if held is None or held[0] != version or (held[1] is not None and held[1] < now):
        held = current_app.extensions["turn_of_version"] = version, next_turn(now)
    # "within a week" moves with every minute
    moment = f"{now:%Y%m%d%H%M}" if "deadline" in request.args else f"{now:%Y%m%d%H}"
    return f"{version} {moment} {held[1]}"


def _finish(answer: Response, mark: str, headers: Mapping[str, str]) -> Response:
    answer.set_etag(mark, weak=True)
    answer.cache_control.public = True
    answer.cache_control.max_age = FRESH_SECONDS
    answer.headers.update({**OPEN, **headers})
    return answer
