"""Who reads the imports of a centre, as the package that keeps centres says: imports know a centre by its id alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select

from marketplace.kernel.policy import Actor


@dataclass
class Readership:
    """``watched``: ids of centres whose imports an actor reads without working there; ``readers``: ids of people."""

    watched: Callable[[Actor], Select[int]]
    readers: Callable[[int], set[int]]


_known: list[Readership] = []


def register(watched: Callable[[Actor], Select[int]], readers: Callable[[int], set[int]]) -> None:
    """Say who reads the imports of centres."""
    _known[:] = [Readership(watched, readers)]


def of_centres() -> Readership:
    """What was said."""
    return _known[0]
