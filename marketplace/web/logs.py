"""One JSON line per event with the request's id, which jobs carry on, who asked and from where; never a secret.

A request is logged by its route and its numbers, since an address may be a key: whoever has it needs no password.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Request, Response, g, has_request_context, request

from marketplace.kernel import unit_of_work

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
ROUTE = "tangent.route"  # where an answer that is sent again finds its own
log = logging.getLogger("marketplace.requests")


# Addresses that end in a key, wherever a message repeats one.
_keys = re.compile(r"(/(?:verification|password|invitations|unsubscribe)/)[^\s\"'<>?&/\\]+")


def without_keys(text: str) -> str:
    """A text without what opens an account."""
    return _keys.sub(r"\1…", text)


class WithoutKeys(logging.Filter):
    """For loggers that write lines of their own, as the web server's."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without keys."""
        record.msg, record.args = without_keys(record.getMessage()), ()
        return True


def _asker() -> dict[str, Any]:
    """Who asked, where that is known by now, and from where."""
    if not has_request_context():
        return {}
    return {"user": getattr(g.get("actor"), "user_id", None), "from": request.remote_addr}


def route_of(asked: Request) -> dict[str, Any]:
    """Which route was asked for, with the numbers in its address; nothing of one that leads nowhere."""
    numbers = {name: value for name, value in (asked.view_args or {}).items() if isinstance(value, int)}
    return {"route": asked.url_rule.rule if asked.url_rule else None, **({"of": numbers} if numbers else {})}


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what callers put in ``extra`` becomes fields."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": unit_of_work.current_id(),
            **_asker(),
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        shown = {name: value for name, value in line.items() if value is not None}
        return without_keys(json.dumps(shown, ensure_ascii=False, default=str))


def set_up(level: str) -> None:
    """Send all logs to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("alembic.runtime.plugins", "rq.worker", "rq.scheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _start() -> None:
    g.started = time.perf_counter()


def _line(response: Response) -> Response:
    request.environ[ROUTE] = route_of(request)["route"]
    taken = time.perf_counter() - g.get("started", time.perf_counter())
    log.info(
        "request",
        extra={
            "method": request.method,
            **route_of(request),
            "status": response.status_code,
            "ms": round(taken * 1000, 1),
        },
    )
    return response


def init_app(app: Flask) -> None:
    """Log one line a request."""
    app.before_request(_start)
    app.after_request(_line)
