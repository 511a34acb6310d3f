"""A demonstration says that it is one: accounts marked as demo exist, and production refuses to run with them."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from config import ConfigurationError
from marketplace.kernel.db import db, rollback
from marketplace.kernel.locales import _l
from marketplace.people import queries
from marketplace.people.models import User

PASSWORD = "demo-passphrase"
ACCOUNTS = (
    ("startup@demo.example", _l("Startup")),
    ("company@demo.example", _l("Demand company")),
    ("staff@demo.example", _l("Centre staff")),
    ("evaluator@demo.example", _l("Evaluator")),
    ("network@demo.example", _l("Network")),
)
KEPT_SECONDS = 30


def is_demo() -> bool:
    """Whether this database holds a demonstration; asked at most every half minute, never true in production."""
    if current_app.config["ENVIRONMENT"] == "production":
        return False
    kept = current_app.extensions.setdefault("demo", {})
    if time.monotonic() > kept.get("until", 0.0):
        try:
            kept["found"] = queries.demo_accounts_exist()
        except SQLAlchemyError:
            rollback()
        kept["until"] = time.monotonic() + KEPT_SECONDS
    return bool(kept.get("found", False))


def accounts() -> list[tuple[str, Any]]:
    """Address and role of each demo account there is, for the sign-in page; empty elsewhere."""
    if not is_demo():
        return []
    there = set(db.session.scalars(select(User.email).where(User.is_demo)))
    return [(email, role) for email, role in ACCOUNTS if email in there]


def init_app(app: Flask) -> None:
    """Let layouts say so, and refuse demo accounts in production; a database that does not answer is no reason."""
    app.context_processor(lambda: {"is_demo": LocalProxy(is_demo)})
    if app.config["ENVIRONMENT"] != "production":
        return
    with app.app_context():
        try:
            found = queries.demo_accounts_exist()
        except SQLAlchemyError:
            found = False
        finally:
            rollback()
            db.engine.dispose()  # a web server forks after this: its children open connections of their own
    if found:
        raise ConfigurationError(
            "Production does not start:\nthis database holds demo accounts, whose password is public."
            " Use a database without the demonstration."
        )
