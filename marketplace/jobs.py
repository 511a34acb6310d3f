"""What the worker runs: each job takes ids, opens an app context and a unit of work, makes one call."""

from __future__ import annotations

import logging
import time
from functools import cache

from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import relay
from marketplace.kernel.db import db, rollback
from marketplace.kernel.unit import current_id, unit
from marketplace.notifications import delivery
from marketplace.notifications.models import URGENT

log = logging.getLogger(__name__)

QUEUE = "tangent"
NUDGE_SECONDS = 0.2
MOST_REACTIONS = 200
REACTION_SECONDS, MAIL_SECONDS = 60, 5


@cache
def application() -> Flask:
    """The worker's own application, made once a process."""
    from marketplace.app import create_app

    return create_app()


def prepare() -> None:
    """Look once for what is due. Each job is a fork: it finds made what this made, and takes two thirds of the time."""
    with application().app_context(), unit():
        try:
            for look in (relay.next_due, delivery.next_due, delivery.is_due):
                look()
                rollback()
        except DBAPIError as failure:  # it is away, or not yet migrated: jobs will say so until it is there
            rollback()
            log.warning("the worker starts before its database is ready", extra={"error": str(failure)})
        db.engine.dispose()  # a fork opens connections of its own


@cache
def _connection(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=NUDGE_SECONDS, socket_connect_timeout=NUDGE_SECONDS)


def nudge() -> None:
    """After a commit, ask a worker to run the outbox at once; without one the periodic relay does."""
    url = current_app.config["REDIS_URL"]
    if not url:
        return
    try:
        Queue(QUEUE, connection=_connection(url)).enqueue(run_outbox, current_id(), result_ttl=0, failure_ttl=3600)
    except RedisError as failure:
        log.warning("the worker was not nudged", extra={"error": str(failure)})


def run_outbox(unit_id: str | None = None) -> int:
    """Run every due reaction, then send the mail they queued; returns how many reactions ran."""
    with application().app_context(), unit(unit_id):
        ran = run_reactions()
        send_mail()
        return ran


def run_reactions() -> int:
    """Run due reactions, for a while at most; returns how many ran.

    A link that somebody waits for leaves between two of them, however long the row: an alert has hundreds of chunks.
    """
    ran, begun = 0, time.monotonic()
    while ran < MOST_REACTIONS and relay.run_due(1):
        ran += 1
        delivery.deliver_due(most=URGENT)
        if time.monotonic() - begun > REACTION_SECONDS:
            nudge()
            break
    return ran


def send_mail() -> None:
    """Send what is due, for a few seconds; where more waits, others have their turn first."""
    delivery.deliver_due(seconds=MAIL_SECONDS)
    if delivery.is_due():
        nudge()


def run_periodic(*names: str) -> None:
    """Run tasks of the schedule one after the other; one that fails or hangs keeps none of the others from running."""
    from marketplace import schedule

    failures = []
    for name in names:
        with application().app_context(), unit():
            try:
                with UnixSignalDeathPenalty(schedule.TASK_SECONDS, JobTimeoutException):  # type: ignore[no-untyped-call]
                    schedule.run(name)
            except Exception as failure:
                log.exception("a task of the schedule failed", extra={"task": name})
                failures.append(failure)
    if failures:
        raise failures[0]
