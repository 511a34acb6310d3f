"""PostgreSQL and Valkey for the tests: started once a session, cloned per user.

conftest.py hands four hooks to this module; fixtures then ask for addresses:

    def pytest_configure(config):           services.prepare(config, migrate)
    def pytest_configure_node(node):        services.hand_over(node)
    def pytest_sessionstart(session):       services.begin(config), when all nodes have theirs
    def pytest_unconfigure(config):         services.end(config)

    addresses(config)     where the servers are; started, and the template filled, at first
                          use. xdist workers get the controller's, start none, and collect
                          their tests while it starts them.
    clone(where, name)    a database of one's own like the template: its address.
    drop(url)             removes a clone again, whoever is connected.
    store(where)          an empty numbered Valkey database: its address.

`migrate(url)` fills the template database and must leave no connection open. Outside pytest:
`new_servers()`, `Running.start(migrate)` and `Running.stop()`. The servers end with
the process that started them, also when it is killed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from redis import Redis
from sqlalchemy import make_url

from deploy.datafolder import alive
from deploy.services import Services

TEMPLATE = "template_tangent"
PREFIX = "tangent-tests-"
Migrate = Callable[[str], None]


@dataclass(frozen=True)
class Addresses:
    """Where the servers of a session are, in plain text that travels to workers."""

    database_admin_url: str
    redis_url: str

    def database(self, name: str) -> str:
        """The address of one database."""
        url = make_url(self.database_admin_url).set(database=name)
        return url.render_as_string(hide_password=False)


@dataclass
class Running:
    """Servers that this process started, with their folder."""

    services: Services
    folder: Path

    @property
    def where(self) -> Addresses:
        """Where to reach them, once they run."""
        return Addresses(self.services.postgres.url("postgres"), self.services.valkey.url)

    @property
    def ready(self) -> Path:
        """The file that is there once they run and the template is filled."""
        return self.folder / "ready"

    def start(self, migrate: Migrate) -> None:
        """Start the servers and fill the template."""
        self.services.start()
        make_template(self.where, migrate)
        self.ready.touch()

    def stop(self) -> None:
        """End the servers and remove all they wrote."""
        self.services.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


MIGRATE = pytest.StashKey[Migrate]()
RUNNING = pytest.StashKey[Running]()


def prepare(config: pytest.Config, migrate: Migrate) -> None:
    """Remember how the template is filled; nothing starts yet."""
    config.stash[MIGRATE] = migrate


def addresses(config: pytest.Config) -> Addresses:
    """The session's servers, started at the first call unless a controller does so."""
    given = getattr(config, "workerinput", {}).get("services")
    if given is not None:
        await_file(Path(given["ready"]))
        return Addresses(**given["where"])
    if RUNNING not in config.stash:
        config.stash[RUNNING] = new_servers()
        begin(config)
    return config.stash[RUNNING].where


def hand_over(node: Any) -> None:
    """Tell an xdist worker where the controller's servers will be."""
    stash = node.config.stash
    running = stash[RUNNING] = stash.get(RUNNING, None) or new_servers()
    node.workerinput["services"] = {"where": asdict(running.where), "ready": str(running.ready)}


def begin(config: pytest.Config) -> None:
    """Start what was handed over."""
    if RUNNING in config.stash:
        config.stash[RUNNING].start(config.stash[MIGRATE])


def await_file(path: Path, seconds: float = 120) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path} did not appear: the tests' servers did not start")
        time.sleep(0.05)


def end(config: pytest.Config) -> None:
    """Stop what this process started."""
    running = config.stash.get(RUNNING, None)
    if running is not None:
        running.stop()
        del config.stash[RUNNING]


def new_servers() -> Running:
    """Both servers in a temporary folder, with speed before safety; nothing runs yet."""
    remove_remains()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=quickest()))
    return Running(Services(folder, durable=False), folder)


def quickest() -> Path:
    """Memory where there is plenty: a clone then takes 30 ms, and up to 800 ms on a disk."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3:
        return memory
    return Path(tempfile.gettempdir())


def remove_remains() -> None:
    """Remove the folders of sessions that were killed."""
    for folder in quickest().glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdecimal() and not alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def make_template(where: Addresses, migrate: Migrate) -> None:
    """Create the database that all others are cloned from, and let `migrate` fill it."""
    run(where.database_admin_url, "CREATE DATABASE {}", TEMPLATE)
    migrate(where.database(TEMPLATE))


def clone(where: Addresses, name: str = "") -> str:
    """A database like the template; an older one of that name is replaced."""
    name = name or f"own_{secrets.token_hex(6)}"
    run(where.database_admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
    run(where.database_admin_url, statement, name, TEMPLATE)
    return where.database(name)


def drop(url: str) -> None:
    """Remove a clone, even while someone is connected."""
    admin = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    run(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", str(make_url(url).database))


def run(admin_url: str, statement: str, *names: str) -> None:
    """Run one statement about databases, which no transaction may hold."""
    plain = admin_url.replace("+psycopg", "", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def store(where: Addresses) -> str:
    """An empty Valkey database that nobody else of this session uses: its address."""
    with Redis.from_url(where.redis_url) as client:
        number = int(client.incr("tests:databases"))
    return where.redis_url.replace("?db=0", f"?db={number}")
