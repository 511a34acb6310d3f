"""What is written where the public sees nothing changes no public answer: neither status nor ETag nor body."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.applications.models import Application
from marketplace.challenges.models import Challenge
from marketplace.kernel import public_version
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.models import Organisation
from marketplace.web.actor import is_public
from tests.applications.cast import make_application
from tests.crawl import addresses
from tests.estate import Estate
from tests.people.cast import make_user

MACHINERY = ("/healthz",)  # how the work is getting on, of which it tells no more than its age
OWN = {"Date", "X-Request-Id"}  # of one answer, whatever it says
CASES = ("late", "sealed", "early", "foreign", "anonymous", "nothing")
FURTHER = (
    "/challenges?q=water",
    "/challenges?field=water&sort=closing",
    "/api/v1/challenges?status=any",
    "/search?q=pipe",
)
SHOWN = sa.text(
    "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
    " WHERE proname = 'tangent_catalogue_changed' AND tgnargs = 0 AND tgtype & 1 = 0"
)

AGO = re.compile(rb"\d+ (?:second|minute)s? ago|there it is [^<]+")  # time goes on while the pages are asked for

Answer = tuple[int, dict[str, str], bytes]


def _public(app: Flask, estate: Estate) -> list[str]:
    with app.test_request_context():
        asked = [a for a in addresses(app, estate, "GET", *CASES) if is_public(a.endpoint)]
    found = [a.path for a in asked if a.path not in MACHINERY]
    return [*found, *FURTHER]


def _answers(app: Flask, paths: list[str]) -> dict[str, Answer]:
    found = {}
    for path in paths:
        answer = app.test_client().get(path)
        headers = {name: value for name, value in answer.headers.items() if name not in OWN | {"Set-Cookie"}}
        if "Set-Cookie" not in answer.headers:  # a page with a form has a token of its own
            body = AGO.sub(b"", answer.data)
            if body != answer.data:  # it says how long ago something was, and so does its mark
                headers = {name: value for name, value in headers.items() if name not in ("ETag", "Content-Length")}
            found[path] = answer.status_code, headers, body
    return found


def _begin_and_send(estate: Estate) -> None:
    """An application to the sealed case's challenge is begun; another is sent; a third is withdrawn."""
    challenge = db.session.get_one(Challenge, estate.values["sealed"]["challenges"])
    world = estate.world
    for who, state in (
        (world.other_startup, "withdrawn"),
        (world.other_startup, "draft"),
        (world.other_company, "submitted"),
    ):
        make_application(challenge, db.session.get_one(Organisation, who.id), state=state)
    own = db.session.get_one(Application, estate.values["sealed"]["applications"])
    db.session.execute(sa.update(Application).where(Application.id == own.id).values(state="withdrawn"))
    make_user("Somebody who signs up")


def _write_everywhere(tables: set[str]) -> list[str]:
    """Change what can be changed in every column of these tables; the names of those written to."""
    written = []
    for name in sorted(tables):
        table, done = db.metadata.tables[name], False
        for column in table.columns:
            change = _changed(column)
            if change is None or column.primary_key or column.foreign_keys:
                continue
            try:
                with db.session.begin_nested():
                    result: Any = db.session.execute(sa.update(table).values({column.name: change}))
                    done = done or result.rowcount > 0
            except sa.exc.DBAPIError:
                continue  # a constraint holds it as it is
        written += [name] if done else []
    return written


def _changed(column: sa.Column[Any]) -> Any:
    if column.computed is not None or column.identity is not None:
        return None
    if isinstance(column.type, sa.DateTime):
        return column + sa.text("interval '1 minute'")
    if isinstance(column.type, sa.Integer):
        return column + 1
    return column + " and more" if isinstance(column.type, sa.Text) else None


@pytest.mark.crawl
def test_hidden_writes_leave_every_public_answer_as_it_was(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    paths = _public(app, estate)
    _answers(app, paths)
    before = _answers(app, paths)
    assert len([answer for answer in before.values() if answer[0] == 200]) > 40
    with app.app_context(), open_unit():
        hidden = set(db.metadata.tables) - set(db.session.scalars(SHOWN)) - {"catalogue_changes"}
        version = public_version.versions()
        _begin_and_send(estate)
        written = _write_everywhere(hidden)
        db.session.commit()
        moved = public_version.versions()
    assert {"applications", "decisions", "eligibility_results", "fit_opinions"} <= set(written)
    assert (moved.public == version.public, moved.whole == version.whole) == (True, False)
    for path, answer in _answers(app, paths).items():
        assert (path, *answer) == (path, *before[path])
    app.extensions.pop("shared_pages", None)
    app.extensions.pop("served_answers", None)
    for path, answer in _answers(app, paths).items():
        assert (path, *answer) == (path, *before[path])
