"""Who applied is told so where the challenge stands, with the way there; who cannot, reads why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.applications.actions import start_application
from marketplace.applications.submission import withdraw_application
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications.next_steps import next_in_words
from marketplace.notifications.reactions import audience_of
from marketplace.people.models import Organisation
from tests.applications.cast import make_application
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.forms import carried
from tests.people.cast import make_member, make_organisation
from tests.world import Rows, SignedIn, World


def test_challenge_page_and_list_lead_to_what_was_begun(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        sent, begun, free = (make_challenge(world.company, call) for _ in range(3))
        applied = make_application(sent, world.startup, state="submitted")
        draft = make_application(begun, world.startup)
    browser = signed_in(world.memberships["startup_owner"])
    page = browser.get(f"/challenges/{sent.id}").text
    assert "You applied on" in page and "Your turn: apply" not in page
    assert f'href="/applications/{applied.id}">Go to your application' in page
    assert "finish your draft" in browser.get(f"/challenges/{begun.id}").text
    for address in ("/challenges", "/challenges?view=compact", "/search?q=pipes"):
        listed = browser.get(address).text
        assert listed.count("You applied on") == 1 and listed.count("You have begun a draft.") == 1, address
    assert f"/applications/{draft.id}" in browser.get("/challenges").text
    other = signed_in(world.memberships["other_startup"]).get("/challenges").text
    assert "You applied on" not in other and f"/challenges/{free.id}" in other


def test_marks_cost_the_same_for_one_and_three(
    rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]
) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme, applications_per_startup=5)
        challenges = [make_challenge(world.company, call) for _ in range(3)]
        make_application(challenges[0], world.startup, state="submitted")
    browser = signed_in(world.memberships["startup_owner"])
    browser.get("/challenges")
    with count_queries() as one:
        browser.get("/challenges")
    with rows():
        startup = db.session.get_one(Organisation, world.startup.id)
        for challenge in challenges[1:]:
            make_application(db.session.get_one(Challenge, challenge.id), startup, state="submitted")
    browser.get("/challenges")
    with count_queries() as three:
        browser.get("/challenges")
    assert len(three) <= len(one)


def test_who_cannot_apply_or_ask_yet_reads_why(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        challenge, other = make_challenge(world.company, call), make_challenge(world.company, call)
        make_application(other, world.startup)
        newcomer = make_member(make_organisation("startup", state="unverified"))
        named = make_challenge(
            world.company, make_call(world.programme, track="bottom_up", bottom_up_kind="zone_linked")
        )
    here = f"/challenges/{challenge.id}"
    new = signed_in(newcomer).get(here).text
    assert 'aria-disabled="true"' in new and "A centre verifies your organisation first" in new
    full = signed_in(world.memberships["startup_owner"]).get(here).text
    assert "The call allows 1 of each startup" in full
    assert (
        "the company names the startup"
        in signed_in(world.memberships["other_startup"]).get(f"/challenges/{named.id}").text
    )
    assert 'aria-disabled="true"' not in signed_in(world.memberships["broker"]).get(here).text


def test_change_after_the_close_is_greyed_with_its_reason(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = close_call(make_call(world.programme))
        application = make_application(make_challenge(world.company, call), world.startup, state="submitted")
    page = signed_in(world.memberships["startup_owner"]).get(f"/applications/{application.id}").text
    assert 'aria-disabled="true"' in page and "Applications closed on" in page


def test_new_draft_begins_with_what_was_withdrawn_by_the_same_parties(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme))
    owner = world.actor("startup_owner")
    earlier = make_application(challenge, world.startup, state="submitted")
    withdraw_application(earlier, owner, reason="A mistake in the figures.")
    again = start_application(challenge.call, challenge, owner, world.startup)
    assert again.id != earlier.id and again.draft is not None
    assert again.draft.solution == "Sensors that hear leaks." and again.draft.submitted_at is None
    stranger = start_application(challenge.call, challenge, world.actor("other_startup"), world.other_startup)
    assert stranger.draft is not None and stranger.draft.solution == ""


def test_who_withdraws_is_written_to_as_well(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme))
    application = make_application(challenge, world.startup, state="submitted")
    owner = world.actor("startup_owner")
    withdraw_application(application, owner, reason="A mistake in the figures.")
    event = db.session.scalars(select(Event).where(Event.step == "application.withdraw")).one()
    assert owner.user_id in audience_of(event, application)


def test_money_and_readiness_outside_the_challenge_are_said_and_stop_nothing(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme, award_amount=200_000_000, own_contribution_percent=20)
        challenge = make_challenge(world.company, call, budget=80_000_000)
        application = make_application(challenge, world.startup)
        application.revisions[0].trl_now, application.revisions[0].own_cash = 2, 20_000_000
    browser = signed_in(world.memberships["startup_owner"])
    for page in ("draft", "preview"):
        shown = browser.get(f"/applications/{application.id}/{page}").text
        assert "You ask for 90,000,000" in shown and "the company plans 80,000,000" in shown, page
        assert "the company looks for TRL 4 to 6" in shown, page
    assert "Ready to submit" in browser.get(f"/applications/{application.id}/preview").text
    draft = browser.get(f"/applications/{application.id}/draft").text
    assert "the programme pays it" in draft and "the company pays it" in draft


def test_own_contribution_stands_among_the_facts(client: FlaskClient, rows: Rows) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme, own_contribution_percent=20)
        challenge = make_challenge(world.company, call)
    for address in (f"/challenges/{challenge.id}", f"/calls/{call.id}"):
        assert "20% of what it asks for" in client.get(address).text


def test_autosave_after_the_close_says_that_nobody_will_read_it(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        application = make_application(make_challenge(world.company, call), world.startup)
    browser = signed_in(world.memberships["startup_owner"])
    here = f"/applications/{application.id}/draft"
    page = browser.get(here).text
    with rows():
        close_call(db.session.get_one(Call, call.id))
    sent = {**carried(page, here), "title": "Later words", "locale": "en"}
    line = browser.post(here, data=sent, headers={"HX-Autosave": "true"}).text
    assert "it cannot be submitted" in line and "Applications closed on" in line
    assert "nobody examines it" in browser.get(here).text
    assert "Applications closed on" in browser.post(here, data=sent, follow_redirects=True).text


def test_challenge_of_a_decided_call_says_so(client: FlaskClient, rows: Rows) -> None:
    with rows():
        world = World.kept()
        call = close_call(make_call(world.programme, state="decided"))
        challenge = make_challenge(world.company, call, state="closed", published_at=clock.now())
        release = Event(step="call.release", subject_type="call", subject_id=call.id)
        db.session.add_all(
            [release, Event(step="challenge.publish", subject_type="challenge", subject_id=challenge.id)]
        )
    page = client.get(f"/challenges/{challenge.id}").text
    assert "The decisions are announced" in page and "released the decisions" in page
    assert "being decided" not in page and "The centre examines" not in page
    assert "being decided" not in client.get("/challenges?status=closed").text


def test_who_withdrew_is_led_to_applying_again_while_the_call_is_open(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        left = make_application(make_challenge(world.company, call), world.startup, state="submitted")
        actor = world.actor("startup_owner")
        withdraw_application(left, actor, reason="We write it anew.")
        assert next_in_words(left, actor, "en").startswith("You may apply again, by ")
        assert next_in_words(left, world.actor("manager"), "en") == ""
        here, again = f"/applications/{left.id}", f"/challenges/{left.challenge_id}/applications/new"
    browser = signed_in(world.memberships["startup_owner"])
    assert f'href="{again}"' in browser.get(here).text and browser.get(again).status_code == 200
    with rows():
        close_call(db.session.get_one(Call, call.id))
    assert again not in browser.get(here).text
