"""A copy of the database is worth what comes back from it: what ``pg_dump`` writes fills an empty one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from deploy.postgres import program
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from tests import services
from tests.challenges.cast import make_challenge
from tests.people.cast import make_organisation

EMPTY = "own_restored"
FOUND = (
    "SELECT challenge_id, locale, search::text FROM challenge_texts"
    " UNION ALL SELECT organisation_id, locale, search::text FROM organisation_texts"
)


@pytest.fixture
def empty(where: services.Addresses) -> Iterator[str]:
    """The address of a database that holds nothing yet."""
    services.run(where.database_admin_url, "CREATE DATABASE {}", EMPTY)
    yield where.database(EMPTY)
    services.drop(where.database(EMPTY))


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def test_a_copy_of_the_database_comes_back_whole(committed_app: Flask, empty: str) -> None:
    with committed_app.app_context():
        with open_unit():
            make_challenge(make_organisation("large", name="Électricité Wi-Fi"))
            make_challenge(make_organisation("large", name="한빛 전기"))
            db.session.commit()
        url = db.engine.url.render_as_string(hide_password=False)
        with db.engine.connect() as connection:
            before = sorted(map(tuple, connection.execute(text(FOUND))))
    copy = subprocess.run((program("pg_dump"), _plain(url)), check=True, capture_output=True).stdout
    restoring = (program("psql"), "--quiet", "--set=ON_ERROR_STOP=1", _plain(empty))
    told = subprocess.run(restoring, input=copy, check=False, capture_output=True)
    assert told.returncode == 0, told.stderr.decode()
    engine = create_engine(empty)
    with engine.connect() as connection:
        assert sorted(map(tuple, connection.execute(text(FOUND)))) == before
    engine.dispose()
    assert len(before) >= 4


def test_functions_find_each_other_without_a_search_path(committed_app: Flask) -> None:
    ours = (
        "SELECT proname FROM pg_proc JOIN pg_language ON pg_language.oid = prolang"
        " WHERE lanname = 'sql' AND proname LIKE 'tangent\\_%' AND prosqlbody IS NULL"
    )
    with committed_app.app_context(), db.engine.connect() as connection:
        assert connection.scalars(text(ours)).all() == []
