"""``/healthz``: whether database, queue and worker answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, jsonify
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from marketplace.kernel.db import db, rollback
from marketplace.web.actor import public

blueprint = Blueprint("health", __name__)
SILENCE = timedelta(seconds=60)


@blueprint.get("/healthz")
@public
def show() -> tuple[Response, int]:
    """200 when all answer, else 503 naming what does not."""
    database = _database()
    queue, worker = _queue()
    sound = database == queue == worker == "ok"
    status = "ok" if sound else "failing"
    body = {"status": status, "database": database, "queue": queue, "worker": worker}
    return jsonify(body), 200 if sound else 503


def _database() -> str:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        rollback()
        return "unreachable"
    return "ok"


def _queue() -> tuple[str, str]:
    url = current_app.config["REDIS_URL"]
    if not url:
        return "unreachable", "missing"
    try:
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as connection:
            connection.ping()
            oldest = datetime.now(UTC) - SILENCE
            alive = any(
                worker.last_heartbeat and worker.last_heartbeat.replace(tzinfo=UTC) > oldest
                for worker in Worker.all(connection=connection)
            )
    except RedisError:
        return "unreachable", "missing"
    return "ok", "ok" if alive else "missing"
