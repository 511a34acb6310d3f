"""After a commit one job waits for a worker, however many commits there were, and none of them is forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from redis import Redis

from marketplace import jobs, schedule
from marketplace.kernel import events


@pytest.fixture
def waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """How many jobs wait in a queue of an empty store."""
    connection = Redis.from_url(app.config["REDIS_URL"])
    connection.flushdb()
    monkeypatch.setattr(jobs, "application", lambda: app)
    return lambda name: len(jobs.queue(name, connection))


@pytest.mark.parametrize(
    ("lane", "name", "run"), [(events.QUICK, jobs.QUICK, jobs.run_outbox), (events.LONG, jobs.FILES, jobs.run_files)]
)
def test_one_nudge_waits_until_its_job_begins(
    app: Flask, waiting: Callable[[str], int], lane: str, name: str, run: Callable[[], int]
) -> None:
    with app.app_context():
        for _ in range(5):
            jobs.nudge({lane})
        assert waiting(name) == 1
        run()
        jobs.nudge({lane})
        jobs.nudge({lane})
    assert waiting(name) == 2
    other = jobs.FILES if name == jobs.QUICK else jobs.QUICK
    assert waiting(other) == 0


def test_commit_during_a_job_asks_for_another(
    app: Flask, waiting: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The running job may have looked already."""
    monkeypatch.setattr(jobs, "run_reactions", lambda: jobs.nudge({events.QUICK}))
    monkeypatch.setattr(jobs, "send_mail", lambda: None)
    with app.app_context():
        jobs.nudge({events.QUICK})
        jobs.run_outbox()
    assert waiting(jobs.QUICK) == 2


def test_nudge_whose_job_was_lost_counts_no_longer_than_the_relay_pauses(
    app: Flask, waiting: Callable[[str], int]
) -> None:
    relay = next(task for task in schedule.PERIODIC if task.name == "relay")
    with app.app_context():
        jobs.nudge({events.QUICK})
    assert waiting(jobs.QUICK) == 1
    left = Redis.from_url(app.config["REDIS_URL"]).ttl(f"{jobs.QUICK}:nudged")
    assert 0 < left <= relay.seconds
