"""Statements that are built once and kept, since building costs more than running them.

What is kept depends on the arguments alone: who asks, for what, in which language. The instant is ``clock.NOW``, filled
in when the statement runs; reading the clock while one is built is refused, so that no deadline can be frozen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from marketplace.kernel import clock

Build = TypeVar("Build", bound=Callable[..., Any])

ROOM = 512  # statements of each builder in each process


def prepared(build: Build) -> Build:
    """Keep what ``build`` returns for each of its arguments, which must be hashable."""

    @lru_cache(ROOM)
    def kept(*arguments: Any) -> Any:
        with clock.stopped():
            return build(*arguments)

    @wraps(build)
    def prepare(*arguments: Any) -> Any:
        return kept(*arguments)

    return prepare  # type: ignore[return-value]
