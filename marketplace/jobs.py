"""What the workers run: each job takes ids, opens an app context and a unit of work, makes one call."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import events, relay
from marketplace.kernel.db import bound_statements, db, rollback
from marketplace.kernel.unit_of_work import current_id, open_unit
from marketplace.notifications import delivery
from marketplace.notifications.models import URGENT

log = logging.getLogger(__name__)

QUICK, FILES = "tangent", "tangent-files"  # queues: what people wait for, and long work
NUDGE_SECONDS = 0.2
MARK_SECONDS = 5  # no longer than the schedule's relay lets anything wait
MOST_REACTIONS = 200
ROUND_SECONDS, MAIL_SECONDS = 60, 5
STATEMENT_SECONDS = 20
REACTION_SECONDS, SENDING_SECONDS, CHUNK_SECONDS = 30, 60, 60  # what one may take: a reaction, sending, part of a file
FILES_SECONDS = 30 + CHUNK_SECONDS  # a job of files begins no further part after thirty seconds

# Says until when this process will be heard of again; a worker that is watched sets it.
promise: Callable[[float], None] = lambda seconds: None  # noqa: E731


_serving: list[Flask] = []


def serve(app: Flask) -> None:
    """Run the jobs of this process, and of its forks, within an application."""
    _serving[:] = [app]


def application() -> Flask:
    """The worker's own application. Raises LookupError in a process that is no worker."""
    if not _serving:
        raise LookupError("no worker serves in this process")
    return _serving[0]


def prepare() -> None:
    """Look once for what is due: the workers are forks, and find made what this made."""
    with application().app_context(), open_unit():
        bound_statements(db.engine, STATEMENT_SECONDS)
        try:
            for look in (relay.next_due, delivery.next_due, delivery.is_due):
                look()
                rollback()
        except DBAPIError as failure:  # it is away, or not yet migrated: jobs will say so until it is there
            rollback()
            log.warning("the worker starts before its database is ready", extra={"error": str(failure)})
        db.engine.dispose()  # a fork opens connections of its own


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """End what takes longer; where it hears no signal, whoever watches this process does."""
    promise(seconds)
    with UnixSignalDeathPenalty(seconds, JobTimeoutException):  # type: ignore[no-untyped-call]
        yield


def queue(name: str, connection: Redis) -> Queue:
    """A queue whose jobs are plain data: to read one runs nothing."""
    return Queue(name, connection=connection, serializer=JSONSerializer)


@cache
def _connection(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=NUDGE_SECONDS, socket_connect_timeout=NUDGE_SECONDS)


def nudge(lanes: set[str]) -> None:
    """After a commit, ask a worker to run the outbox at once; without one the periodic relay does."""
    url = current_app.config["REDIS_URL"]
    if not url:
        return
    try:
        if events.QUICK in lanes:
            _ask(queue(QUICK, _connection(url)), run_outbox)
        if events.LONG in lanes:
            _ask(queue(FILES, _connection(url)), run_files, job_timeout=FILES_SECONDS)
    except RedisError as failure:
        log.warning("the worker was not nudged", extra={"error": str(failure)})


def _ask(of: Queue, job: Callable[..., int], **options: int) -> None:
    # One job that waits is enough: it looks for all that is due when it begins. Should it be lost, the mark ends soon.
    if of.connection.set(_mark(of.name), 1, nx=True, ex=MARK_SECONDS):
        of.enqueue(job, current_id(), result_ttl=0, failure_ttl=3600, **options)


def _mark(name: str) -> str:
    return f"{name}:nudged"


def _begin(name: str) -> None:
    """Let the next nudge ask for a job of its own: this one looks from now on, and may have looked by then."""
    if not (url := current_app.config["REDIS_URL"]):
        return
    try:
        _connection(url).delete(_mark(name))
    except RedisError as failure:
        log.warning("the mark of a nudge stays until it ends", extra={"error": str(failure)})


def run_outbox(unit_id: str | None = None) -> int:
    """Run every due reaction, then send the mail they queued; returns how many reactions ran."""
    with application().app_context(), open_unit(unit_id):
        _begin(QUICK)
        ran = run_reactions()
        send_mail()
        return ran


def run_reactions() -> int:
    """Run due reactions, for a while at most; returns how many ran.

    A link that somebody waits for leaves between two of them, however long the row: an alert has hundreds of chunks.
    """
    ran, begun = 0, time.monotonic()
    while ran < MOST_REACTIONS:
        with within(REACTION_SECONDS):
            if not relay.run_due(1, events.QUICK):
                break
        ran += 1
        with within(SENDING_SECONDS):
            delivery.deliver_due(most=URGENT)
        if time.monotonic() - begun > ROUND_SECONDS:
            nudge({events.QUICK})
            break
    return ran


def send_mail() -> None:
    """Send what is due, for a few seconds; where more waits, others have their turn first."""
    with within(SENDING_SECONDS):
        delivery.deliver_due(seconds=MAIL_SECONDS)
        if delivery.is_due():
            nudge({events.QUICK})


def run_files(unit_id: str | None = None) -> int:
    """Go on with files that were uploaded, for a while at most; returns how many parts were done."""
    ran, begun = 0, time.monotonic()
    with application().app_context(), open_unit(unit_id):
        _begin(FILES)
        while time.monotonic() - begun < FILES_SECONDS - CHUNK_SECONDS:
            with within(CHUNK_SECONDS):
                if not relay.run_due(1, events.LONG):
                    return ran
            ran += 1
        nudge({events.LONG})
    return ran
