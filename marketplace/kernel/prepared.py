"""Statements that are built once and kept, since building costs more than running them.

What is kept depends on the arguments alone: who asks, for what, in which language. The instant is ``clock.NOW``, filled
in when the statement runs; reading the clock while one is built is refused, so that no deadline can be frozen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import db

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


_PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")


def plan_once() -> None:
    """For the rest of this transaction let the database keep one plan of each statement, whoever asks.

    It is for pages whose statements have dozens of parts: planning them anew takes longer than running them.
    """
    db.session.execute(_PLAN_ONCE)
