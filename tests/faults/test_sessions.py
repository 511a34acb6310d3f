"""A session that ends while somebody writes: over HTTP, without a script."""

import pytest
import sqlalchemy as sa

from marketplace.applications.models import ApplicationRevision
from marketplace.people.models import UserSession
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.faults.site import Site
from tests.faults.visitor import filled
from tests.people.cast import PASSWORD
from tests.world import World

pytestmark = pytest.mark.faults

LONG = "Sensors that hear leaks, day and night.\n“Même sous la neige” · 누수를 듣습니다. <b>&amp;</b>\n\n" * 60


def test_draft_typed_under_an_ended_session_comes_back(site: Site) -> None:
    with site.rows():
        world = World()
        owner = world.memberships["startup_owner"]
        challenge = make_challenge(world.company, make_call(world.programme))
        application_id = make_application(challenge, owner.organisation, author=owner.user).id
    browser, address = site.visitor(owner), f"/applications/{application_id}/draft"
    typed = filled(browser.get(address).form(address), solution=LONG, title="Listening to pipes")
    site.do(sa.update(UserSession).values(ended_at=sa.func.now()))

    refused = browser.post(address, typed)

    assert refused.status == 401
    own = ApplicationRevision.application_id == application_id
    assert "Listening to pipes" not in site.one(sa.select(ApplicationRevision.title).where(own))
    back = browser.press(refused, "/sign-in", email=owner.user.email, password=PASSWORD)
    assert back.status == 200
    again = back.form(address)
    assert dict(again.fields)["solution"].replace("\r\n", "\n").strip() == LONG.strip()
    answer = browser.post(address, again.fields)
    assert answer.status == 303, answer.text[:2000]
    stored = site.ask(sa.select(ApplicationRevision.title, ApplicationRevision.solution).where(own))
    assert stored == [("Listening to pipes", LONG.strip())]
    assert "누수를 듣습니다" in browser.get(address).text


def test_submission_under_an_ended_session_reaches_its_receipt(site: Site) -> None:
    with site.rows():
        world = World()
        owner = world.memberships["startup_owner"]
        challenge = make_challenge(world.company, make_call(world.programme))
        application_id = make_application(challenge, owner.organisation, author=owner.user).id
    browser, address = site.visitor(owner), f"/applications/{application_id}/submission"
    preview = browser.get(f"/applications/{application_id}/preview")
    site.do(sa.update(UserSession).values(ended_at=sa.func.now()))

    refused = browser.press(preview, address)
    back = browser.press(refused, "/sign-in", email=owner.user.email, password=PASSWORD)
    answer = browser.post(address, back.form(address).fields)

    assert (refused.status, answer.status) == (401, 303)
    assert answer.location == f"/applications/{application_id}/receipt"
    assert browser.get(answer.location).status == 200
