"""Who may say since when a request waits: the server's worker, and a trusted proxy in one header."""

from __future__ import annotations

import time
from typing import Any

import pytest

from config import Settings
from marketplace.web.arrival import WORKER, arrival_of

BEHIND_PROXY = {"PROXIES": "1", "ARRIVAL_HEADER": "X-Request-Start", "PROXY_ADDRESSES": "10.1.0.0/16, ::1"}


def waited(header: str | None, *, peer: str = "10.1.2.3", worker: float | None = None, **environ: str) -> float | None:
    """The seconds that a request is held to have waited; None where nobody knows."""
    asked: dict[str, Any] = {
        "REMOTE_ADDR": "203.0.113.9",  # the visitor, as the proxy's other headers say
        "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": peer},
    }
    if header is not None:
        asked["HTTP_X_REQUEST_START"] = header
    if worker is not None:
        came = time.monotonic() - worker
        asked[WORKER] = lambda noted=None: min(came, came if noted is None else noted)
    found = arrival_of(asked, Settings.load({**BEHIND_PROXY, **environ}))
    return None if found is None else round(time.monotonic() - found(), 1)


def ago(seconds: float, unit: int = 1) -> str:
    return f"{(time.time() - seconds) * unit:.0f}" if unit > 1 else f"{time.time() - seconds:.3f}"


@pytest.mark.parametrize("form", ["t={}", "{}"])
@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_trusted_proxy_says_when_a_request_came_in_any_usual_form(form: str, unit: int) -> None:
    assert waited(form.format(ago(12, unit)), worker=3) == 12


UNREADABLE = (None, "", "t=", "t=abc", "t=-5", "t=nan", "1e9", "t=0", "t=9999999999999999999999", "١٧٦٤٥٨٧٠٠٠", "t=12")


def test_value_that_cannot_be_believed_is_ignored() -> None:
    now = time.time()
    ahead, long_ago = f"t={now + 60:.3f}", f"t={now - 3600:.3f}"
    two = (f"{now - 9:.3f}, {now:.3f}", f"t={now - 9:.3f} t={now:.3f}")
    for header in (*UNREADABLE, ahead, long_ago, *two):
        assert waited(header, worker=3) == 3, header
        assert waited(header) is None, header


@pytest.mark.parametrize(
    "environ",
    [
        {"peer": "203.0.113.9"}, {"peer": "10.2.0.1"}, {"peer": "nobody"}, {"PROXIES": "0"}, {"ARRIVAL_HEADER": ""},
        {"ARRIVAL_HEADER": "X-Arrived"},
    ],
)  # fmt: skip
def test_header_counts_from_the_named_proxies_alone(environ: dict[str, str]) -> None:
    assert waited(ago(12), worker=3, **environ) == 3


def test_proxy_beside_or_on_a_local_socket_is_trusted() -> None:
    assert waited(ago(12), peer="") == waited(ago(12), peer="::1") == 12
    assert waited(ago(12), peer="127.0.0.1", PROXY_ADDRESSES="") == 12


def test_header_makes_no_request_younger_than_the_server_knows() -> None:
    assert waited(ago(1), worker=3) == 3
