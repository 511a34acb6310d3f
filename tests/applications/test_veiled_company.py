"""An anonymous company is not found out by the eligibility check, which leaves what is linked with it to the centre."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from marketplace.applications.models import Application
from marketplace.calls.models import Call, EligibilityRule
from marketplace.challenges.models import Challenge
from marketplace.evaluations import screening
from marketplace.kernel.db import db
from marketplace.people.models import Affiliation
from tests.applications.test_views import CONTENT, Cast, start
from tests.calls.cast import close_call
from tests.forms import post
from tests.world import Rows, SignedIn


@dataclass
class Scene:
    """A challenge of an anonymous company in a call that asks about affiliates."""

    cast: Cast
    rows: Rows

    def link(self) -> None:
        """Put a link between company and startup on record."""
        world = self.cast.world
        with self.rows():
            db.session.add(Affiliation(organisation_id=world.startup.id, other_id=world.company.id, kind="affiliate"))


@pytest.fixture
def scene(rows: Rows) -> Scene:
    cast = Cast(rows)
    with rows():
        call = db.session.get_one(Call, cast.call.id)
        call.rules.append(EligibilityRule(position=2, kind="not_affiliated", params={}))
        db.session.get_one(Challenge, cast.challenge.id).visibility = "anonymous"
    return Scene(cast, rows)


def verdicts(browser: FlaskClient, address: str) -> str:
    """The list of rules on a page."""
    return browser.get(address).text.partition('<ul class="verdicts">')[2].partition("</ul>")[0]


def submitted(browser: FlaskClient, cast: Cast) -> int:
    application_id = start(browser, cast)
    here = f"/applications/{application_id}"
    post(browser, f"{here}/draft", f"{here}/draft", **CONTENT, then="preview")
    shown = browser.get(f"{here}/preview").text
    once = re.search(r'name="once" value="([^"]+)"', shown)
    assert once is not None
    assert post(browser, f"{here}/preview", f"{here}/submission", once=once[1]).status_code == 303
    return application_id


def test_check_says_the_same_with_and_without_a_link(scene: Scene, signed_in: SignedIn) -> None:
    browser, page = (
        signed_in(scene.cast.members["startup_owner"]), f"/challenges/{scene.cast.challenge.id}/applications/new"
    )  # fmt: skip
    before = verdicts(browser, page)
    scene.link()
    company, other = scene.cast.world.company.id, scene.cast.world.other_company.id
    shown = {verdicts(browser, address) for address in (page, f"{page}?with={company}", f"{page}?with={other}")}
    assert shown == {before}
    assert "The company does not give its name." in before


def test_check_tells_of_a_link_where_the_company_gives_its_name(scene: Scene, signed_in: SignedIn) -> None:
    scene.link()
    with scene.rows():
        db.session.get_one(Challenge, scene.cast.challenge.id).visibility = "public"
    browser = signed_in(scene.cast.members["startup_owner"])
    assert "An affiliation with the demand company is on record" in verdicts(
        browser, f"/challenges/{scene.cast.challenge.id}/applications/new"
    )


def test_linked_startup_applies_and_the_centre_is_told(scene: Scene, signed_in: SignedIn) -> None:
    scene.link()
    browser = signed_in(scene.cast.members["startup_owner"])
    application_id = submitted(browser, scene.cast)
    with scene.rows():
        call = db.session.get_one(Call, scene.cast.call.id)
        close_call(call)
        assert screening.confirm_clear(call, scene.cast.world.actor("manager")) == 0
        application = db.session.get_one(Application, application_id)
        assert {result.rule.kind: result.verdict for result in application.results} == {
            "kind": "meets", "not_affiliated": "fails",
        }  # fmt: skip
    shown = signed_in(scene.cast.members["manager"]).get(f"/applications/{application_id}/screening").text
    assert "affiliate" in shown
    assert len(re.findall(r"<li", verdicts(browser, f"/applications/{application_id}"))) == 1


def test_challenge_and_list_claim_no_rule_that_nobody_judged(scene: Scene, signed_in: SignedIn) -> None:
    startup = signed_in(scene.cast.world.memberships["startup_owner"])
    for address in ("/challenges", f"/challenges/{scene.cast.challenge.id}"):
        page = startup.get(address).text
        assert "You qualify, as far as can be told." in page and "1 of 2 rules are met." in page, address
        assert "All 2 rules are met" not in page and "The one rule is met" not in page, address
