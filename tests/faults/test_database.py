"""The database goes away under the web processes and comes back."""

import pytest

from tests.faults.harness import eventually
from tests.faults.site import Site
from tests.world import World

pytestmark = pytest.mark.faults


def test_next_request_after_a_restart_of_the_database_works(site: Site) -> None:
    with site.rows():
        manager = World().memberships["manager"]
    browser = site.visitor(manager)
    for _ in range(12):  # so that every web process holds a connection
        assert browser.get("/desk").status == 200
    site.pieces.postgres.stop()
    try:
        health = site.visitor().get("/healthz")
        away = browser.get("/desk")
        front = site.visitor().get("/challenges")
        form = site.visitor().get("/sign-in")
    finally:
        site.pieces.postgres.start()

    said = health.text.replace(" ", "")
    assert health.status == 503
    assert '"database":"unreachable"' in said and '"queue":"ok"' in said
    assert (away.status, front.status) == (503, 503)
    assert form.status in (200, 503)
    assert "away for a moment" in away.text and "Traceback" not in away.text
    for _ in range(12):
        page = browser.get("/desk")
        assert page.status == 200, page.text[:1000]
        assert page.seconds < 5
    eventually(site.pieces.healthy, 30, "healthy again")


def test_restart_between_two_requests_is_not_noticed(site: Site) -> None:
    with site.rows():
        manager = World().memberships["manager"]
    browser = site.visitor(manager)
    for _ in range(12):
        assert browser.get("/desk").status == 200
    site.pieces.postgres.stop()
    site.pieces.postgres.start()

    assert [browser.get("/desk").status for _ in range(12)] == [200] * 12
