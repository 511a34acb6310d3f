"""The staff's list is drawn anew whenever something that it shows has changed, and for its reader alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.applications.models import Application, EligibilityResult
from marketplace.calls.models import Call
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.places.models import Region
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import application_to, challenge_in, closed_call, viewed
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World

Counted = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def shown(rows: Rows) -> tuple[World, int]:
    """The world, and the id of an application that its manager may open."""
    with rows():
        world = World.kept()
        startup = make_organisation("startup", "Tall Kites", region_code="KR-26")
        made = application_to(world, challenge_in(world, closed_call(world)), "eligible", organisation=startup)
        return world, made.id


def test_repeated_list_reads_nothing_of_it_again(
    shown: tuple[World, int], signed_in: SignedIn, count_queries: Counted
) -> None:
    browser = signed_in(shown[0].memberships["manager"])
    with count_queries() as first:
        page = browser.get("/applications")
    with count_queries() as again:
        same = browser.get("/applications")
    assert _table(same.text) == _table(page.text) != ""
    assert "Tall Kites" in page.text
    assert any("eligibility_results" in statement for statement in first)
    assert not any("eligibility_results" in statement for statement in again)


def _opinion(application: Application) -> None:
    viewed(World.kept(), application, "possible")


def _result(application: Application) -> None:
    rule = application.call.rules[0]
    db.session.add(EligibilityResult(application_id=application.id, rule=rule, verdict="fails", facts={}))


def _state(application: Application) -> None:
    application.state = "shortlisted"


def _name(application: Application) -> None:
    application.organisation.texts["en"].name = "Other Kites"


def _title(application: Application) -> None:
    assert application.challenge is not None
    application.challenge.texts["en"].title = "Quite another title"


def _call_title(application: Application) -> None:
    application.call.texts["en"].title = "Quite another call"


def _region(application: Application) -> None:
    db.session.get_one(Region, application.organisation.region_code).name_en = "Elsewhere"


CHANGES: tuple[tuple[Callable[[Application], None], str], ...] = (
    (_opinion, "Possible"),
    (_result, "A rule fails"),
    (_state, "Shortlisted"),
    (_name, "Other Kites"),
    (_title, "Quite another title"),
    (_call_title, "Quite another call"),
    (_region, "Elsewhere"),
)


def test_change_is_seen_at_once(shown: tuple[World, int], rows: Rows, signed_in: SignedIn) -> None:
    browser = signed_in(shown[0].memberships["manager"])
    before = _table(browser.get("/applications").text)
    seen = {}
    for change, words in CHANGES:
        with rows():
            change(db.session.get_one(Application, shown[1]))
        after = _table(browser.get("/applications").text)
        seen[words] = (words in before, words in after)
        before = after
    assert seen == {words: (False, True) for _, words in CHANGES}


def _table(page: str) -> str:
    return page.partition("<tbody")[2].partition("</tbody")[0]


def test_kept_list_is_its_readers_alone(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        elsewhere = make_organisation("startup", "Far Kites", region_code="KR-27")
        application_to(world, challenge_in(world, closed_call(world)), "eligible", organisation=elsewhere)
    listed = {
        role: "Far Kites" in signed_in(world.memberships[role]).get("/applications").text
        for role in ("manager", "cooperating_manager", "foreign_manager", "network_staff", "evaluator", "manager")
    }
    assert [role for role, found in listed.items() if found] == ["manager", "network_staff"]


def test_language_is_kept_apart(shown: tuple[World, int], signed_in: SignedIn) -> None:
    browser = signed_in(shown[0].memberships["manager"])
    for code, words in (("en", "Eligible"), ("fr", "Admissible"), ("ko", "자격 충족"), ("en", "Eligible")):
        assert words in _table(browser.get(f"/applications?lang={code}").text)


def test_deadline_ends_a_kept_list(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call: Call = make_call(world.programme)
        make_application(
            make_challenge(world.company, call), make_organisation("startup", "Late Kites"), state="submitted"
        )
        call_id = call.id
    browser = signed_in(world.memberships["manager"])
    assert "Late Kites" not in browser.get("/applications").text  # what is drawn first takes longer
    with rows():
        closes_at = clock.now() + timedelta(seconds=0.5)
        db.session.get_one(Call, call_id).closes_at = closes_at
    assert "Late Kites" not in browser.get("/applications").text
    time.sleep(max(0.0, (closes_at - datetime.now(UTC)).total_seconds()) + 0.05)
    assert "Late Kites" in browser.get("/applications").text
