"""The catalogue's cases: each page beside a bare route of the same server, with one client."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from statistics import median
from urllib.parse import urlencode

from benchmarks.client import Browser, Reply, expect

PAGES = 500
TIMES = 120
ONE = ("water", "energy", "robot", "capteur", "sécurité", "satellite", "données", "battery", "laser", "cancer")
THREE = (
    "renewable energy storage", "machine learning data", "énergie bâtiment durable", "drone sensor detection",
    "santé données numériques", "water quality monitoring", "radar signal processing", "low cost manufacturing",
)  # fmt: skip
KOREAN = ("과제", "누수", "탐지", "수소", "기술", "로봇", "예측", "배관")
NONE = ("zzqxv", "wqrtplk", "쀍뛟", "xylofjord", "brzkth")
SUGGEST = ("wat", "ener", "rob", "capt", "누", "수소", "sat", "data", "bat", "sec")
FACETS = (
    "field=water", "region=KR-27", "track=bottom_up", "kind=public", "trl=4", "budget=to_100k", "ip=joint",
    "language=ko", "deadline=month", "status=closed", "status=reference", "sector=energy",
    "field=ai&region=FR-IDF&ip=joint", "sort=closing", "field=energy&field=water&trl=6&language=fr&status=any",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Times in ms at one client, queries and bytes of the last reply, and how many bare routes it costs."""

    case: str
    challenges: int
    queries: int
    bytes: int
    p50_ms: float
    p95_ms: float
    per_second: float
    ratio: float


def cases(port: int, challenges: int, times: int = TIMES) -> list[Case]:
    """Every case over a catalogue of this size."""
    bare = _asked(port, ["/bare/"] * times)
    base = median(reply.milliseconds for reply in bare)
    lists = {
        "catalogue_first": ["/challenges"],
        "catalogue_page_500": [_page(port, PAGES)],
        "facets": [f"/challenges?{query}" for query in FACETS],
        "search_one": _searches(ONE),
        "search_three": _searches(THREE),
        "search_korean": _searches(KOREAN),
        "search_none": _searches(NONE),
        "suggest": [f"/search/suggestions?{urlencode({'q': words})}" for words in SUGGEST],
        "feed": ["/challenges.atom", "/challenges.atom?q=energy"],
        "api": ["/api/v1/challenges", "/api/v1/challenges?q=energy", "/api/v1/challenges?field=water"],
    }
    found = [_case("bare", challenges, bare, base)]
    for name, paths in lists.items():
        fresh = [_fresh(paths[n % len(paths)], n) for n in range(times)]
        found.append(_case(name, challenges, _asked(port, fresh), base))
    found.append(_case("anonymous_repeat", challenges, _asked(port, ["/challenges"] * times), base))
    return found


def _searches(words: tuple[str, ...]) -> list[str]:
    return [f"/challenges?{urlencode({'q': text})}" for text in words]


def _fresh(path: str, number: int) -> str:
    """The same page under an address that was never asked for: no kept answer is measured."""
    return f"{path}{'&' if '?' in path else '?'}utm_term={number}"


def _asked(port: int, paths: list[str]) -> list[Reply]:
    browser = Browser(port)
    for path in paths[:3]:
        expect(browser.ask(path + ("&warm=1" if "?" in path else "?warm=1")), 200, path)
    return [expect(browser.ask(path), 200, path) for path in paths]


def _case(name: str, challenges: int, replies: list[Reply], base: float) -> Case:
    taken = sorted(reply.milliseconds for reply in replies)
    last, middle = replies[-1], median(taken)
    most = max(reply.queries for reply in replies)
    late = taken[int(len(taken) * 0.95)]
    return Case(name, challenges, most, len(last.body), round(middle, 1), round(late, 1),
                round(1000 * len(taken) / sum(taken), 1), round(middle / base, 1))  # fmt: skip


def _page(port: int, number: int) -> str:
    """The address of a page far down, reached by its cursors; of the last one where there are fewer."""
    browser, cursor = Browser(port), ""
    for _ in range((number - 1) // 5):  # the interface gives a hundred rows where a page shows twenty
        path = "/api/v1/challenges?limit=100" + (f"&cursor={cursor}" if cursor else "")
        found = json.loads(expect(browser.ask(path), 200, path).body)["next"]
        if not found:
            break
        cursor = found
    return f"/challenges?cursor={cursor}" if cursor else "/challenges"


def table(found: list[Case]) -> str:
    """One row a case: at each size the median, the 95th percentile and the ratio."""
    sizes = sorted({case.challenges for case in found})
    lines = [["case", "queries", *(f"{size} {what}" for size in sizes for what in ("p50", "p95", "ratio"))]]
    for name in dict.fromkeys(case.case for case in found):
        of = {case.challenges: case for case in found if case.case == name}
        figures = [f"{getattr(of[size], what)}" for size in sizes for what in ("p50_ms", "p95_ms", "ratio")]
        lines.append([name, str(max(case.queries for case in of.values())), *figures])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def rows(found: list[Case]) -> list[dict[str, object]]:
    """The cases as JSON holds them, those of the largest catalogue under their plain names."""
    largest = max(case.challenges for case in found)
    return [
        asdict(case) | ({} if case.challenges == largest else {"case": f"{case.case}@{case.challenges}"})
        for case in found
    ]
