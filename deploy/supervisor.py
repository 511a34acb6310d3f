"""Runs services, web server and worker together: all start, and all end with the first.

`make demo` and `make run` become this process. Whatever ends it, or `make` above it, ends
everything below: the kernel tells each child, and orphans are adopted and killed.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psycopg

from config import ConfigurationError, Settings
from deploy.datafolder import DataFolder
from deploy.health import Outside, check_port, first, wait_until_healthy
from deploy.postgres import ACCOUNT
from deploy.prepare import fingerprint
from deploy.processes import Unable, adopt_orphans, die_with_parent, end_orphans, finish, spawn
from deploy.services import Services
from deploy.words import DATABASE, STORE, WEB, WORKER, ended, say, welcome

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Someone asked for the end."""


asked_to_stop: list[int] = []


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Turn the first signal into an exception, and be deaf to the next ones.

    Python drops an exception raised while it forks or finalises, so the wish is noted too; `watch` finds it.
    """
    asked_to_stop.append(number)
    for name in SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    raise Stopped(number)


def unraisable(dropped: sys.UnraisableHookArgs) -> None:
    """Say nothing of a wish to stop that was dropped: it is noted."""
    if not isinstance(dropped.exc_value, Stopped):
        sys.__unraisablehook__(dropped)


class Supervisor:
    """Everything that one `make demo` or `make run` starts."""

    def __init__(self, settings: Settings, reload: bool) -> None:
        self.settings = settings
        self.reload = reload
        self.folder = DataFolder(settings.data_dir)
        self.logs = settings.data_dir / "log"
        self.services: Services | None = None
        self.broken = False
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        """Start all, say so, and watch until something ends."""
        self.settings.require()
        self.folder.check()
        self.folder.hold()
        check_port(self.settings.port)
        try:
            self.start_services()
            self.prepare()
            self.start_processes()
            wait_until_healthy(self.settings.port, self.watch)
            welcome(self.settings.port, self.folder.path)
            while True:
                time.sleep(0.2)
                self.watch()
        finally:
            self.stop()

    def start_services(self) -> None:
        """Start what the environment does not name; check what it names."""
        outside = Outside(self.settings)
        outside.check()
        say("Starting the database and the queue")
        self.services = Services(
            self.folder.path,
            keep=(self.folder.lock,),
            with_postgres=not self.settings.database_url,
            with_valkey=not self.settings.redis_url,
        )
        self.services.start()
        self.services.valkey.forget_workers()
        for name, process in (
            (DATABASE, self.services.postgres.process),
            (STORE, self.services.valkey.process),
        ):
            if process:
                self.children[name] = process
        self.folder.publish(self.services.addresses())

    def prepare(self) -> None:
        """Migrate the database and load the demo programme, once per state of the code."""
        kept, code = self.folder.path / "prepared", fingerprint()
        if kept.exists() and kept.read_text("utf-8") == f"{code} {self.revision()}":
            return
        say("Preparing the database")
        child = self.spawn("-m", "deploy.prepare", death=signal.SIGKILL, LOG_LEVEL="warning")
        while child.poll() is None:
            time.sleep(0.02)
            self.watch()
        if child.returncode:
            raise Unable("The database could not be prepared; the reason stands above.")
        kept.write_text(f"{code} {self.revision()}", "utf-8")

    def revision(self) -> str:
        """The migration that the embedded database stands at; never the same for another."""
        postgres = self.services.postgres if self.services else None
        if postgres is None or postgres.process is None:
            return f"unknown since {time.time()}"
        try:
            with postgres.connect(ACCOUNT) as connection:
                rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except psycopg.errors.UndefinedTable:
            rows = []
        return f"{postgres.folder.stat().st_ino} {sorted(rows)}"

    def start_processes(self) -> None:
        """Start the web server and the worker."""
        say("Starting the web server and the worker")
        if self.reload:
            web = self.spawn("-m", "deploy.develop", death=signal.SIGTERM)
        else:
            arguments = ("-m", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")
            web = self.spawn(*arguments, death=signal.SIGQUIT, log=self.logs / "web.log")
        self.children[WEB] = web
        self.children[WORKER] = self.spawn("-m", "deploy.work", death=signal.SIGKILL, log=self.logs / "worker.log")

    def spawn(
        self, *arguments: str, death: signal.Signals, log: Path | None = None, **environ: str
    ) -> subprocess.Popen[bytes]:
        """Start a Python child with these settings, and those that `environ` changes."""
        own = {"DATA_DIR": str(self.folder.path), "PYTHONUNBUFFERED": "1", "SUPERVISED": "1"}
        theirs = {**os.environ, **own, **environ}
        for name in ("GUNICORN_CMD_ARGS", "PYTHONDONTWRITEBYTECODE"):
            theirs.pop(name, None)
        command, keep = (PYTHON, *arguments), (self.folder.lock,)
        return spawn(command, death=death, log=log, environ=theirs, folder=ROOT, keep=keep)

    def watch(self) -> None:
        """Raise `Unable` when a child has ended, `Stopped` when somebody asked for the end."""
        if asked_to_stop:
            raise Stopped(asked_to_stop[0])
        for name, child in self.children.items():
            if child.poll() is not None:
                self.broken = True
                raise Unable(ended(name, child.returncode, self.logs))

    def stop(self) -> None:
        """End all, those that use others first."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        # Without the services they use, they would wait for them.
        patience = 2 if self.broken else 10
        users = [self.children[name] for name in (WEB, WORKER) if name in self.children]
        for child in users:
            child.send_signal(signal.SIGTERM)
        for child in users:
            finish(child, patience)
        if self.services:
            self.services.stop()
        end_orphans()


def main() -> int:
    """Run until the end; the exit status is 0 when someone asked for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("demo", "develop"))
    parser.add_argument("--parent", type=int, help="end when this process is no longer the parent")
    options = parser.parse_args()
    sys.unraisablehook = unraisable
    for number in SIGNALS:
        signal.signal(number, interrupt)
    folder: DataFolder | None = None
    try:
        die_with_parent(signal.SIGTERM, options.parent)
        adopt_orphans()
        supervisor = Supervisor(Settings.load(), reload=options.mode == "develop")
        folder = supervisor.folder
        supervisor.run()
    except Stopped:
        return 0
    except (Unable, ConfigurationError) as problem:
        message = problem.message if isinstance(problem, ConfigurationError) else str(problem)
    except psycopg.Error as problem:
        message = f"The database does not work: {first(problem)}"
    except OSError as problem:
        full = problem.errno == errno.ENOSPC
        message = "The disk is full." if full else f"The start failed: {problem}."
    if folder and folder.path.exists() and folder.is_full():
        message = f"The disk that holds {folder.path} is full: free some space and start again."
    print(message, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
