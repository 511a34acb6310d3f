"""One transaction a request: committed inside ``dispatch_request`` for replies below 400."""

from __future__ import annotations

import secrets
from functools import cache

from flask import Flask, Response, request

from marketplace.kernel.db import commit, rollback
from marketplace.kernel.unit_of_work import open_unit
from marketplace.web.arrival import Arrival, arrival_of
from marketplace.web.bounds import BoundedRequest
from marketplace.web.routing import LateRule


class Application(Flask):
    """Flask with a unit of work around each request.

    A commit's own failures (a stale version, a constraint) reach the error handlers, because it happens
    where they still listen.
    """

    url_rule_class = LateRule
    request_class = BoundedRequest

    def full_dispatch_request(self) -> Response:
        with open_unit(_request_id(), self.arrival()) as opened:
            response = super().full_dispatch_request()
            response.headers["X-Request-Id"] = opened.id
            return response

    def arrival(self) -> Arrival | None:
        """When a request that changes something came; a page shows what holds now."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        told = arrival_of(request.environ, self.config["SETTINGS"])
        return cache(told) if told is not None else None

    def dispatch_request(self) -> Response:
        response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            commit()
        else:
            rollback()
        return response


def _request_id() -> str:
    given = request.headers.get("X-Request-Id", "")
    return given if given.isalnum() and len(given) <= 64 else secrets.token_hex(8)
