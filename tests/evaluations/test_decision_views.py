"""The pages of decisions: board, one decision, release, results."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.applications.models import Application, Decision
from marketplace.calls.models import Call
from marketplace.evaluations import queries
from marketplace.evaluations.queries import public_results
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.people.models import Membership
from tests.evaluations.cast import application_to, challenge_in, closed_call, prepared, viewed
from tests.forms import carried, post
from tests.world import Rows, SignedIn, World


class Scene:
    """One closed call with one challenge and an application per state."""

    def __init__(self, **call: Any) -> None:
        self.world = World.kept()
        self.call = closed_call(self.world, **call)
        self.challenge = challenge_in(self.world, self.call)
        self.submitted = application_to(self.world, self.challenge, "submitted")
        self.eligible = application_to(self.world, self.challenge, "eligible")
        self.short = application_to(self.world, self.challenge, "shortlisted", organisation=self.world.startup)
        self.ids = {n: getattr(self, n).id for n in ("call", "challenge", "submitted", "eligible", "short")}


@pytest.fixture
def scene(rows: Rows) -> Scene:
    with rows():
        return Scene()


def test_pages_of_the_deciding_side_open(scene: Scene, signed_in: SignedIn) -> None:
    browser = signed_in(scene.world.memberships["manager"])
    i = scene.ids
    for address in (
        "/applications",
        f"/calls/{i['call']}/applications",
        f"/calls/{i['call']}/eligibility",
        f"/calls/{i['call']}/decisions",
        f"/calls/{i['call']}/release",
        f"/applications/{i['submitted']}/screening",
        f"/applications/{i['eligible']}/screening",
        f"/applications/{i['short']}/screening",
        f"/applications/{i['short']}/decision",
        f"/applications/{i['short']}",
        f"/challenges/{i['challenge']}/applications/comparison",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.text[:2000])
        assert "<h1" in answer.text
    browser = signed_in(scene.world.memberships["company_owner"])
    for address in (
        "/applications",
        f"/challenges/{i['challenge']}/applications/comparison",
        f"/applications/{i['short']}/opinion",
        f"/applications/{i['short']}",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.text[:2000])


def _shown(browser: FlaskClient, address: str) -> tuple[int, str]:
    """Status and page, without what differs at every drawing."""
    answer = browser.get(address)
    page = re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", answer.text)
    return answer.status_code, re.sub(r"[0-9a-f]{16}|[0-9]+ (seconds?|minutes?) ago", "", page)


def test_prepared_decision_changes_nothing_that_others_are_shown(rows: Rows, scene: Scene, signed_in: SignedIn) -> None:
    """On every page that each of them may open; who may not open which is said below."""
    world, ids = scene.world, scene.ids
    of_call = f"/calls/{ids['call']}/applications"
    comparison = f"/challenges/{ids['challenge']}/applications/comparison"
    short, eligible = f"/applications/{ids['short']}", f"/applications/{ids['eligible']}"
    everybody = ["/applications", "/applications?export=csv", "/desk", f"/calls/{ids['call']}",
                 f"/challenges/{ids['challenge']}"]  # fmt: skip
    compared, listed = [comparison, f"{comparison}?export=csv"], [of_call, f"{of_call}?export=csv"]
    opened = {
        "cooperating_manager": [*listed, *compared],
        "network_staff": [*listed, *compared, short, eligible, f"{short}/screening", f"{eligible}/screening"],
        "company_owner": [*compared, short, eligible],
        "startup_owner": [short],
        "other_startup": [],
    }
    browsers = {role: signed_in(world.memberships[role]) for role in opened}

    def shown() -> dict[tuple[str, str], tuple[int, str]]:
        return {
            (role, address): _shown(browsers[role], address)
            for role, more in opened.items()
            for address in (*everybody, *more)
        }

    with rows():
        viewed(world, db.session.get_one(Application, ids["short"]))
    for role, more in opened.items():
        for address in more:
            if address.startswith("/applications/"):
                browsers[role].get(address)  # a first visit says that the file was opened, and checks the rules
    before = shown()
    assert {at: status for at, (status, _) in before.items() if status != 200} == {}
    _prepare_hidden(rows, scene)
    after = shown()
    assert [at for at in before if before[at] != after[at]] == []
    assert [at for at, (_, page) in after.items() if "Hidden words" in page] == []


def _prepare_hidden(rows: Rows, scene: Scene) -> None:
    """Prepare what nobody outside may read yet."""
    with rows():
        for name, outcome in (("short", "reserve"), ("eligible", "declined")):
            application = db.session.get_one(Application, scene.ids[name])
            prepared(scene.world, application, outcome, comments="Hidden words.")


def test_board_and_decision_are_refused_to_others(rows: Rows, scene: Scene, signed_in: SignedIn) -> None:
    _prepare_hidden(rows, scene)
    board, short = f"/calls/{scene.ids['call']}", f"/applications/{scene.ids['short']}"
    closed = [f"{board}/decisions", f"{board}/decisions?export=csv", f"{board}/release", f"{short}/decision"]
    refused = {
        "cooperating_manager": [*closed, short, f"{short}/screening"],
        "network_staff": closed,
        "company_owner": [*closed, f"{board}/applications", f"{short}/screening"],
        "startup_owner": [*closed, f"{board}/applications", f"{short}/screening"],
        "other_startup": [*closed, f"{board}/applications", short],
    }
    wrong = []
    for role, addresses in refused.items():
        browser = signed_in(scene.world.memberships[role])
        for address in addresses:
            answer = browser.get(address)
            expected = (403, 404) if address.startswith(short) else (403,)
            if answer.status_code not in expected or "Hidden words" in answer.text:
                wrong.append((role, address, answer.status_code))
    assert wrong == []


def test_decision_is_prepared_changed_and_taken_back(rows: Rows, scene: Scene, signed_in: SignedIn) -> None:
    browser, i = signed_in(scene.world.memberships["broker"]), scene.ids
    page = f"/applications/{i['short']}/decision"
    assert post(browser, page, page, outcome="reserve", reason_code="", comments="", version="0").status_code == 303
    board = browser.get(f"/calls/{i['call']}/decisions").text
    assert "Reserve, rank 1" in board
    answer = post(browser, page, page, outcome="declined", reason_code="", comments="Kept words.", version="1")
    assert answer.status_code == 422
    assert "Kept words." in answer.text
    assert "Choose the main reason: the applicant reads it." in answer.text
    stale = post(browser, page, page, outcome="selected", reason_code="", comments="Mine.", version="0")
    assert stale.status_code == 409
    assert "Mine." in stale.text
    gone = post(browser, page, f"{page}/removal", version="1")
    assert gone.status_code == 303
    with rows():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_release_asks_for_a_word_and_names_what_follows(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = closed_call(world)
        application = application_to(world, challenge_in(world, call), organisation=world.startup)
        declined = application_to(world, challenge_in(world, call), "eligible")
        viewed(world, application)
        prepared(world, application)
        prepared(world, declined, "declined")
        ids = (call.id, application.id, declined.id)
        whose = sa.select(Membership).where(Membership.organisation_id == declined.organisation_id)
        other = db.session.scalars(whose).one()
    manager = signed_in(world.memberships["manager"])
    page = f"/calls/{ids[0]}/release"
    shown = manager.get(page).text
    assert "Nothing can be screened, decided or taken back afterwards" in shown
    assert post(manager, page, page).status_code == 422
    assert signed_in(world.memberships["broker"]).get(page).status_code == 403
    assert post(manager, page, page, sure="y").status_code == 303
    results = manager.get(f"/calls/{ids[0]}/decisions").text
    assert "Results" in results
    assert "Others were closer to the need." in results
    assert "'" not in manager.get(f"/calls/{ids[0]}/decisions?export=csv").text.splitlines()[0]
    theirs_page = signed_in(other).get(f"/applications/{ids[2]}").text
    assert "Others were closer to the need." in theirs_page
    assert "Good, but others were better and the places are few" in theirs_page
    winner = signed_in(world.memberships["startup_owner"]).get(f"/applications/{ids[1]}").text
    assert "Reason of the company." in winner
    company = signed_in(world.memberships["company_owner"]).get(f"/applications/{ids[2]}").text
    assert "Others were closer to the need." not in company


def test_release_warns_of_awards_that_nobody_would_be_offered(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = closed_call(world)
        challenge = challenge_in(world, call, startups_sought=2)
        chosen, spare = application_to(world, challenge, organisation=world.startup), application_to(world, challenge)
        for application in (chosen, spare):
            viewed(world, application)
        prepared(world, chosen)
        prepared(world, spare, "reserve")
    manager, page = signed_in(world.memberships["manager"]), f"/calls/{call.id}/release"
    shown = manager.get(page).text
    assert "2 awards stay free while startups are on reserve" in shown
    assert f'href="/calls/{call.id}/decisions?outcome=reserve"' in shown
    with rows():
        db.session.get_one(Call, call.id).award_count = 1
    assert "while startups are on reserve" not in manager.get(page).text


def test_released_results_are_seen_by_the_whole_programme(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = closed_call(world)
        prepared(world, application_to(world, challenge_in(world, call), organisation=world.startup))
        call_id = call.id
    manager = signed_in(world.memberships["manager"])
    page = f"/calls/{call_id}/release"
    assert post(manager, page, page, sure="y").status_code == 303
    assert "Loopwell" in signed_in(world.memberships["network_staff"]).get(f"/calls/{call_id}/decisions").text
    foreign = signed_in(world.memberships["foreign_manager"]).get(f"/calls/{call_id}/decisions")
    assert foreign.status_code == 403


def test_undecided_call_is_not_released(scene: Scene, rows: Rows, signed_in: SignedIn) -> None:
    manager = signed_in(scene.world.memberships["manager"])
    page = f"/calls/{scene.ids['call']}/release"
    shown = manager.get(page).text
    assert "Still to be screened: 1" in shown
    with rows():
        version = db.session.get_one(Call, scene.ids["call"]).version
    answer = manager.post(page, data={**carried(shown, page), "version": version, "sure": "y"})
    assert answer.status_code == 409
    assert "Still to be screened: 1" in answer.text


def test_public_results_hide_whose_company_hides(rows: Rows) -> None:
    with rows():
        world = World.kept()
        call = closed_call(world, state="decided")
        for visibility in ("public", "anonymous", "invited"):
            challenge = challenge_in(world, call, visibility=visibility, startups_sought=1)
            application_to(world, challenge, "selected")
        application_to(world, challenge_in(world, call), "declined")
        names = [(row.startup is None, row.challenge is None, row.organisation_id is None)
                 for row in public_results(call.id, "en")]  # fmt: skip
    assert names == [(False, False, False), (True, True, True), (True, True, True)]


def test_ineligible_applicant_reads_reason_rules_and_overrides(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        application = application_to(
            world, challenge_in(world, closed_call(world)), "submitted", organisation=world.startup
        )
        application_id = application.id
    broker = signed_in(world.memberships["broker"])
    page = f"/applications/{application_id}/screening"
    shown = broker.get(page).text
    judge = re.search(rf"/applications/{application_id}/results/\d+/override", shown)
    assert judge is not None
    assert post(broker, judge.group(), judge.group(), verdict="fails", reason=" ").status_code == 422
    assert post(broker, judge.group(), judge.group(), verdict="fails", reason="Not a startup.").status_code == 303
    assert "Not a startup." in broker.get(page).text
    refused = post(broker, page, f"/applications/{application_id}/ineligibility", reason="")
    assert refused.status_code == 422
    team = signed_in(world.memberships["startup_member"])
    assert "Not a startup." not in team.get(f"/applications/{application_id}").text
    answer = post(broker, page, f"/applications/{application_id}/ineligibility", reason="Only startups may.")
    assert answer.status_code == 303
    read = team.get(f"/applications/{application_id}").text
    assert "Only startups may." in read
    assert "Not a startup." in read


def test_company_compares_and_gives_its_view(rows: Rows, scene: Scene, signed_in: SignedIn) -> None:
    company, i = signed_in(scene.world.memberships["company_owner"]), scene.ids
    comparison = f"/challenges/{i['challenge']}/applications/comparison"
    shown = company.get(comparison).text
    assert "0 of 2 views" in shown
    assert scene.submitted.number not in shown
    assert company.get(f"/applications/{i['submitted']}").status_code == 404
    page = f"/applications/{i['short']}/opinion"
    assert post(company, page, page, fit="strong", reasons="", version="0").status_code == 422
    assert post(company, page, page, fit="strong", reasons="It fits.", version="0").status_code == 303
    shown = company.get(comparison).text
    assert "1 of 2 views" in shown
    assert "It fits." in shown
    table = company.get(f"{comparison}?export=csv&choose={i['short']}").data.decode("utf-8-sig")
    assert table.splitlines()[0] == '"Question","Loopwell"'
    with rows():
        step = "application.open_file"
        counted = sa.select(sa.func.count()).where(Event.step == step)
        assert db.session.scalar(counted) == 2
    startup = signed_in(scene.world.memberships["startup_owner"])
    assert startup.get(comparison).status_code in (403, 404)
    assert "It fits." not in startup.get(f"/applications/{i['short']}").text


def test_comparison_is_closed_to_staff_of_elsewhere(scene: Scene, signed_in: SignedIn) -> None:
    comparison = f"/challenges/{scene.ids['challenge']}/applications/comparison"
    may = ("manager", "broker", "cooperating_manager", "network_staff", "company_member")
    for role in (*may, "foreign_manager", "foreign_network_staff", "other_company"):
        answer = signed_in(scene.world.memberships[role]).get(comparison)
        assert answer.status_code == (200 if role in may else 403), role


def test_comparison_costs_the_same_for_one_and_three(rows: Rows, signed_in: SignedIn, count_queries: Any) -> None:
    spent = []
    for number in (1, 3):
        with rows():
            world = World.kept()
            challenge = challenge_in(world, closed_call(world))
            for _ in range(number):
                viewed(world, application_to(world, challenge))
            address = f"/challenges/{challenge.id}/applications/comparison"
        browser = signed_in(world.memberships["company_owner"])
        browser.get(address)
        with count_queries() as seen:
            assert browser.get(address).status_code == 200
        spent.append(len(seen))
    assert spent[0] == spent[1]
    assert spent[0] <= 15


def test_board_and_results_are_turned_page_by_page(
    rows: Rows, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SIZE", 2)
    with rows():
        world = World.kept()
        call = closed_call(world)
        challenge = challenge_in(world, call)
        for _ in range(3):
            prepared(world, application_to(world, challenge), "declined")
        address = f"/calls/{call.id}/decisions"
    manager = signed_in(world.memberships["manager"])

    def walk() -> list[int]:
        pages = [manager.get(f"{address}?page={number}").text for number in (1, 2)]
        assert f"{address}?page=2" in pages[0]
        return [page.count('scope="row"') for page in pages]

    assert walk() == [2, 1]
    release = f"/calls/{call.id}/release"
    assert post(manager, release, release, sure="y").status_code == 303
    assert walk() == [2, 1]
    assert len(manager.get(f"{address}?export=csv").text.splitlines()) == 4
