"""The embedded services of one data folder: PostgreSQL and Valkey."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from deploy.postgres import ACCOUNT, MAJOR, Postgres
from deploy.processes import require_linux
from deploy.valkey import Valkey

# A socket's address has room for 107 bytes.
LONGEST = 107


@dataclass
class Services:
    """Both servers, either of which may be left out. `keep` names descriptors they inherit."""

    folder: Path
    keep: tuple[int, ...] = ()
    durable: bool = True
    with_postgres: bool = True
    with_valkey: bool = True
    sockets: Path = field(init=False)
    postgres: Postgres = field(init=False)
    valkey: Valkey = field(init=False)

    def __post_init__(self) -> None:
        require_linux()
        self.sockets = socket_folder(self.folder)
        logs = self.folder / "log"
        logs.mkdir(mode=0o700, exist_ok=True)
        data, sockets, keep = self.folder, self.sockets, self.keep
        self.postgres = Postgres(
            data / f"postgres-{MAJOR}",
            sockets,
            logs / "postgres.log",
            keep,
            self.durable,
        )
        self.valkey = Valkey(data / "valkey", sockets, logs / "valkey.log", keep, self.durable)

    def start(self) -> None:
        """Start both at once, and wait until both answer."""
        if self.with_valkey:
            self.valkey.begin()
        if self.with_postgres:
            self.postgres.start()
            self.postgres.ensure_database(ACCOUNT)
        if self.with_valkey:
            self.valkey.wait_ready()

    def addresses(self) -> dict[str, str]:
        """The addresses of what was started, by the setting that each stands in for."""
        found = {}
        if self.with_postgres:
            found["database_url"] = self.postgres.url(ACCOUNT)
        if self.with_valkey:
            found["redis_url"] = self.valkey.url
        return found

    def stop(self) -> None:
        """End both in good order, and remove their sockets."""
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.sockets, ignore_errors=True)


def socket_folder(folder: Path) -> Path:
    """A private folder whose path is short enough for a socket's address."""
    inside = folder / "run"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST:
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    return Path(tempfile.mkdtemp(prefix="tangent-"))
