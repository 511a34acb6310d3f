"""``flask worker``: keeps the schedule, and watches two workers that run the jobs (decision 0040)."""

from __future__ import annotations

import gc
import logging
import os
import resource
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError
from redis.retry import Retry
from rq import SimpleWorker, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.utils import now
from rq.worker.base import BaseWorker

from marketplace import jobs, schedule
from marketplace.watchdog import Child, Promise, Watch

log = logging.getLogger(__name__)

# A worker that is killed is noticed, and its job run again, within a minute.
TTL, MONITORING, MAINTENANCE = 30, 15, 30
HEARTBEAT = timedelta(seconds=10)
SILENCE_SECONDS = 60  # that an idle worker is heard of within
NICENESS = 5  # in a rush, whoever waits for a page goes first
MOST_JOBS = 10_000  # after which a worker is renewed


class Watched(BaseWorker):
    """What both workers have in common: each heartbeat is a promise of the next, none outlives its parent."""

    promise: Promise
    parent: int
    max_connection_wait_time = 5.0

    def heartbeat(self, *args: Any, **options: Any) -> None:
        """Be heard of by the store and by the parent."""
        if not self.is_horse:
            if os.getppid() != self.parent:
                raise StopRequested
            self.promise.give(SILENCE_SECONDS)
        super().heartbeat(*args, **options)


class Quick(Watched, SimpleWorker):
    """Runs short jobs in its own process, which is renewed before it grows large."""

    most_memory: int

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a job; where memory grew beyond its bound it is the last one."""
        super().execute_job(job, queue)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > self.most_memory * 1024:
            log.info("a worker is renewed for its memory")
            self._stop_requested = True


class Files(Watched, Worker):
    """Runs each long job in a process of its own, which is killed where it takes too long."""


KINDS: dict[str, tuple[type[Quick | Files], str]] = {"quick": (Quick, jobs.QUICK), "files": (Files, jobs.FILES)}


def _work(kind: str, url: str, most_memory: int, parent: int, promise: Promise) -> None:
    """Be one of the workers until asked to stop."""
    os.nice(NICENESS)
    connection = Redis.from_url(
        url, retry=Retry(ExponentialBackoff(cap=5, base=0.2), 7), retry_on_error=[ConnectionError, TimeoutError]
    )
    make, queue = KINDS[kind]
    worker = make(
        [jobs.queue(queue, connection)],
        connection=connection,
        worker_ttl=TTL,
        job_monitoring_interval=MONITORING,
        maintenance_interval=MAINTENANCE,
        serializer=JSONSerializer,
    )
    worker.promise, worker.parent = promise, parent
    if isinstance(worker, Quick):
        worker.most_memory = most_memory
        jobs.promise = _promise(worker)
    worker.work(logging_level="WARNING", max_jobs=MOST_JOBS)


def _promise(worker: Quick) -> Callable[[float], None]:
    """What a job tells while it works: the parent each time, the store now and then."""

    def give(seconds: float) -> None:
        if worker.last_heartbeat is None or now() - worker.last_heartbeat > HEARTBEAT:
            with suppress(RedisError):
                worker.heartbeat()
        worker.promise.give(seconds)

    return give


@click.command("worker")
@click.option("--only", type=click.Choice(sorted(KINDS)), help="Run one of the two workers alone.")
@with_appcontext
def group(only: str | None) -> None:
    """Run jobs and the schedule until stopped."""
    settings = current_app.config["SETTINGS"]
    url = settings.redis()
    jobs.serve(current_app._get_current_object())  # type: ignore[attr-defined]
    jobs.prepare()
    gc.freeze()  # what was made ready is not collected in the forks, so its memory stays shared
    work = [(kind, partial(_work, kind, url, settings.worker_memory, os.getpid())) for kind in KINDS]
    children = [Child(kind, run) for kind, run in work if only in (None, kind)]
    Watch(children, partial(schedule.tick, url)).run()
