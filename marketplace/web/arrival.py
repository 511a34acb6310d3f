"""Since when a request has waited: a trusted proxy says so, and the server's worker (``deploy/timed_worker.py``)."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import ip_address
from typing import Any

from config import Settings

WORKER = "tangent.arrival"
BEFORE_PROXIES = "werkzeug.proxy_fix.orig"
LONGEST_SECONDS = 300  # that a request may have waited in a proxy; a header that says more is not believed
STAMP = re.compile(r"(?:t=)?([0-9]{10,20}(?:\.[0-9]{1,9})?)")

Arrival = Callable[..., float]


def arrival_of(environ: Mapping[str, Any], settings: Settings) -> Arrival | None:
    """When the request came, as a function that answers in seconds of ``time.monotonic``; None where nobody knows."""
    worker: Arrival | None = environ.get(WORKER)
    waited = waited_in_proxy(environ, settings)
    if waited is None:
        return worker
    noted = time.monotonic() - waited
    return partial(worker, noted) if worker is not None else lambda: noted


def waited_in_proxy(environ: Mapping[str, Any], settings: Settings) -> float | None:
    """The seconds since a trusted proxy took the request; None where none says so in a way that can be believed.

    Two values are one too many: a proxy that adds its own to a visitor's would vouch for both.
    """
    if not settings.arrival_header or not settings.proxies or not _is_trusted(environ, settings):
        return None
    name = "HTTP_" + settings.arrival_header.upper().replace("-", "_")
    told = STAMP.fullmatch(str(environ.get(name, "")).strip())
    if told is None:
        return None
    waited = time.time() - _seconds(float(told[1]))
    return waited if 0 <= waited <= LONGEST_SECONDS else None


def _is_trusted(environ: Mapping[str, Any], settings: Settings) -> bool:
    """Whether a proxy of ours is at the other end of the connection, which nothing it sends can change."""
    peer: str = environ.get(BEFORE_PROXIES, environ).get("REMOTE_ADDR", "")
    try:
        return any(ip_address(peer) in network for network in settings.proxy_addresses)
    except ValueError:
        return peer == ""  # a socket of this machine's file system


def _seconds(stamp: float) -> float:
    """Seconds since 1970 of a stamp in seconds, milli-, micro- or nanoseconds: the digits tell."""
    return stamp / 1000.0 ** max(0, (int(math.log10(stamp)) - 9) // 3) if stamp > 0 else 0.0
