"""Figures that open a desk: each package counts its own, and the desk asks for all of them in one statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marketplace.kernel.policy import Actor

Count = Callable[[Actor], Any]  # a Select

COUNTS: dict[str, list[Count]] = {}  # by kind of reader, as in ``waiting``
OF_CENTRES: dict[str, Count] = {}  # by the name of the figure


def counted_for(*readers: str) -> Callable[[Count], Count]:
    """Declare a SELECT of one row, each column of which is a figure of these kinds of readers."""

    def declare(count: Count) -> Count:
        for reader in readers:
            COUNTS.setdefault(reader, []).append(count)
        return count

    return declare


def counted_of_centres(name: str) -> Callable[[Count], Count]:
    """Declare a SELECT of ``centre_id`` and ``number``: a figure of each centre of a network, for its staff."""

    def declare(count: Count) -> Count:
        OF_CENTRES[name] = count
        return count

    return declare
