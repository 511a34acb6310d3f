"""How gunicorn serves the product: `gunicorn -c deploy/gunicorn_settings.py wsgi:app`."""

import gc
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from gunicorn.errors import HaltServer

from config import Settings
from deploy.processes import die_with_parent
from marketplace.web.logs import WithoutKeys

settings = Settings.load()


def room_for(connections: int, other_files: int = 200) -> int:
    """How many connections a process may hold at once, of those wanted; its limit of open files is raised for them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < connections + other_files:
        soft = connections + other_files if hard == resource.RLIM_INFINITY else min(connections + other_files, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(connections, soft - other_files)


bind = f"127.0.0.1:{settings.port}"
worker_class = "deploy.timed_worker.WaitingWorker"
workers = settings.web_workers
threads = settings.web_threads
# Room for a rush: a connection that finds none would come late. Each takes a file, of which a process may open few.
backlog = 4096
worker_connections = room_for(4000)
timeout = 60
graceful_timeout = 10
keepalive = 5
loglevel = settings.log_level
access_log_format = "%(h)s %(m)s %(s)s %(L)s"  # no address, which may be a key; the product logs each request itself
control_socket_disable = True
# Imported once, before forking: half the time and memory of a start.
preload_app = True
proc_name = "tangent"
# Heartbeats go to a file; on a slow disk they would stall the workers.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def on_starting(arbiter: Any) -> None:
    """Keep keys out of the server's own lines, which repeat the address of a request that failed."""
    arbiter.log.error_log.addFilter(WithoutKeys())


def when_ready(arbiter: Any) -> None:
    """Close what the product opened while it was imported: forks must not share connections."""
    app = arbiter.app.wsgi()
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    gc.set_threshold(20_000, 20, 50)  # a page makes thousands of objects that end with it: look for cycles less often


def post_fork(arbiter: Any, worker: Any) -> None:
    """Let no worker outlive the master."""
    if sys.platform.startswith("linux"):
        die_with_parent(signal.SIGTERM, arbiter.pid)


def child_exit(arbiter: Any, worker: Any) -> None:
    """Under the supervisor everything stops together; elsewhere the master replaces a worker."""
    stopping = not arbiter.LISTENERS
    if os.environ.get("SUPERVISED") and not stopping:
        raise HaltServer("a worker ended", 1)
