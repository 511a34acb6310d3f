"""What is kept for everybody is drawn anew after every change: each table it was read from is watched by a trigger."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel.db import db
from marketplace.web import cache
from tests.crawl import Address, Walker, addresses, undone
from tests.estate import Estate

CASES = ("late", "sealed", "early", "foreign", "anonymous")
# What an address alone does not ask for: words, filters, orders, pages, things side by side.
FURTHER = (
    "/search?q=pipe",
    "/search?q=nothing-of-that-name",
    "/challenges?q=pipe&sort=best&field=water&region=KR-26&deadline=week",
    "/challenges?view=compact&status=any&sort=closing",
    "/api/v1/challenges?q=pipe&status=any",
    "/api/v1/organisations?q=a",
    "/challenges.ics?status=any",
)
# Tables that are read although their own writes are not watched, and why no kept page is the worse for it.
UNWATCHED = {
    "catalogue_changes": "the version itself",
    "events": "written with the row they tell of, never changed",
    "event_reasons": "likewise",
    "pairings": "what is read are the two sides, which never change",
    "applications": "counted in closed calls alone: only the seconds of grace change a number, within a minute",
    "collaborations": "a trigger of its own tells that one has begun, all that is counted",
}
# Of all relations that a transaction has read, through views and functions too, the database holds a lock.
READ = sa.text(
    "SELECT relname FROM pg_locks JOIN pg_class ON pg_class.oid = relation JOIN pg_namespace ON pg_namespace.oid ="
    " relnamespace WHERE pid = pg_backend_pid() AND nspname = 'public' AND relkind IN ('r', 'p')"
)
WATCHED = sa.text(
    "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
    " WHERE proname = 'tangent_catalogue_changed' AND tgnargs <= :hidden AND tgtype & 1 = 0"
)
KEPT = ("shared_pages", "served_answers", "public_catalogue", "own_catalogues", "made_of_challenges")


def _kept(app: Flask, estate: Estate) -> list[Address]:
    """The addresses of every view that is kept for everybody."""
    views = {name for name, view in app.view_functions.items() if getattr(view, "is_kept", False)}
    with app.test_request_context():
        found = addresses(app, estate, "GET", *CASES)
        further = [Address(app.url_map.bind("").match(path.partition("?")[0])[0], path, "") for path in FURTHER]
    return [address for address in (*found, *further) if address.endpoint in views]


def _read_for(app: Flask, path: str) -> tuple[int, set[str]]:
    """The status of an answer, and the tables that were read for it alone."""
    for name in KEPT:
        app.extensions.pop(name, None)
    connection = db._app_engines[app][None]
    with undone(app):
        answer = app.test_client().get(path)
        return answer.status_code, set(connection.scalars(READ))  # type: ignore[attr-defined]


@pytest.mark.crawl
def test_every_table_of_a_page_kept_for_everybody_is_watched(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    asked = _kept(app, estate)
    answered, read = set(), {}
    for address in asked:
        status, tables = _read_for(app, address.path)
        answered |= {address.endpoint} if status == 200 else set()
        read[address.path] = tables
    with app.app_context():
        watched = set(db.session.scalars(WATCHED, {"hidden": 0}))
    assert answered == {address.endpoint for address in asked}
    assert "challenges" in read["/challenges.ics?status=any"]
    unwatched = {path: tables - watched for path, tables in read.items()}
    assert {path: tables for path, tables in unwatched.items() if tables - set(UNWATCHED)} == {}
    assert set().union(*unwatched.values()) == set(UNWATCHED)


def _noted(sent: dict[str, Any], find: Callable[[], Any]) -> Callable[[], Any]:
    """What ``find`` finds, and the statements that it sends, with their parameters."""

    def note(_c: Any, _cur: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            sent[statement] = parameters

    def finding() -> Any:
        sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
        try:
            return find()
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)

    return finding


def _in_parts(app: Flask, estate: Estate) -> list[str]:
    """The addresses of every module of views that keeps parts of its pages."""

    def keeps(endpoint: str) -> bool:
        module = inspect.getmodule(app.view_functions[endpoint])
        return module is not None and "cache.cached_" in inspect.getsource(module)

    with app.test_request_context():
        return [each.path for each in addresses(app, estate, "GET", "late") if keeps(each.endpoint)]


@pytest.mark.crawl
def test_every_table_of_a_part_kept_for_its_reader_is_watched(
    peopled: tuple[Flask, Estate], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, estate = peopled
    sent: dict[str, Any] = {}
    kept = cache.cached_value
    monkeypatch.setattr(cache, "cached_value", lambda key, find: kept(key, _noted(sent, find)))
    asked = _in_parts(app, estate)
    for role in ("manager", "cooperating_manager", "network_staff"):
        walker = Walker(app, estate, role)
        for path in asked:
            for query in ("", "?sort=fit&q=a", "?sort=region"):
                walker.get(path + query)
    engine: Any = db._app_engines[app][None]
    with engine.engine.connect() as fresh:  # whose transaction has read nothing yet
        for statement, parameters in sent.items():
            fresh.exec_driver_sql(statement, parameters)
        read = set(fresh.scalars(READ))
    with app.app_context():
        watched = set(db.session.scalars(WATCHED, {"hidden": 1}))
    assert {"applications", "eligibility_results", "fit_opinions", "organisation_texts"} <= read
    assert read <= watched
