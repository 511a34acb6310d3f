"""What runs by itself: each task in its turn, those of a queue in one job, none held up by another that fails."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis
from rq.timeouts import JobTimeoutException

from marketplace import jobs, schedule
from marketplace.app import create_app
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications.models import Mail
from tests.conftest import settings_for
from tests.services import Addresses


@pytest.fixture
def connection(app: Flask) -> Redis:
    found = Redis.from_url(app.config["REDIS_URL"])
    found.flushdb()
    return found


def test_tasks_of_a_queue_that_are_due_are_one_job_of_plain_data(connection: Redis) -> None:
    assert set(schedule.enqueue_due(connection, 3600)) == {task.name for task in schedule.PERIODIC}
    assert schedule.enqueue_due(connection, 3601) == []
    assert schedule.enqueue_due(connection, 3605) == ["relay"]
    assert schedule.enqueue_due(connection, 3610) == ["relay", "mail", "files"]
    queued = [(job.func, job.args, job.timeout) for job in jobs.queue(jobs.QUICK, connection).jobs]
    names = [task.name for task in schedule.PERIODIC if task.queue == jobs.QUICK]
    assert queued == [(schedule.run_periodic, turn, 60 * len(turn)) for turn in (names, ["relay"], ["relay", "mail"])]
    apart = [(job.func, job.args, job.timeout) for job in jobs.queue(jobs.FILES, connection).jobs]
    assert apart == [(schedule.run_periodic, ["files"], 90)] * 2


def test_task_that_fails_keeps_no_other_from_running(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def fails() -> None:
        ran.append("broken")
        raise ValueError("broken on purpose")

    tasks = (schedule.Periodic("broken", 1, fails), schedule.Periodic("sound", 1, lambda: ran.append("sound")))
    monkeypatch.setattr(schedule, "PERIODIC", tasks)
    monkeypatch.setattr(jobs, "application", lambda: app)
    with pytest.raises(ValueError, match="broken on purpose"):
        schedule.run_periodic("broken", "sound")
    assert ran == ["broken", "sound"]


def test_task_that_hangs_is_ended_and_the_next_one_runs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    alarms: list[float] = []

    def hangs() -> None:
        alarms.append(signal.getitimer(signal.ITIMER_REAL)[0])
        if alarms[0]:
            signal.setitimer(signal.ITIMER_REAL, 0.01)  # the same alarm, sooner
            time.sleep(20)

    tasks = (schedule.Periodic("hanging", 1, hangs), schedule.Periodic("sound", 1, lambda: ran.append("sound")))
    monkeypatch.setattr(schedule, "PERIODIC", tasks)
    monkeypatch.setattr(jobs, "application", lambda: app)
    with pytest.raises(JobTimeoutException):
        schedule.run_periodic("hanging", "sound")
    assert ran == ["sound"]
    assert schedule.TASK_SECONDS - 5 < alarms[0] <= schedule.TASK_SECONDS


def test_worker_that_has_looked_leaves_what_is_due_and_no_connection(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "application", lambda: committed_app)
    with committed_app.app_context(), open_unit():
        db.session.add(Mail(to="a@people.example", subject="Hello", body="Words.", locale="en", key="a"))
        db.session.commit()
    jobs.prepare()
    with committed_app.app_context():
        assert db.session.scalars(sa.select(Mail.state)).all() == ["queued"]
        others = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert db.session.scalar(others) == 1
        assert db.session.scalar(sa.text("SHOW statement_timeout")) == f"{jobs.STATEMENT_SECONDS}s"


@pytest.mark.parametrize("is_there", [False, True])
def test_worker_starts_before_its_database_is_there_or_migrated(
    where: Addresses, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_there: bool
) -> None:
    url = where.database_admin_url if is_there else "postgresql+psycopg://nobody@/nowhere?host=/nonexistent"
    app = create_app(replace(settings_for(url, ""), log_level="warning"))
    monkeypatch.setattr(jobs, "application", lambda: app)
    jobs.prepare()
    assert "the worker starts before its database is ready" in capsys.readouterr().err
