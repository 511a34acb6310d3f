"""Rate limits: many reads per account, or per address without one. A dead store breaks no page."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, current_app, request
from flask_limiter import Limit, Limiter

from marketplace.web.actor import current_actor


def _reads() -> str:
    return f"{current_app.config['SETTINGS'].reads_per_minute} per minute"


def place_of(address: str | None) -> str:
    """Where an address counts as one: a household or a machine has a whole network of IPv6.

    An address of IPv4 that a server writes as one of IPv6 is the one that it stands for.
    """
    with suppress(ValueError):
        found = ip_address((address or "").partition("%")[0])
        if not isinstance(found, IPv6Address):
            return str(found)
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return address or "unknown"


def place() -> str:
    """Where this request comes from, as its address counts."""
    return place_of(request.remote_addr)


def visitor() -> str:
    """The key of what everybody is counted for: the person, or the address of who has not signed in.

    A university stands behind one address.
    """
    return account() if current_actor().signed_in else place()


def account() -> str:
    """The key of limits that count a person, wherever they sit."""
    return f"user:{current_actor().user_id}"


limiter = Limiter(
    place,
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
