"""A parent that watches its children: who stays silent for longer than promised is killed, who ended begins anew.

Python hears no signal while it runs somebody else's code, so a child cannot be trusted to end itself.
"""

from __future__ import annotations

import logging
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

GRACE_SECONDS = 15  # beyond what was promised
LOOK_SECONDS = 0.5  # between two looks
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, SETTLED_SECONDS = 1.0, 30.0, 10.0
PATIENCE_SECONDS = (6.0, 2.0)  # after each request to end; then it is killed


class Promise:
    """When a process will be heard of at the latest, in memory that it shares with its parent."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)

    def give(self, seconds: float) -> None:
        """Promise to be heard of within so many seconds."""
        struct.pack_into("d", self._shared, 0, time.monotonic() + seconds)

    def is_broken(self) -> bool:
        """Whether it is overdue."""
        (until,) = struct.unpack_from("d", self._shared, 0)
        return bool(time.monotonic() > until + GRACE_SECONDS)


@dataclass
class Child:
    """One process: what it runs until it ends, and how it fares."""

    name: str
    run: Callable[[Promise], None]
    promise: Promise = field(default_factory=Promise)
    pid: int = 0
    begun: float = -LONGEST_PAUSE_SECONDS
    pause: float = 0

    def begin(self) -> None:
        """Fork it."""
        self.promise.give(LONGEST_PAUSE_SECONDS)
        self.begun = time.monotonic()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                for number in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, signal.SIG_DFL)
                self.run(self.promise)
                status = 0
            except Exception:
                log.exception("a worker failed", extra={"worker": self.name})
            finally:
                os._exit(status)

    def look(self) -> None:
        """Begin it, anew too, after a pause that grows while it ends as soon as it has begun."""
        now = time.monotonic()
        if self.pid and self.ended():
            self.pause = (
                FIRST_PAUSE_SECONDS
                if now - self.begun > SETTLED_SECONDS
                else min(2 * self.pause + FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            )
        elif self.pid and self.promise.is_broken():
            log.error("a worker was silent for too long and is begun anew", extra={"worker": self.name})
            self.tell(signal.SIGKILL)
        if not self.pid and now >= self.begun + self.pause:
            self.begin()

    def ended(self) -> bool:
        """Whether it is gone; says so where nobody asked for it."""
        found, status = os.waitpid(self.pid, os.WNOHANG)
        if found:
            self.pid = 0
            if status:
                log.warning("a worker ended", extra={"worker": self.name, "status": os.waitstatus_to_exitcode(status)})
        return bool(found)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal while it is there."""
        if self.pid:
            os.kill(self.pid, number)


class Watch:
    """Runs children until it is asked to stop, and ``tick`` about once a second beside them."""

    def __init__(self, children: list[Child], tick: Callable[[], None]) -> None:
        self.children, self.tick = children, tick
        self.is_over = False

    def run(self) -> None:
        """Watch until SIGTERM or SIGINT, then end all."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)
        try:
            ticked = -1.0
            while not self.is_over:
                for child in self.children:
                    child.look()
                if time.monotonic() >= ticked + 1:
                    ticked = time.monotonic()
                    self.tick()
                time.sleep(LOOK_SECONDS)
        finally:
            self.end()

    def _note(self, *_: Any) -> None:
        self.is_over = True

    def end(self) -> None:
        """Ask twice, as whoever works at something lets go only then; then kill."""
        for seconds in PATIENCE_SECONDS:
            limit = time.monotonic() + seconds
            for child in self.children:
                child.tell(signal.SIGTERM)
            while time.monotonic() < limit and self._left():
                time.sleep(0.05)
        for child in self._left():
            child.tell(signal.SIGKILL)
            os.waitpid(child.pid, 0)

    def _left(self) -> list[Child]:
        return [child for child in self.children if child.pid and not child.ended()]
