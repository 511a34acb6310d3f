"""What lies in the store: plain data, which to read runs nothing."""

from __future__ import annotations

import json
import zlib

import pytest
from flask import Flask
from redis import Redis

from marketplace import jobs
from marketplace.kernel import events
from marketplace.kernel.unit import unit


@pytest.fixture
def store(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Redis:
    monkeypatch.setattr(jobs, "application", lambda: app)
    found = Redis.from_url(app.config["REDIS_URL"])
    found.flushdb()
    return found


def test_jobs_are_plain_data(app: Flask, store: Redis) -> None:
    with app.app_context(), unit("a-unit"):
        jobs.nudge({events.QUICK})
    (job,) = jobs.queue(jobs.QUICK, store).jobs
    assert (job.func_name, job.args) == ("marketplace.jobs.run_outbox", ["a-unit"])
    stored = store.hget(job.key, "data")
    assert json.loads(zlib.decompress(stored))[0] == "marketplace.jobs.run_outbox"
