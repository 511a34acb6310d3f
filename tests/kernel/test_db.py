"""A rollback takes back rows, and leaves the plans that a connection has."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel.db import db
from marketplace.places.models import Region
from tests.places.cast import make_region

OFTEN = 8  # psycopg prepares what it has sent five times
BACKEND = sa.text("SELECT pg_backend_pid()")
PLANS = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%regions%'")


def regions() -> int:
    return len(db.session.scalars(sa.select(Region.code).where(Region.code == "XX-1")).all())


def test_plans_outlive_a_rollback(committed_app: Flask) -> None:
    with committed_app.app_context():
        for _ in range(OFTEN):
            regions()
        backend, plans = db.session.scalar(BACKEND), db.session.scalar(PLANS)
        assert plans == 1
        db.session.rollback()
        with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
            db.session.execute(sa.text("SELECT nothing FROM nowhere"))
        assert (db.session.scalar(BACKEND), db.session.scalar(PLANS)) == (backend, plans)


def test_rows_do_not_outlive_a_rollback(committed_app: Flask) -> None:
    with committed_app.app_context():
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            make_region("XX-1")
            assert regions() == 1
            raise ZeroDivisionError
        assert regions() == 0
        make_region("XX-1")
        db.session.rollback()
        assert regions() == 0


def test_savepoint_takes_back_its_own_rows_alone(committed_app: Flask) -> None:
    with committed_app.app_context():
        with db.session.begin_nested():  # the first statement of the transaction
            make_region("XX-1")
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            make_region("XX-2")
            raise ZeroDivisionError
        with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
            db.session.execute(sa.text("SELECT nothing FROM nowhere"))
        with db.session.begin_nested():
            make_region("XX-3")
        db.session.commit()
        made = sa.select(Region.code).where(Region.code.startswith("XX-"))
        assert set(db.session.scalars(made)) == {"XX-1", "XX-3"}


def test_connection_that_was_lost_is_replaced(committed_app: Flask) -> None:
    with committed_app.app_context():
        backend = db.session.scalar(BACKEND)
        with db.engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:it)"), {"it": backend})
        with pytest.raises(sa.exc.OperationalError):
            regions()
        db.session.rollback()
        assert regions() == 0
        assert db.session.scalar(BACKEND) != backend
