"""Real PostgreSQL and Valkey of the tests' own: one clone a worker, a savepoint a test.

``app`` runs inside one transaction that is rolled back; its database holds the cast (``World.kept()``). Make rows with
``with rows():`` and visit pages with ``signed_in(membership)``; never hold an app context around a client's call.
``world`` keeps one open, for tests of rules and actions without a client. Tests of real commits (parallel, browser,
faults) take ``committed_app``, which is empty.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck
from jinja2 import FileSystemBytecodeCache
from xdist.scheduler import LoadScopeScheduling

from config import ROOT, Settings
from marketplace.app import create_app
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.models import Membership, User
from marketplace.people.sessions import open_session
from marketplace.web.limits import limiter
from tests import services, timings
from tests.estate import Estate
from tests.world import Rows, SignedIn, World

# A few examples a run, other ones each time; `pytest --hypothesis-profile=thorough` tries many.
SUITABLE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
hypothesis.settings.register_profile("quick", max_examples=12, deadline=None, suppress_health_check=SUITABLE)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("quick"), max_examples=300)
hypothesis.settings.load_profile("quick")

TEMPLATES = ROOT / ".pytest_cache" / "templates"  # compiled; each is known by its content

LONGEST = ("browser", "faults", "crawl")

NO_DEMO = {"found": False, "until": math.inf}


def settings_for(database_url: str, redis_url: str, folder: Path | str = "/nonexistent") -> Settings:
    """Settings that come from nowhere but here."""
    return Settings.load(
        {
            "MARKETPLACE_ENV": "testing",
            "SECRET_KEY": "a secret for tests alone, of no use elsewhere",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "error",
        }
    )


def migrate_to_head(database_url: str) -> None:
    """Bring a fresh database to the newest schema, and leave no connection open."""
    app = create_app(settings_for(database_url, ""))
    with app.app_context():
        upgrade()
        db.engine.dispose()


def pytest_configure(config: pytest.Config) -> None:
    services.prepare(config, migrate_to_head)
    config.pluginmanager.register(timings)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    services.hand_over(node)


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart(session: pytest.Session) -> Iterator[None]:
    yield
    services.begin(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what commits for real, and begin with what takes longest: of tests alike, those of the largest file."""
    for item in items:
        if "committed_app" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.parallel)
    sizes = {path: path.stat().st_size for path in {item.path for item in items}}

    def soon(item: pytest.Item) -> tuple[list[bool], int]:
        return [not item.get_closest_marker(name) for name in LONGEST], -sizes[item.path]

    items.sort(key=soon)


def pytest_collection_finish() -> None:
    """Leave what was imported out of the search for garbage."""
    gc.freeze()


ALONE = ("tests/journeys/test_main_job.py", "tests/test_crawl.py", "tests/test_roles.py")


ONE_SITE = tuple(
    f"tests/faults/test_{name}.py"
    for name in ("database", "late_presses", "mail", "parallel_presses", "production", "sessions", "worker")
)


class Dealt(LoadScopeScheduling):
    """Deals tests out by module, which share a running product or at least their statements; the longest one by one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return "one site" if module in ONE_SITE else nodeid if module in ALONE else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealt | None:
    return Dealt(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Search once more for what was left open: pytest would five times, and Python again."""
    services.end(config)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def where(request: pytest.FixtureRequest) -> services.Addresses:
    """The servers of this run."""
    return services.addresses(request.config)


def make_app(url: str, where: services.Addresses, folder: Path) -> Flask:
    """The product on a database, with an empty store of its own."""
    settings = settings_for(url, services.store(where), folder)
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    app = create_app(settings, RATELIMIT_ENABLED=False, RAIL_COUNT_SECONDS=math.inf, REPEAT_SECONDS=0)
    app.extensions["demo"] = dict(NO_DEMO)  # so that queries can be counted whenever a page is asked for
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES))
    return app


@pytest.fixture(scope="session")
def _worker_app(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    url = services.clone(where)
    app = make_app(url, where, tmp_path_factory.mktemp("data"))
    with app.app_context():
        db.session.configure(join_transaction_mode="create_savepoint", expire_on_commit=False)
        world = World()
        db.session.commit()
        world.keep()
    yield app
    with app.app_context():
        db.engine.dispose()
    services.drop(url)


@contextmanager
def rolled_back(app: Flask) -> Iterator[Flask]:
    """One transaction around all that an app of `_worker_app`'s kind does; no app context is left open."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        outer = connection.begin()
        db._app_engines[app][None] = connection  # type: ignore[assignment]
        try:
            yield app
        finally:
            db._app_engines[app][None] = engine
            outer.rollback()


@pytest.fixture
def app(_worker_app: Flask) -> Iterator[Flask]:
    """The product inside one transaction that is rolled back; no app context is left open."""
    _worker_app.extensions.pop("rail_counts", None)
    with rolled_back(_worker_app):
        yield _worker_app


@pytest.fixture(scope="session")
def _peopled(where: services.Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Estate]]:
    url = services.clone(where)
    app = make_app(url, where, tmp_path_factory.mktemp("data"))
    with app.app_context(), open_unit():
        db.session.configure(join_transaction_mode="create_savepoint", expire_on_commit=False)
        estate = Estate()
        db.session.commit()
    yield app, estate
    with app.app_context():
        db.engine.dispose()
    services.drop(url)


@pytest.fixture
def peopled(_peopled: tuple[Flask, Estate]) -> Iterator[tuple[Flask, Estate]]:
    """The product with one estate for the whole run; what a test changes is rolled back."""
    with rolled_back(_peopled[0]):
        yield _peopled


@pytest.fixture
def committed_app(where: services.Addresses, tmp_path: Path) -> Iterator[Flask]:
    """The product on a clone of its own, where commits are real: for parallel transactions."""
    url = services.clone(where)
    app = make_app(url, where, tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()
    services.drop(url)


@pytest.fixture
def rows(app: Flask) -> Rows:
    """``with rows(): …`` makes rows that pages then see; what was made stays readable afterwards."""

    @contextmanager
    def opened() -> Iterator[None]:
        with app.app_context(), open_unit():
            yield
            db.session.commit()

    return opened


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


def sign_in(app: Flask, who: Membership | User | None) -> FlaskClient:
    """A browser whose person has signed in and acts for that membership; None stays anonymous."""
    browser = app.test_client()
    if who is None:
        return browser
    with app.app_context(), open_unit():
        user_id = who.user_id if isinstance(who, Membership) else who.id
        user = db.session.get_one(User, user_id)
        token = open_session(user, "127.0.0.1", "tests", who if isinstance(who, Membership) else None)
        db.session.commit()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return browser


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """``signed_in(membership)``: a browser acting for it."""
    return lambda who: sign_in(app, who)


@pytest.fixture
def cast(rows: Rows) -> World:
    """The cast for tests of pages: readable without an app context."""
    with rows():
        return World.kept()


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The cast with an app context held open: for rules and actions, not for clients."""
    with app.app_context(), open_unit():
        yield World.kept()


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count requests as the product does, in a store of this test's own."""
    monkeypatch.setattr(limiter, "enabled", limiter.enabled)
    bare = Flask("bare")
    bare.config.update(RATELIMIT_ENABLED=True, RATELIMIT_STORAGE_URI="memory://")
    limiter.init_app(bare)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_queries() as seen:`` collects the statements sent meanwhile."""
    return counted
