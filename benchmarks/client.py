"""A browser of few words: one kept connection, one session, times in milliseconds."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from statistics import quantiles
from urllib.parse import urlencode


@dataclass(frozen=True)
class Reply:
    """What came back, and how long it took."""

    status: int
    body: bytes
    queries: int
    cookie: str
    milliseconds: float


class Browser:
    """Requests over one connection, with the session of one person."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie = cookie

    def ask(self, path: str, form: dict[str, str] | None = None) -> Reply:
        """GET ``path``, or POST ``form`` to it."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        self.connection.request("POST" if body is not None else "GET", path, body, headers)
        reply = self.connection.getresponse()
        content = reply.read()
        taken = (time.perf_counter() - start) * 1000
        cookie = (reply.getheader("Set-Cookie") or "").split(";")[0]
        return Reply(reply.status, content, int(reply.getheader("X-Queries") or 0), cookie, taken)


@dataclass(frozen=True)
class Figures:
    """One case: queries and bytes of its last reply, times in ms, replies a second with four clients."""

    case: str
    queries: int
    bytes: int
    p50_ms: float
    p95_ms: float
    per_second: float


def measure(
    case: str,
    port: int,
    path: str,
    cookie: str = "",
    *,
    anew: bool = False,
    among: Sequence[str] = (),
    times: int = 150,
    seconds: float = 4.0,
) -> Figures:
    """Ask one page again and again: alone for the times, then by four clients at once for the rate.

    ``anew`` asks each time at an address of its own, so that no part kept for an address is sent again; ``among`` are
    addresses to ask one after the other, below ``path``.
    """
    numbers, addresses = count(), cycle(among)

    def asked() -> str:
        if among:
            return path + next(addresses)
        return f"{path}?asked={next(numbers)}" if anew else path

    browser = Browser(port, cookie)
    for _ in range(10):
        expect(browser.ask(asked()), 200, path)
    replies = [expect(browser.ask(asked()), 200, path) for _ in range(times)]
    rate = _rate(lambda: Browser(port, cookie), asked, seconds)
    return figures(case, replies, rate)


def figures(case: str, replies: list[Reply], rate: float) -> Figures:
    """The figures of a case from its replies."""
    cuts = quantiles([reply.milliseconds for reply in replies], n=100)
    last = replies[-1]
    return Figures(case, last.queries, len(last.body), round(cuts[49], 2), round(cuts[94], 2), round(rate, 1))


def expect(reply: Reply, status: int, path: str) -> Reply:
    """The reply, if it has the status; a benchmark of error pages would be none."""
    if reply.status != status:
        raise SystemExit(f"{path} answered {reply.status}, not {status}: {reply.body[:400]!r}")
    return reply


def _rate(make: Callable[[], Browser], asked: Callable[[], str], seconds: float, clients: int = 4) -> float:
    done = [0] * clients
    until = time.perf_counter() + seconds

    def ask(place: int) -> None:
        browser = make()
        while time.perf_counter() < until:
            path = asked()
            expect(browser.ask(path), 200, path)
            done[place] += 1

    with _threads(ask, clients):
        pass
    return sum(done) / seconds


@contextmanager
def _threads(call: Callable[[int], None], count: int) -> Iterator[None]:
    threads = [threading.Thread(target=call, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
