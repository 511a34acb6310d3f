"""``flask worker``: runs the jobs, and the schedule beside them."""

from __future__ import annotations

import gc
import threading

import click
from flask import current_app
from flask.cli import with_appcontext
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry
from rq import Queue, Worker

from marketplace import jobs, schedule

# A worker that is killed is noticed, and its job run again, within a minute.
TTL, MONITORING, MAINTENANCE = 45, 15, 30


@click.command("worker")
@with_appcontext
def group() -> None:
    """Run jobs and the schedule until stopped."""
    url = current_app.config["SETTINGS"].redis()
    connection = Redis.from_url(
        url, retry=Retry(ExponentialBackoff(cap=5, base=0.2), 20), retry_on_error=[ConnectionError, TimeoutError]
    )
    jobs.prepare()
    stop = threading.Event()
    schedule.start(stop)
    worker = Worker(
        [Queue(jobs.QUEUE, connection=connection)],
        connection=connection,
        worker_ttl=TTL,
        job_monitoring_interval=MONITORING,
        maintenance_interval=MAINTENANCE,
    )
    gc.freeze()  # each job runs in a fork: what was made ready is not collected there, so its memory stays shared
    try:
        worker.work(with_scheduler=True, logging_level="WARNING")
    finally:
        stop.set()
