"""``/healthz`` tells how long work has waited, whether or not a worker is there."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import events
from marketplace.kernel.db import db
from marketplace.kernel.events import Outbox
from marketplace.kernel.policy import SYSTEM
from marketplace.notifications.models import Mail
from tests.people.cast import make_user
from tests.world import Rows


def test_health_tells_since_when_the_oldest_work_is_due(app: Flask, rows: Rows, client: FlaskClient) -> None:
    quiet = client.get("/healthz").json
    assert quiet is not None
    assert (quiet["oldest_reaction_seconds"], quiet["oldest_mail_seconds"]) == (0, 0)
    with rows():
        now = sa.func.clock_timestamp()
        events.record("user.ask_reset", make_user("Waiting"), SYSTEM)
        db.session.execute(sa.update(Outbox).values(due_at=now - timedelta(minutes=10)))
        mail = {"to": "a@people.example", "subject": "Hello", "body": "Words.", "locale": "en"}
        db.session.add(Mail(**mail, key="due", due_at=now - timedelta(minutes=5)))
        db.session.add(Mail(**mail, key="later", due_at=now + timedelta(minutes=5)))
    told = client.get("/healthz").json
    assert told is not None
    assert 600 <= told["oldest_reaction_seconds"] < 900
    assert 300 <= told["oldest_mail_seconds"] < 600
    assert told["worker"] == "missing"
