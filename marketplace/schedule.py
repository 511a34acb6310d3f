"""What runs by itself, and how often. Every task is safe to run twice and in parallel."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from marketplace import jobs
from marketplace.applications.offers import lapse_offers
from marketplace.challenges.actions import close_due
from marketplace.kernel import once, relay
from marketplace.kernel.db import commit
from marketplace.kernel.policy import SYSTEM

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Periodic:
    """A task that one worker runs every so many seconds; it commits its own transactions."""

    name: str
    seconds: int
    call: Callable[[], object]


def _sweep() -> None:
    once.sweep()
    commit()


def _lapse_offers() -> None:
    lapse_offers(SYSTEM)
    commit()


def _close_challenges() -> None:
    close_due(SYSTEM)
    commit()


PERIODIC = (
    Periodic("relay", 5, relay.run_due),
    Periodic("sweep", 3600, _sweep),
    Periodic("challenges", 60, _close_challenges),
    Periodic("offers", 300, _lapse_offers),
)


def run(name: str) -> None:
    """Run one task now. Raises KeyError for an unknown one."""
    {task.name: task for task in PERIODIC}[name].call()


def enqueue_due(connection: Redis, now: float) -> list[str]:
    """Queue every task whose turn has come at ``now`` (seconds since 1970), once among all workers."""
    queued = []
    for task in PERIODIC:
        turn = f"tangent:periodic:{task.name}:{int(now // task.seconds)}"
        if connection.set(turn, 1, nx=True, ex=2 * task.seconds):
            Queue(jobs.QUEUE, connection=connection).enqueue(
                jobs.run_periodic, task.name, result_ttl=0, failure_ttl=3600
            )
            queued.append(task.name)
    return queued


def start(stop: threading.Event) -> threading.Thread:
    """Queue tasks from a thread of the worker until ``stop``; a Redis that is away is waited for."""
    url = current_app.config["REDIS_URL"]

    def tick() -> None:
        while not stop.wait(1):
            try:
                with Redis.from_url(url, socket_timeout=5) as connection:
                    enqueue_due(connection, time.time())
            except RedisError as failure:
                log.warning("the schedule waits for the queue", extra={"error": str(failure)})

    thread = threading.Thread(target=tick, name="schedule", daemon=True)
    thread.start()
    return thread
