"""The data folder of a running product: fit to use, and used by one supervisor only."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.processes import Unable

MEGABYTE = 1024 * 1024
FIRST_START_BYTES = 300 * MEGABYTE
LATER_START_BYTES = 50 * MEGABYTE
FULL_BYTES = 10 * MEGABYTE


@dataclass
class DataFolder:
    """A folder that is held from `hold()` on, until this process and its children end."""

    path: Path
    lock: int = -1

    def check(self) -> None:
        """Make the folder; raise `Unable` when it cannot be used or its disk is full."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Root may read any folder, but PostgreSQL then runs without that right.
            usable = self.path.stat().st_mode & 0o700 == 0o700
        except OSError as problem:
            raise Unable(self.unusable(problem.strerror or "unknown reason")) from None
        if not usable or not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise Unable(self.unusable("its permissions do not let you read and write it"))
        fresh = not (self.path / "services.json").exists()
        wanted, free = FIRST_START_BYTES if fresh else LATER_START_BYTES, self.free()
        if free < wanted:
            raise Unable(
                f"The disk that holds {self.path} is full: {wanted // MEGABYTE} MB are needed,"
                f" {free // MEGABYTE} MB are left."
            )

    def unusable(self, reason: str) -> str:
        """The sentence for a folder that cannot be used."""
        return f"The data folder {self.path} cannot be used ({reason}): change that, or name another with DATA_DIR=."

    def free(self) -> int:
        """Bytes left on its disk."""
        return shutil.disk_usage(self.path).free

    def is_full(self) -> bool:
        """Whether lack of space is the likely cause of a failure."""
        return self.free() < FULL_BYTES

    def hold(self, seconds: float = 15) -> None:
        """Take the folder; wait for the remains of a supervisor that was killed."""
        self.lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        limit = time.monotonic() + seconds
        while not self.taken():
            holder = self.holder()
            if alive(holder) or time.monotonic() > limit:
                who = f" (process {holder})" if holder else ""
                raise Unable(
                    f"Another server{who} uses the data folder {self.path}:"
                    " stop it, or name another folder with DATA_DIR=."
                )
            time.sleep(0.05)
        os.ftruncate(self.lock, 0)
        os.pwrite(self.lock, str(os.getpid()).encode(), 0)

    def taken(self) -> bool:
        """Try to take the lock."""
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def holder(self) -> int:
        """The supervisor that took the lock last, or 0."""
        text = os.pread(self.lock, 20, 0).decode("ascii", "replace")
        return int(text) if text.isdecimal() else 0

    def publish(self, addresses: dict[str, str]) -> None:
        """Let other commands find the running services."""
        fresh = self.path / "services.json.new"
        fresh.write_text(json.dumps(addresses, indent=2) + "\n", "utf-8")
        fresh.replace(self.path / "services.json")


def alive(pid: int) -> bool:
    """Whether a process runs under this id."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False
