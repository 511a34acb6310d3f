"""``/healthz``: whether database, queue and worker answer, and how long work has waited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from marketplace.kernel import relay
from marketplace.kernel.db import rollback
from marketplace.web.actor import public

blueprint = Blueprint("health", __name__)
SILENCE = timedelta(seconds=60)
QUEUES: set[str] = set()  # each has a worker, or work waits for ever
WAITS: dict[str, Callable[[], timedelta | None]] = {"reaction": relay.longest_wait}


def expect(queues: set[str], waits: dict[str, Callable[[], timedelta | None]]) -> None:
    """Say which queues are worked at, and what may wait; only ``app.py`` calls this."""
    QUEUES.update(queues)
    WAITS.update(waits)


@blueprint.get("/healthz")
@public
def show() -> tuple[Response, int]:
    """200 when all answer, else 503 naming what does not."""
    database, waits = _database()
    queue, worker = _queue()
    sound = database == queue == worker == "ok"
    status = "ok" if sound else "failing"
    body = {"status": status, "database": database, "queue": queue, "worker": worker, **waits}
    return jsonify(body), 200 if sound else 503


def _database() -> tuple[str, dict[str, int]]:
    """Whether it answers, and for how many seconds the oldest work of each kind has been due."""
    try:
        waits = {f"oldest_{kind}_seconds": _whole(wait()) for kind, wait in WAITS.items()}
    except SQLAlchemyError:
        rollback()
        return "unreachable", {}
    return "ok", waits


def _whole(wait: timedelta | None) -> int:
    return max(0, int(wait.total_seconds())) if wait else 0


def _queue() -> tuple[str, str]:
    url = current_app.config["REDIS_URL"]
    if not url:
        return "unreachable", "missing"
    try:
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as connection:
            connection.ping()
            oldest = datetime.now(UTC) - SILENCE
            alive = {
                name
                for worker in Worker.all(connection=connection, serializer=JSONSerializer)
                if worker.last_heartbeat and worker.last_heartbeat.replace(tzinfo=UTC) > oldest
                for name in worker.queue_names()
            }
    except RedisError:
        return "unreachable", "missing"
    return "ok", "ok" if alive >= QUEUES else "missing"
