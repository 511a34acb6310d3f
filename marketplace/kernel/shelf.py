"""Things that are kept in a process, up to so many bytes: what nobody asked for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from sys import getsizeof
from threading import Lock
from typing import Any, Generic, TypeVar

from flask import current_app

K = TypeVar("K")
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """``weigh`` tells the bytes of a value; what is heavier than ``room`` is not kept at all."""

    def __init__(self, room: int, weigh: Callable[[V], int]) -> None:
        self.room, self.weigh, self.bytes = room, weigh, 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What is kept under ``key``, which is now the youngest."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V) -> None:
        """Keep ``value`` under ``key``, and let go of the oldest until all fits."""
        weight = self.weigh(value)
        with self._lock:
            self._drop(key)
            if weight > self.room:
                return
            self._kept[key] = value, weight
            self.bytes += weight
            while self.bytes > self.room:
                self._drop(next(iter(self._kept)))

    def drop(self, key: K) -> None:
        """Forget what is kept under ``key``."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: K) -> None:
        _, weight = self._kept.pop(key, (None, 0))
        self.bytes -= weight


def per_app(name: str, room: int, weigh: Callable[[Any], int]) -> Callable[[], Shelf[Any, Any]]:
    """What finds the shelf of this name, of which each application of a process has one of its own."""

    def find() -> Shelf[Any, Any]:
        if name not in current_app.extensions:
            current_app.extensions.setdefault(name, Shelf(room, weigh))  # one thread's, where two make it
        shelf: Shelf[Any, Any] = current_app.extensions[name]
        return shelf

    return find


def weight_of(value: Any) -> int:
    """About how many bytes a value takes: what is no text is weighed by how it is written."""
    return 1024 + getsizeof(value if isinstance(value, (str, bytes)) else repr(value))
