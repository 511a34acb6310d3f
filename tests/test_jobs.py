"""What lies in the store is plain data, and who works at it is renewed."""

from __future__ import annotations

import json
import os
import signal
import zlib

import pytest
from flask import Flask
from redis import Redis
from rq.serializers import JSONSerializer
from rq.utils import import_attribute

from marketplace import jobs, schedule
from marketplace.commands.worker import Quick
from marketplace.kernel import events
from marketplace.kernel.unit_of_work import open_unit
from marketplace.watchdog import Promise


@pytest.fixture
def store(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Redis:
    monkeypatch.setattr(jobs, "application", lambda: app)
    found = Redis.from_url(app.config["REDIS_URL"])
    found.flushdb()
    return found


def test_jobs_are_plain_data(app: Flask, store: Redis) -> None:
    with app.app_context(), open_unit("a-unit"):
        jobs.nudge({events.QUICK})
    (job,) = jobs.queue(jobs.QUICK, store).jobs
    assert (job.func_name, job.args) == ("marketplace.jobs.run_outbox", ["a-unit"])
    stored = store.hget(job.key, "data")
    assert json.loads(zlib.decompress(stored))[0] == "marketplace.jobs.run_outbox"


@pytest.mark.parametrize("name", ["run_outbox", "run_files", "run_periodic"])
def test_job_that_waits_through_an_upgrade_is_found(name: str) -> None:
    assert callable(import_attribute(f"marketplace.jobs.{name}"))


@pytest.mark.parametrize(("most_memory", "left"), [(1, 1), (100_000, 0)])
def test_worker_that_has_grown_stops_after_its_job(store: Redis, most_memory: int, left: int) -> None:
    queue = jobs.queue(jobs.QUICK, store)
    for _ in range(2):
        queue.enqueue(schedule.run_periodic, result_ttl=0)
    worker = Quick([queue], connection=store, serializer=JSONSerializer)
    worker.promise, worker.parent, worker.most_memory = Promise(), os.getppid(), most_memory
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    try:
        worker.work(burst=True, logging_level="ERROR")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(queue) == left
