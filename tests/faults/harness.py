"""Real processes to stop and kill, each in a temporary folder.

`Demo` is a whole `make demo`; `Pieces` are the same parts one by one, without a supervisor:

    pieces.postgres.stop()   pieces.postgres.start()     on the same socket, data kept
    pieces.valkey.stop()     pieces.valkey.start()       likewise
    pieces.kill(pieces.worker)   pieces.start_worker()   kill -9, with its children
    pieces.start_web()       pieces.request(...)         gunicorn on `pieces.port`
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.datafolder import alive
from deploy.health import ask
from deploy.postgres import ACCOUNT
from deploy.processes import children_of, spawn, stop
from deploy.services import Services
from tests.conftest import migrate_to_head
from tests.services import quickest

ROOT = Path(__file__).resolve().parent.parent.parent
INHERITED = ("DATABASE_URL", "REDIS_URL", "PORT", "DATA_DIR", "MARKETPLACE_ENV", "SECRET_KEY", "MAKEFLAGS", "MAKELEVEL")


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without what would lead to other services."""
    kept = {name: value for name, value in os.environ.items() if name not in INHERITED}
    return {**kept, "MARKETPLACE_ENV": "development", **extra}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def temporary_folder() -> Path:
    """A folder for data, with a path short enough for sockets."""
    return Path(tempfile.mkdtemp(prefix="tangent-faults-", dir=quickest()))


def eventually(holds: Callable[[], object], seconds: float = 15, what: Callable[[], object] | str = "") -> None:
    """Wait until something holds; fail when it does not in time."""
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            raise AssertionError(f"not within {seconds:.0f} s: {what() if callable(what) else what}")
        time.sleep(0.05)


def descendants(root: int) -> list[int]:
    """Every live process below one."""
    below = children_of(root)
    return below + [pid for child in below for pid in descendants(child)]


def command_of(pid: int) -> str:
    """The command line of a process, empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


def living(pids: Iterable[int]) -> list[str]:
    """Those of the processes that still run, by their command lines."""
    return [f"{pid} {command_of(pid)}" for pid in pids if alive(pid)]


@dataclass
class Demo:
    """One `make demo` on a data folder, in a session of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    target: str = "demo"
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of make."""
        assert self.process
        return self.process.pid

    @property
    def output(self) -> str:
        """What it printed since its last start."""
        return (self.folder.parent / f"{self.folder.name}.out").read_text("utf-8", "replace")

    def begin(self, **environ: str) -> None:
        """Start it without waiting."""
        with (self.folder.parent / f"{self.folder.name}.out").open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", self.target],
                cwd=ROOT,
                env=environment(PORT=str(self.port), DATA_DIR=str(self.folder), **environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, seconds: float = 180) -> float:
        """Start it and wait until all is well; the seconds that took."""
        begun = time.monotonic()
        self.begin()
        eventually(lambda: self.healthy() or self.ended(), seconds, "the demo did not become healthy")
        took = time.monotonic() - begun
        eventually(lambda: "Ctrl-C" in self.output or self.ended(), 30, "the demo did not say where to go")
        assert not self.ended(), self.output
        return took

    def healthy(self) -> bool:
        """Whether every part answers."""
        return ask(self.port)[0] == 200

    def ended(self) -> bool:
        """Whether make is gone."""
        return self.process is None or self.process.poll() is not None

    def everything(self) -> list[int]:
        """make and all that runs below it."""
        return [self.pid, *descendants(self.pid)]

    def interrupt(self) -> None:
        """Press Ctrl-C: the terminal tells the whole foreground group."""
        os.killpg(self.pid, signal.SIGINT)

    def wait(self, seconds: float = 60) -> int:
        """Wait for make's end: its exit status."""
        assert self.process
        return self.process.wait(seconds)

    def refusal(self, **environ: str) -> str:
        """What a start prints that must fail, without make's own line."""
        self.begin(**environ)
        assert self.wait() != 0
        lines = self.output.splitlines()
        return "\n".join(line for line in lines if not line.startswith(("make:", "•")))

    def clean(self) -> None:
        """End what may be left."""
        if not self.ended():
            self.kill_all()

    def kill_all(self) -> None:
        """End make and all below it at once, as a power cut would."""
        left = self.everything()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.wait()
        eventually(lambda: not living(left))


@dataclass
class Pieces:
    """Database, store, web server and worker as separate processes of this one."""

    folder: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.services = Services(self.folder)
        self.postgres, self.valkey = self.services.postgres, self.services.valkey

    @property
    def database_url(self) -> str:
        """The product's database."""
        return self.postgres.url(ACCOUNT)

    @property
    def environ(self) -> dict[str, str]:
        """What the product's processes are told."""
        return environment(
            DATABASE_URL=self.database_url,
            REDIS_URL=self.valkey.url,
            DATA_DIR=str(self.folder),
            PORT=str(self.port),
            PYTHONUNBUFFERED="1",
            **self.extra,
        )

    def start(self) -> None:
        """Start all four on a migrated, empty database, and wait until all is well."""
        self.services.start()
        migrate_to_head(self.database_url)
        self.start_web()
        self.start_worker()
        eventually(self.healthy, 60, lambda: self.log("web") + self.log("worker"))

    def start_web(self) -> None:
        """Start gunicorn."""
        self.web = self.spawn("web", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")

    def start_worker(self) -> None:
        """Start the worker with its scheduler."""
        self.worker = self.spawn("worker", "flask", "--app", "wsgi", "worker")

    def spawn(self, name: str, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Python child that logs under this name."""
        command, log = (sys.executable, "-m", module, *arguments), self.folder / "log" / f"{name}.log"
        return spawn(command, death=signal.SIGKILL, log=log, environ=self.environ, folder=ROOT)

    def log(self, name: str) -> str:
        """What a piece printed: web, worker, postgres or valkey."""
        path = self.folder / "log" / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def healthy(self) -> bool:
        """Whether every part answers."""
        return ask(self.port)[0] == 200

    def request(self, path: str, seconds: float = 10) -> tuple[int, str]:
        """Get a page without a session: its status and text."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def kill(self, piece: subprocess.Popen[bytes] | None) -> None:
        """End a piece and all below it at once, as a power cut would."""
        assert piece
        for pid in [piece.pid, *descendants(piece.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        piece.wait(10)

    def clean(self) -> None:
        """End everything and remove the folder."""
        for piece in (self.web, self.worker):
            if piece:
                stop(piece, signal.SIGTERM, 5)
        self.services.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
