"""Statements that are built once and kept, since building costs more than running them.

What is kept depends on the shape of who asks (``reader``), for what, and in which language: a few statements serve
thousands of people. Who reads and when are parameters, filled in when the statement runs: ids of the unit's reader,
and ``clock.NOW``. Reading the clock or a person's own id while one is built is refused. For anybody but the unit's
reader (a preview, another's seat, a job) a statement is built anew, with their ids in it, and not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import text

from marketplace.kernel import clock, reader
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.kernel.shelf import Shelf

Build = TypeVar("Build", bound=Callable[..., Any])

ROOM_BYTES, EACH_BYTES = 64 * 2**20, 100 * 2**10  # of all statements of a process, and of one, by a generous guess

kept: Shelf[Any, Any] = Shelf(ROOM_BYTES, lambda _: EACH_BYTES)


def prepared(build: Build) -> Build:
    """Keep what ``build`` returns for each of its arguments, which must be hashable; actors count by their shape."""

    @wraps(build)
    def prepare(*arguments: Any) -> Any:
        if not all(reader.is_reader(given) for given in arguments if isinstance(given, Actor)):
            with clock.stopped():
                return build(*arguments)
        shaped = tuple(reader.shape_of(given) if isinstance(given, Actor) else given for given in arguments)
        key = (build, shaped)
        found = kept.get(key)
        if found is None:
            with clock.stopped():
                found = build(*shaped)
            kept.put(key, found)
        return found

    return prepare  # type: ignore[return-value]


_PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")


def plan_once() -> None:
    """For the rest of this transaction let the database keep one plan of each statement, whoever asks.

    It is for pages whose statements have dozens of parts: planning them anew takes longer than running them.
    """
    db.session.execute(_PLAN_ONCE)
