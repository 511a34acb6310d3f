"""What runs by itself, and how often. Every task is safe to run twice and in parallel."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from marketplace import jobs
from marketplace.applications import offers
from marketplace.calls import actions as call_actions
from marketplace.challenges import actions as challenges
from marketplace.following import digests
from marketplace.following import retention as following
from marketplace.imports import retention as imports
from marketplace.kernel import idempotency, public_version
from marketplace.kernel.db import commit
from marketplace.kernel.policy import SYSTEM
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications import reminders
from marketplace.notifications import retention as notifications
from marketplace.pairings import actions as pairings
from marketplace.people import retention as people

log = logging.getLogger(__name__)

MOST_ROUNDS = 20
TASK_SECONDS = 60  # what a task may take


@dataclass(frozen=True)
class Periodic:
    """A task that one worker of a queue runs every so many seconds; it commits its own transactions."""

    name: str
    seconds: int
    call: Callable[[], object]
    queue: str = jobs.QUICK


def _rounds(act: Callable[[], int]) -> Callable[[], None]:
    """A task that repeats ``act`` while it finds something to do, each round in a transaction of its own."""

    def call() -> None:
        for _ in range(MOST_ROUNDS):
            found = act()
            commit()
            if not found:
                return

    return call


def _sweep() -> None:
    packages = (people, imports, notifications, following)
    for forget in (idempotency.sweep, public_version.sweep, *(package.sweep for package in packages)):
        forget()
        commit()


PERIODIC = (
    Periodic("relay", 5, jobs.run_reactions),
    Periodic("mail", 10, jobs.send_mail),
    Periodic("files", 10, jobs.run_files, jobs.FILES),
    Periodic("calls", 30, _rounds(call_actions.open_and_close_due)),
    Periodic("challenges", 30, _rounds(challenges.close_due)),
    Periodic("offers", 60, _rounds(lambda: offers.lapse_offers(SYSTEM))),
    Periodic("pairings", 60, _rounds(lambda: pairings.expire_due(SYSTEM))),
    Periodic("digests", 60, _rounds(digests.send_due)),
    Periodic("reminders", 600, _rounds(reminders.remind_due)),
    Periodic("sweep", 3600, _sweep),
)


def run(name: str) -> None:
    """Run one task now. Raises KeyError for an unknown one."""
    {task.name: task for task in PERIODIC}[name].call()


def run_periodic(*names: str) -> None:
    """Run tasks of the schedule one after the other; one that fails or hangs keeps none of the others from running."""
    failures = []
    for name in names:
        with jobs.application().app_context(), open_unit():
            try:
                with jobs.within(TASK_SECONDS):
                    run(name)
            except Exception as failure:
                log.exception("a task of the schedule failed", extra={"task": name})
                failures.append(failure)
    if failures:
        raise failures[0]


# Jobs that wait through an upgrade name the module where it stood before.
jobs.run_periodic = run_periodic  # type: ignore[attr-defined]


def enqueue_due(connection: Redis, now: float) -> list[str]:
    """Queue the tasks whose turn has come at ``now`` (seconds since 1970), once among all workers.

    All of a queue are one job: a job has a price, whatever it finds to do.
    """

    def is_first(task: Periodic) -> bool:
        turn = f"tangent:periodic:{task.name}:{int(now // task.seconds)}"
        return bool(connection.set(turn, 1, nx=True, ex=2 * task.seconds))

    due = [task for task in PERIODIC if is_first(task)]
    for queue in (jobs.QUICK, jobs.FILES):
        names = [task.name for task in due if task.queue == queue]
        if names:
            jobs.queue(queue, connection).enqueue(
                run_periodic, *names, job_timeout=_seconds(queue, names), result_ttl=0, failure_ttl=3600
            )
    return [task.name for task in due]


def _seconds(queue: str, names: list[str]) -> int:
    return jobs.FILES_SECONDS if queue == jobs.FILES else TASK_SECONDS * len(names)


def tick(url: str) -> None:
    """Queue what is due now; a Redis that is away is waited for."""
    try:
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as connection:
            enqueue_due(connection, time.time())
    except RedisError as failure:
        log.warning("the schedule waits for the queue", extra={"error": str(failure)})
