"""Where the time of a run goes: its slowest cases, and what each package costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

SLOWEST = 10
FEW = 200  # cases below which nobody asks
PHASES = ("setup", "call", "teardown")


def seconds_of(stats: Mapping[str, list[Any]]) -> dict[str, float]:
    """The seconds of each case that ran, with what was set up for it and taken down after it."""
    found: dict[str, float] = defaultdict(float)
    for reports in stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when in PHASES:
                found[report.nodeid] += report.duration
    return found


def package_of(case: str) -> str:
    """The folder that a case stands in, such as ``people``; ``tests`` for those of the whole product."""
    folders = case.partition("::")[0].split("/")[1:-1]
    return folders[0] if folders else "tests"


def shares(seconds: Mapping[str, float]) -> list[tuple[str, int, float]]:
    """The cases and seconds of each package, the dearest first."""
    found: dict[str, list[float]] = defaultdict(list)
    for case, spent in seconds.items():
        found[package_of(case)].append(spent)
    return sorted(((name, len(all), sum(all)) for name, all in found.items()), key=lambda row: -row[2])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print both; with workers side by side the seconds are those of all workers together."""
    seconds = seconds_of(terminalreporter.stats)
    if len(seconds) < FEW:
        return
    terminalreporter.section(f"slowest {SLOWEST}")
    for case in sorted(seconds, key=lambda name: -seconds[name])[:SLOWEST]:
        terminalreporter.write_line(f"{seconds[case]:7.2f} s  {case}")
    whole = sum(seconds.values()) or 1.0
    terminalreporter.section("share of each package")
    for name, cases, spent in shares(seconds):
        terminalreporter.write_line(
            f"{name:16} {cases:5} cases {spent:8.1f} s {spent / whole:6.1%}   mean {spent / cases:6.3f} s"
        )
