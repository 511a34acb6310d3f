"""Child processes that end when their parent does, however it ends (Linux)."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

SET_DEATH_SIGNAL = 1
SET_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


class Unable(Exception):
    """Something cannot be done; the message is one sentence for a person."""


def die_with_parent(death: signal.Signals, parent: int | None = None) -> None:
    """Have the kernel send `death` to this process when its parent ends."""
    _libc.prctl(SET_DEATH_SIGNAL, int(death), 0, 0, 0)
    # The parent may have ended before the kernel knew that this process cares.
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), death)


def adopt_orphans() -> None:
    """Make processes whose parent died children of this one, so that it can end them."""
    _libc.prctl(SET_SUBREAPER, 1, 0, 0, 0)


def spawn(
    command: Sequence[str | Path],
    *,
    death: signal.Signals,
    log: Path | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    keep: Iterable[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: a Ctrl-C at the terminal passes it by.

    `log` receives what it prints, `keep` names file descriptors it inherits.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(death, parent)

    output: IO[bytes] | None = log.open("wb") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            cwd=folder,
            env=environ,
            pass_fds=tuple(keep),
            start_new_session=True,
            preexec_fn=prepare,
        )
    finally:
        if output:
            output.close()


def stop(child: subprocess.Popen[bytes], gentle: signal.Signals, seconds: float = 10) -> None:
    """Ask a child to end, and end it when it does not within `seconds`."""
    if child.poll() is None:
        child.send_signal(gentle)
        finish(child, seconds)


def finish(child: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Wait for a child that was asked to end, and end it when it takes too long."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def children_of(parent: int) -> list[int]:
    """The ids of the live direct children of a process."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name stands in brackets and may itself hold spaces and brackets.
            state, ppid = status.read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if int(ppid) == parent and state not in "ZX":
            found.append(int(status.parent.name))
    return found


def end_orphans(seconds: float = 3) -> None:
    """Kill every child that is left of this process, adopted ones too, until none comes."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        left = children_of(os.getpid())
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        reap()
        if not left:
            return
        time.sleep(0.02)


def reap() -> None:
    """Collect ended children that no `Popen` waits for."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, indented for a message."""
    try:
        lines = log.read_text("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in lines)


def require_linux() -> None:
    """Refuse systems whose kernel cannot end children with their parent."""
    if not sys.platform.startswith("linux"):
        raise Unable("The embedded services run on Linux only.")
