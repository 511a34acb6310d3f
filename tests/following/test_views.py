"""The pages of following: what saving does is said first, one press changes or stops, nothing hidden is named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.catalogue.filters import Filters
from marketplace.following import unsubscribe_links
from marketplace.following.models import Follow, Topic
from marketplace.kernel.db import db
from marketplace.people.models import User
from tests.following.cast import WATER, challenge_in, make_follow
from tests.forms import post, token_in
from tests.people.cast import make_user
from tests.world import Rows, SignedIn, World


def follows(rows: Rows) -> list[tuple[Any, ...]]:
    with rows():
        query = sa.select(Follow.user_id, Follow.frequency, Follow.name, Topic.query).join(Follow.topic)
        return [tuple(row) for row in db.session.execute(query.order_by(Follow.id))]


def test_signed_out_reader_is_led_to_sign_in_and_back(rows: Rows, client: FlaskClient) -> None:
    with rows():
        challenge = challenge_in(World.kept())
    page = client.get(f"/challenges/{challenge.id}")
    assert f'href="/following/new?of=challenge:{challenge.id}"' in page.text and "csrf_token" not in page.text
    answer = client.get(f"/following/new?of=challenge:{challenge.id}")
    assert answer.location.startswith("/sign-in?next=/following/new")
    assert "challenge" in answer.location and str(challenge.id) in answer.location


@pytest.mark.parametrize("kind", ["challenge", "organisation", "centre", "search", "field"])
def test_page_says_what_saving_does_then_saves(rows: Rows, signed_in: SignedIn, kind: str) -> None:
    with rows():
        world = World.kept()
        challenge = challenge_in(world)
        of = {
            "challenge": f"of=challenge:{challenge.id}",
            "organisation": f"of=organisation:{world.company.id}",
            "centre": f"of=centre:{world.centre.slug}",
            "search": "q=leak&field=water&sort=closing",
            "field": "field=water",
        }[kind]
    browser = signed_in(world.memberships["startup_owner"])
    page = browser.get(f"/following/new?{of}")
    assert page.status_code == 200
    for said in (
        "What you will be told",
        world.memberships["startup_owner"].user.email,
        "English",
        "(Seoul)",
        "08:00",
    ):
        assert said in page.text
    carried = page.text.partition('name="of"')[2].partition('value="')[2].partition('"')[0].replace("&amp;", "&")
    once = page.text.partition('name="once"')[2].partition('value="')[2].partition('"')[0]
    sent = {"csrf_token": token_in(page.text), "of": carried, "frequency": "daily", "name": "Mine", "once": once}
    for _ in range(2):  # pressed twice
        answer = browser.post("/following", data=sent)
        assert answer.status_code == 303, answer.text
    query = {"search": "q=leak&field=water", "field": "field=water"}.get(kind)
    user_id = world.memberships["startup_owner"].user_id
    assert follows(rows) == [(user_id, "daily", "Mine", query)]
    with rows():
        assert db.session.get_one(User, user_id).time_zone == "Asia/Seoul"
    assert "Mine" in browser.get("/following").text
    assert browser.get(f"/following/new?{of}").location.startswith("/following/")


def test_button_becomes_what_is_followed(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        challenge, user = challenge_in(world), world.memberships["startup_owner"].user
        for subject in (
            {"challenge_id": challenge.id}, {"organisation_id": world.company.id}, {"centre_id": world.centre.id},
            {"filters": WATER},
        ):  # fmt: skip
            make_follow(user, **subject)
    browser = signed_in(world.memberships["startup_owner"])
    for path in (f"/challenges/{challenge.id}", f"/organisations/{world.company.id}", f"/centres/{world.centre.slug}"):
        assert "You follow it." in browser.get(path).text, path
    assert "You follow this list." in browser.get("/challenges?field=water").text
    assert "Save this search" in browser.get("/challenges?field=water&trl=5").text
    assert "Follow this field" in browser.get("/challenges?field=food").text
    qualified = browser.get("/challenges?field=food&qualify=yes").text
    assert "It is saved without whether you qualify" in qualified
    assert 'href="/following/new?field=food"' in qualified


def test_what_may_not_be_seen_cannot_be_followed(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        hidden = challenge_in(world, visibility="invited").id
        world.other_company.state = "unverified"
    browser = signed_in(world.memberships["startup_owner"])
    for of in (f"challenge:{hidden}", "challenge:0", "challenge:x", f"organisation:{world.other_company.id}",
               "centre:nowhere", "nothing:1", "challenge:" + "9" * 40):  # fmt: skip
        answers = (
            browser.get(f"/following/new?of={of}"),
            post(browser, "/following", "/following", of=of, frequency="now"),
        )
        assert (of, [answer.status_code for answer in answers]) == (of, [404, 404])
    assert follows(rows) == []


def test_bad_input_saves_nothing(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
    browser = signed_in(world.memberships["startup_owner"])
    for fields in (
        {"of": "?field=nonsense", "frequency": "now"},
        {"of": "?field=water", "frequency": "hourly"},
        {"of": "?field=water", "frequency": "now", "name": "x" * 121},
        {"of": "?field=water"},
        {"of": "", "frequency": "now"},
    ):
        assert (fields, post(browser, "/following", "/following", **fields).status_code) == (fields, 422)
    assert follows(rows) == []


def test_unconfirmed_person_is_told_to_confirm_and_cannot_follow(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        World.kept()
        user = make_user(email_verified_at=None)
    browser = signed_in(user)
    assert "Confirm your e-mail address first" in browser.get("/following/new?field=water").text
    assert post(browser, "/following", "/following", of="?field=water", frequency="now").status_code == 403
    assert follows(rows) == []


def test_list_names_no_challenge_that_can_no_longer_be_seen(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        hidden = challenge_in(world, visibility="invited")
        follow = make_follow(world.memberships["startup_owner"].user, challenge_id=hidden.id)
    browser = signed_in(world.memberships["startup_owner"])
    token = ways_out_of(rows, follow)
    for page in (
        browser.get("/following"),
        browser.get(f"/following/{follow.id}"),
        browser.get(f"/unsubscribe/{token}"),
    ):
        assert "Something you can no longer see" in page.text
        assert hidden.title("en") not in page.text and f"/challenges/{hidden.id}" not in page.text
    assert browser.get(f"/challenges/{hidden.id}").status_code == 404


def ways_out_of(rows: Rows, follow: Follow, every: bool = False) -> str:
    with rows():
        return unsubscribe_links.write(follow.user_id, 0 if every else follow.id)


def test_one_press_changes_how_often_and_another_stops(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        follow = make_follow(world.memberships["startup_owner"].user, name="Mine", filters=WATER)
    browser = signed_in(world.memberships["startup_owner"])
    assert post(browser, "/following", f"/following/{follow.id}", frequency="weekly").status_code == 303
    assert follows(rows) == [(follow.user_id, "weekly", "Mine", "field=water")]
    assert post(browser, "/following", f"/following/{follow.id}", frequency="weekly", name="").status_code == 303
    assert follows(rows) == [(follow.user_id, "weekly", None, "field=water")]
    assert post(browser, "/following", f"/following/{follow.id}/ending").status_code == 303
    assert follows(rows) == []


def test_follows_of_others_are_nowhere(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        follow = make_follow(world.memberships["startup_owner"].user, name="Not yours", filters=WATER)
    browser = signed_in(world.memberships["startup_member"])
    assert "Not yours" not in browser.get("/following").text
    assert browser.get(f"/following/{follow.id}").status_code == 404
    assert post(browser, "/following", f"/following/{follow.id}", frequency="daily").status_code == 404
    assert post(browser, "/following", f"/following/{follow.id}/ending").status_code == 404
    assert len(follows(rows)) == 1


def test_digests_come_when_the_person_says(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        world.memberships["startup_owner"].user.time_zone = "America/Toronto"
    browser = signed_in(world.memberships["startup_owner"])
    assert post(browser, "/following", "/following/rhythm", hour="18", weekday="4").status_code == 303
    shown = browser.get("/following").text
    assert "on Friday at 18:00 (Toronto)" in shown
    for wrong in ({"hour": "24"}, {"weekday": "7"}):
        assert (
            post(browser, "/following", "/following/rhythm", **{"hour": "1", "weekday": "1", **wrong}).status_code
            == 422
        )


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_however_long(
    rows: Rows,
    signed_in: SignedIn,
    count: int,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with rows():
        world = World.kept()
        user = world.memberships["startup_owner"].user
        for n in range(count):
            make_follow(user, challenge_id=challenge_in(world).id)
            make_follow(user, filters=Filters(regions=(("KR-27", "KR-26", "CA-QC-02")[n],)))
            make_follow(
                user, filters=Filters(centres=((world.centre, world.cooperating, world.foreign_centre)[n].slug,))
            )
            make_follow(user, organisation_id=(world.company, world.other_company, world.startup)[n].id)
            make_follow(user, centre_id=(world.centre, world.cooperating, world.foreign_centre)[n].id)
    browser = signed_in(world.memberships["startup_owner"])
    browser.get("/following")
    with count_queries() as seen:
        assert browser.get("/following").status_code == 200
    assert len(seen) <= 15, "\n".join(seen)
    _counts.add(len(seen))
    assert len(_counts) == 1


_counts: set[int] = set()
