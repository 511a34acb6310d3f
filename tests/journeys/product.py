"""The running product on a database of its own: a web server and a worker, as they run for people."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from deploy.health import ask
from deploy.processes import spawn, stop
from marketplace import schedule
from marketplace.app import create_app
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications.models import Mail
from tests import services
from tests.conftest import settings_for
from tests.faults.harness import ROOT, environment, eventually, free_port
from tests.people.cast import let_everybody_sign_in


@dataclass
class Product:
    """``start`` and ``stop`` around its use; tests look into its database with ``rows``."""

    where: services.Addresses
    folder: Path
    port: int = field(default_factory=free_port)
    looked: set[tuple[str, bool, str]] = field(default_factory=set)
    """The pages that somebody has looked at closely, by language, with scripts or without, and kind."""
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database_url = services.clone(self.where)
        self.redis_url = services.store(self.where)

    @property
    def home(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def environ(self) -> dict[str, str]:
        """What its processes are told."""
        return environment(
            DATABASE_URL=self.database_url,
            REDIS_URL=self.redis_url,
            DATA_DIR=str(self.folder),
            PORT=str(self.port),
            SITE_URL=self.home,
            PYTHONUNBUFFERED="1",
            WEB_WORKERS="1",
            READS_PER_MINUTE="100000",
            SIGN_INS_PER_ADDRESS="10000",
            LOG_LEVEL="warning",
        )

    def start(self) -> None:
        """Start both and wait until all is well."""
        self._spawn("web", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")
        self._spawn("worker", "flask", "--app", "wsgi", "worker")
        eventually(lambda: ask(self.port)[0] == 200, 90, lambda: self.log("web") + self.log("worker"))

    def _spawn(self, name: str, module: str, *arguments: str) -> None:
        command = (sys.executable, "-m", module, *arguments)
        log = self.folder / f"{name}.log"
        self._running.append(spawn(command, death=signal.SIGKILL, log=log, environ=self.environ, folder=ROOT))

    def flask(self, *arguments: str) -> str:
        """Run a command of the product's; what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        """What the web server or the worker printed."""
        path = self.folder / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @cached_property
    def app(self) -> Flask:
        """The product in this process, on the same database and without a queue."""
        return create_app(settings_for(self.database_url, "", self.folder))

    @contextmanager
    def rows(self) -> Iterator[None]:
        """``with product.rows(): …`` makes or changes rows; every person in them can sign in afterwards."""
        with self.app.app_context(), open_unit():
            db.session.configure(expire_on_commit=False)
            yield
            let_everybody_sign_in()
            db.session.commit()

    def one(self, statement: Any) -> Any:
        """The single value of a query, read anew."""
        with self.app.app_context():
            return db.session.scalars(statement).one()

    def run_schedule(self, *names: str) -> None:
        """Let due tasks run now: the worker would, within half a minute."""
        with self.app.app_context(), open_unit():
            for name in names:
                schedule.run(name)

    def mail(self, to: str, *words: str, seconds: float = 30) -> str:
        """The newest mail to an address that says all these words, once it is sent."""
        found: list[str] = []

        def arrived() -> bool:
            with self.app.app_context():
                sent = sa.select(Mail).where(Mail.to == to, Mail.state == "sent").order_by(Mail.id.desc())
                texts = [f"{mail.subject}\n{mail.body}" for mail in db.session.scalars(sent)]
            found[:] = [text for text in texts if all(word in text for word in words)]
            return bool(found)

        eventually(arrived, seconds, lambda: f"no mail to {to} with {words}: {self.log('worker')[-2000:]}")
        return found[0]

    def stop(self) -> None:
        """End the processes and drop the database."""
        for child in self._running:
            stop(child, signal.SIGTERM, 5)
        if "app" in self.__dict__:
            with self.app.app_context():
                db.engine.dispose()
        services.drop(self.database_url)
