"""Looks at what a start depends on: services outside, and the product itself."""

from __future__ import annotations

import errno
import http.client
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from config import Settings
from deploy.processes import Unable


@dataclass
class Outside:
    """The services that the environment names instead of the embedded ones."""

    settings: Settings

    def check(self) -> None:
        """Raise `Unable` when one of them does not answer."""
        if self.settings.database_url:
            self.check_database(self.settings.database_url.replace("+psycopg", "", 1))
        if self.settings.redis_url:
            self.check_redis(self.settings.redis_url)

    def check_database(self, address: str) -> None:
        """Connect once."""
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.Error as problem:
            raise Unable(f"The database in DATABASE_URL does not answer: {first(problem)}") from None

    def check_redis(self, address: str) -> None:
        """Ask once."""
        try:
            with Redis.from_url(address, socket_connect_timeout=5, socket_timeout=5) as client:
                client.ping()
        except (RedisError, ValueError) as problem:
            raise Unable(f"The store in REDIS_URL does not answer: {first(problem)}") from None


def check_port(port: int) -> None:
    """Raise `Unable` when nobody may listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            reason = "needs more rights" if problem.errno == errno.EACCES else "is taken"
            raise Unable(f"Port {port} {reason}: choose another with PORT=.") from None


def first(problem: Exception) -> str:
    """The first line of what went wrong."""
    return next(iter(str(problem).splitlines()), type(problem).__name__)


def wait_until_healthy(port: int, watch: Callable[[], None], seconds: float = 90) -> None:
    """Return when every part answers; `watch` is called in between and may raise."""
    limit, answer = time.monotonic() + seconds, ""
    while time.monotonic() < limit:
        status, answer = ask(port)
        if status == 200:
            return
        watch()
        time.sleep(0.1)
    raise Unable(f"The product did not become healthy within {seconds:.0f} s: {answer}")


def ask(port: int) -> tuple[int, str]:
    """Status and text of `/healthz`; status 0 where nobody listens yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{port}"})
        reply = connection.getresponse()
        return reply.status, reply.read(500).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as problem:
        return 0, str(problem)
    finally:
        connection.close()
