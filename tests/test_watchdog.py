"""Children that end or fall silent begin anew; all end with their parent."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

import pytest

from deploy.datafolder import alive
from marketplace import watchdog
from marketplace.watchdog import Child, Promise, Watch


def hang_in_c() -> None:
    """Wait in C for a lock that this thread holds itself: Python hears no signal."""
    lock, libc = ctypes.create_string_buffer(64), ctypes.PyDLL(None)
    libc.pthread_mutex_lock(lock)
    libc.pthread_mutex_lock(lock)


@pytest.fixture
def lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gets a line for each life of a child; nothing here waits long."""
    for name, seconds in (
        ("GRACE_SECONDS", 0),
        ("LOOK_SECONDS", 0.01),
        ("FIRST_PAUSE_SECONDS", 0.01),
        ("LONGEST_PAUSE_SECONDS", 0.2),
    ):
        monkeypatch.setattr(watchdog, name, seconds)
    monkeypatch.setattr(watchdog, "PATIENCE_SECONDS", (0.2, 0.1))
    return tmp_path / "lives"


def live(lives: Path) -> int:
    """Note one more life: its number."""
    with lives.open("a") as file:
        file.write(f"{os.getpid()}\n")
    return len(lives.read_text().splitlines())


def watched(child: Child, lives: Path, most: int) -> None:
    """Watch a child until it has begun so often."""
    made = Watch([child], lambda: None)
    limit = time.monotonic() + 60

    def lived() -> list[str]:
        return lives.read_text().splitlines() if lives.exists() else []

    def tick() -> None:
        made.is_over = len(lived()) >= most or time.monotonic() > limit

    made.tick = tick
    made.run()
    assert len(lived()) >= most
    assert not any(alive(int(pid)) for pid in lived())


def test_child_that_hangs_in_c_is_killed_and_begun_anew(lives: Path) -> None:
    def run(promise: Promise) -> None:
        number = live(lives)
        promise.give(0.1 if number == 1 else 60)
        hang_in_c()

    watched(Child("hanging", run), lives, 2)


def test_child_that_fails_is_begun_after_pauses_that_grow(lives: Path) -> None:
    def run(promise: Promise) -> None:
        live(lives)
        raise SystemExit(1)

    child = Child("failing", run)
    watched(child, lives, 3)
    assert child.pause > 2 * watchdog.FIRST_PAUSE_SECONDS
