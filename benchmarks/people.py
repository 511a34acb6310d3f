"""What many people cost: the memory that a thousand different readers leave behind, and somebody else's first desk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.client import Browser, expect

WARM, CLIENTS = 20, 4
PAGES = ("/desk", "/applications", "/challenges")
AGAIN = 60  # desks of one person, and of others


@dataclass(frozen=True)
class Server:
    """The product at a port, and the process whose children answer there."""

    port: int
    pid: int

    def sizes(self) -> dict[int, float]:
        """Resident memory of each worker, in MiB."""
        workers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return {int(pid): _resident(int(pid)) for pid in workers}


def _resident(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def measured(server: Server, owners: Sequence[str], staff: Sequence[str]) -> dict[str, Any]:
    """Ask the desk, a list and the catalogue as each of them.

    ``growth_mib`` is what the worker that grew most grew by; ``others`` how many desks of the same person the first
    desk of another one in the same role costs.
    """
    _visit(server.port, [*owners[:WARM], *staff[:WARM]] * 2)
    same = [_desks(server.port, [people[0]] * AGAIN) for people in (owners, staff)]
    before = server.sizes()
    others = [_desks(server.port, people[WARM : WARM + AGAIN]) for people in (owners, staff)]
    _visit(server.port, [*owners[WARM:], *staff[WARM:]])
    growth = max(size - before.get(pid, size) for pid, size in server.sizes().items())
    (own, other), (own_staff, other_staff) = zip(same, others, strict=True)
    return {
        "case": "people", "people": len(owners) + len(staff), "growth_mib": round(growth, 1),
        "owner_ms": round(own, 2), "other_owner_ms": round(other, 2), "staff_ms": round(own_staff, 2),
        "other_staff_ms": round(other_staff, 2), "others": round(max(other / own, other_staff / own_staff), 2),
    }  # fmt: skip


def _desks(port: int, cookies: Iterable[str]) -> float:
    """The median in ms of a desk of each of these people."""
    return median(expect(Browser(port, cookie).ask("/desk"), 200, "/desk").milliseconds for cookie in cookies)


def _visit(port: int, cookies: Sequence[str]) -> None:
    def look(cookie: str) -> None:
        browser = Browser(port, cookie)
        for path in PAGES:
            expect(browser.ask(path), 200, path)

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(look, cookies))


def told(row: dict[str, Any]) -> str:
    """The row in words."""
    return (
        f"{row['people']} people: the worker that grew most grew by {row['growth_mib']} MiB; the first desk of another"
        f" person costs {row['others']} desks of the same one (an owner's {row['other_owner_ms']} and {row['owner_ms']}"
        f" ms, staff's {row['other_staff_ms']} and {row['staff_ms']} ms)."
    )
