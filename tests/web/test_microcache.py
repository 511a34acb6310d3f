"""What is sent again is true for half a second, the same address and readers without a cookie alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from marketplace.web.microcache import MARK, Repeats


class Counting:
    """An application that counts how often it was asked."""

    def __init__(self, *, marks: bool = True, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.asked, self.marks, self.headers = 0, marks, list(headers)

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.asked += 1
        if self.marks:
            environ[MARK] = True
        start("200 OK", [("Content-Type", "text/html"), ("ETag", 'W/"one"'), ("X-Request-Id", "7"), *self.headers])
        return [str(self.asked).encode()]


def test_same_address_is_sent_again_without_asking() -> None:
    inner = Counting()
    client = Client(Repeats(inner, 60))
    first, second = client.get("/challenges?q=a"), client.get("/challenges?q=a")
    assert (first.data, second.data, inner.asked) == (b"1", b"1", 1)
    assert "X-Request-Id" not in second.headers
    same = client.get("/challenges?q=a", headers={"If-None-Match": 'W/"one"'})
    assert (same.status_code, same.data, inner.asked) == (304, b"", 1)


@pytest.mark.parametrize("other", [
    {"path": "/challenges?q=b"}, {"headers": {"Accept-Language": "fr"}}, {"headers": {"HX-Request": "true"}},
    {"headers": {"Cookie": "session=x"}}, {"headers": {"Cookie": "language=fr"}}, {"base_url": "https://localhost"},
    {"method": "POST"}, {"method": "HEAD"},
])  # fmt: skip
def test_what_differs_is_asked_for(other: dict[str, Any]) -> None:
    inner = Counting()
    client = Client(Repeats(inner, 60), use_cookies=False)
    client.get("/challenges?q=a")
    client.open(other.pop("path", "/challenges?q=a"), **other)
    assert inner.asked == 2


@pytest.mark.parametrize("inner", [Counting(marks=False), Counting(headers=[("Set-Cookie", "session=x")])])
def test_what_is_not_everybodys_is_never_kept(inner: Counting) -> None:
    client = Client(Repeats(inner, 60), use_cookies=False)
    client.get("/challenges")
    client.get("/challenges")
    assert inner.asked == 2


def test_nothing_is_sent_again_after_its_time() -> None:
    inner = Counting()
    client = Client(Repeats(inner, 1e-9))
    client.get("/challenges")
    client.get("/challenges")
    assert inner.asked == 2
