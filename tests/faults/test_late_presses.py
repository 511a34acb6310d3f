"""The shipped server while its only thread is busy and the deadline passes: whoever pressed before it is in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from deploy.health import ask
from marketplace.applications.models import Application
from marketplace.calls.models import Call
from marketplace.kernel.db import db
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.faults.harness import eventually, free_port
from tests.faults.site import Site
from tests.faults.visitor import filled
from tests.people.cast import make_member, make_organisation
from tests.world import World

pytestmark = pytest.mark.faults

WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def narrow_web(site: Site) -> Iterator[int]:
    """The port of a web server with one thread."""
    pieces, port = site.pieces, free_port()
    before = pieces.port, pieces.extra
    pieces.port, pieces.extra = port, {**pieces.extra, "WEB_WORKERS": "1", "WEB_THREADS": "1"}
    try:
        process = pieces.spawn("narrow", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")
    finally:
        pieces.port, pieces.extra = before
    try:
        eventually(lambda: ask(port)[0] == 200, 60, lambda: pieces.log("narrow"))
        yield port
    finally:
        pieces.kill(process)


def test_press_that_waited_past_the_deadline_is_in_and_a_later_one_is_not(site: Site, narrow_web: int) -> None:
    with site.rows():
        world = World()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call)
        teams = [make_member(make_organisation("startup")).user for _ in range(3)]
        ids = [make_application(challenge, user.memberships[0].organisation, author=user).id for user in teams]
        call_id = call.id
    places = [f"/applications/{id}/submission" for id in ids]
    browsers = [site.visitor(user) for user in teams]
    forms = [
        filled(browser.get(f"/applications/{id}/preview").form(place))
        for browser, id, place in zip(browsers, ids, places, strict=True)
    ]
    closing = time.time() + 2
    site.do(sa.update(Call).where(Call.id == call_id).values(closes_at=datetime.fromtimestamp(closing, UTC)))
    with ThreadPoolExecutor(3) as pool, site.app.app_context():
        hold = sa.select(Application.id).where(Application.id == ids[0]).with_for_update()
        with db.engine.connect() as holder:
            holder.execute(hold)
            pressed = [pool.submit(browsers[0].at(narrow_web).post, places[0], forms[0])]
            eventually(lambda: site.one(WAITING) == 1)
            pressed.append(pool.submit(browsers[1].at(narrow_web).post, places[1], forms[1]))
            site.wait_until(closing + 0.2)
            pressed.append(pool.submit(browsers[2].at(narrow_web).post, places[2], forms[2]))
            site.wait_until(closing + 0.7)
            assert not any(one.done() for one in pressed)
            holder.rollback()
        answers = [one.result(60) for one in pressed]
    assert [page.status for page in answers] == [303, 303, 409]
    assert "Applications closed on" in answers[2].text
    arrived = dict(site.ask(sa.select(Application.id, Application.submitted_at).where(Application.id.in_(ids))))
    first, second, third = (arrived[id] for id in ids)
    assert first.timestamp() < second.timestamp() < closing and third is None
