"""Rate limits: many reads per account, or per address without one. A dead store breaks no page."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_limiter import Limit, Limiter
from flask_limiter.util import get_remote_address

from marketplace.web.actor import current_actor


def _reads() -> str:
    return f"{current_app.config['SETTINGS'].reads_per_minute} per minute"


def visitor() -> str:
    """The key of what everybody is counted for: the person, or the address of who has not signed in.

    A university stands behind one address.
    """
    return account() if current_actor().signed_in else get_remote_address()


def account() -> str:
    """The key of limits that count a person, wherever they sit."""
    return f"user:{current_actor().user_id}"


limiter = Limiter(
    get_remote_address,
    default_limits=[Limit(_reads, key_function=visitor)],
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    headers_enabled=False,
)


def submissions() -> str:
    """The limit on submissions of one account."""
    return f"{current_app.config['SETTINGS'].submissions_per_hour} per hour"


def init_app(app: Flask) -> None:
    """Count requests, but not assets and health checks."""
    limiter.init_app(app)

    @limiter.request_filter
    def _uncounted() -> bool:
        return request.endpoint in ("assets.show", "health.show", "static")
