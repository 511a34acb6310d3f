"""Which pages a person can reach by links alone: a crawl that follows every link once for each kind of page."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from marketplace.kernel.locales import LOCALES
from tests.crawl import hrefs_of
from tests.journeys.person import Person

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse

APART = ("static", "assets.show", "kit.show", "kit.page", "kit.error", "health.show")
FETCHED = 2


def kind_of(adapter: MapAdapter, address: str) -> str:
    """The endpoint of an address with the names of its query: pages of one kind look alike. Empty where not ours."""
    parts = urlsplit(address)
    try:
        endpoint, _values = adapter.match(parts.path, "GET")
    except (HTTPException, RequestRedirect):
        return "nowhere"
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair} - {"lang", "page"})
    return "" if endpoint in APART or "export" in names else " ".join([str(endpoint), *names])


def reached_by(person: Person, start: str) -> tuple[dict[str, str], list[str]]:
    """An address for each kind of page that links lead to, and the links that lead nowhere good."""
    adapter = person.product.app.url_map.bind("")
    home, fetched, shown = person.product.home, Counter[str](), dict[str, str]()
    waiting, known, broken = deque([start]), {start}, []
    while waiting:
        path = waiting.popleft()
        kind = kind_of(adapter, path)
        if not kind or fetched[kind] >= FETCHED:
            continue
        fetched[kind] += 1
        answer: APIResponse = person.context.request.get(path)
        if answer.status != 200:
            broken.append(f"{path}: {answer.status}")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        shown.setdefault(kind, path)
        for href in hrefs_of(answer.text()):
            target = urldefrag(urljoin(answer.url, href)).url
            if target.startswith(f"{home}/") and "lang=" not in target:
                local = target.removeprefix(home)
                if local not in known:
                    known.add(local)
                    waiting.append(local)
    return shown, broken


@dataclass(frozen=True)
class Look:
    """One page that somebody looks at, in a language and a theme."""

    role: str
    path: str
    language: str
    dark: bool


def looks(reached: dict[str, dict[str, str]]) -> list[Look]:
    """Each kind of page once, every second one dark; roles and languages go round.

    The journeys look at the pages of the main job in every language.
    """
    planned = []
    for number, kind in enumerate(sorted({kind for pages in reached.values() for kind in pages})):
        readers = [role for role in reached if kind in reached[role]]
        role = readers[number % len(readers)]
        planned.append(Look(role, reached[role][kind], LOCALES[number % len(LOCALES)], dark=number % 2 == 1))
    return planned
