"""The staff's list of applications: sealed, narrowed, sorted, exported, at a constant price."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from marketplace.calls.models import Call
from marketplace.evaluations.staff_queries import Filters, rows
from marketplace.kernel import clock
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.evaluations.cast import application_to, challenge_in, closed_call, viewed
from tests.people.cast import make_organisation
from tests.places.cast import make_region
from tests.world import Rows, SignedIn, World

Counted = Callable[[], AbstractContextManager[list[str]]]


def listed(world: World, role: str, **asked: str) -> list[str]:
    return [row.startup for row in rows(world.actor(role), Filters.read(asked), "en").items]


@pytest.fixture
def cast(world: World) -> World:
    """Five applications that differ in everything the list can narrow."""
    call = closed_call(world)
    leaks, cold = challenge_in(world, call), challenge_in(world, call)
    leaks.texts["en"].title, cold.texts["en"].title = "Água nas ruas", "Cold chain"
    make_region("KR-26")
    for name, challenge, state, days, region in (
        ("Alpha", leaks, "submitted", 20, "KR-27"),
        ("Élan", leaks, "eligible", 10, "KR-27"),
        ("Beta", cold, "shortlisted", 5, "KR-26"),
        ("Gamma", cold, "ineligible", 1, "KR-26"),
        ("Delta", cold, "withdrawn", 2, "KR-27"),
    ):
        startup = make_organisation("startup", name, region_code=region)
        application = application_to(world, challenge, state, organisation=startup)
        application.number = application.number or "T-left"
        application.state_since = clock.now() - timedelta(days=days)
        if name == "Beta":
            viewed(world, application, "possible")
    return world


ALL = ["Alpha", "Élan", "Beta", "Delta", "Gamma"]
NARROWED: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing asked": ({}, ALL),
    "shortest in its state": ({"sort": "-since"}, ["Gamma", "Delta", "Beta", "Élan", "Alpha"]),
    "name": ({"sort": "startup"}, ["Alpha", "Beta", "Delta", "Élan", "Gamma"]),
    "name backwards": ({"sort": "-startup"}, ["Gamma", "Élan", "Delta", "Beta", "Alpha"]),
    "state in its order": ({"sort": "state"}, ["Alpha", "Élan", "Gamma", "Beta", "Delta"]),
    "fit of the shortlisted": ({"sort": "fit", "state": "shortlisted"}, ["Beta"]),
    "one state": ({"state": "eligible"}, ["Élan"]),
    "region": ({"region": "KR-26"}, ["Beta", "Gamma"]),
    "days in the state": ({"age": "7"}, ["Alpha", "Élan"]),
    "fit": ({"fit": "possible"}, ["Beta"]),
    "no view yet": ({"fit": "none"}, ["Alpha", "Élan", "Delta", "Gamma"]),
    "not checked yet": ({"eligibility": "none", "state": "submitted"}, ["Alpha"]),
    "name without its accent": ({"q": "elan"}, ["Élan"]),
    "challenge without its accent": ({"q": "AGUA"}, ["Alpha", "Élan"]),
    "a sign of patterns": ({"q": "%"}, []),
    "unknown words": ({"q": "nobody"}, []),
    "nonsense": ({"state": "draft", "age": "x", "sort": "; drop", "call": "x"}, ALL),
}


def test_list_narrows_and_sorts(cast: World) -> None:
    found = {name: listed(cast, "manager", **asked) for name, (asked, _) in NARROWED.items()}
    assert found == {name: expected for name, (_, expected) in NARROWED.items()}


def test_every_head_sorts_without_losing_a_row(cast: World) -> None:
    heads = ("since", "number", "startup", "challenge", "state", "eligibility", "fit", "region", "-eligibility")
    found = {sort: sorted(listed(cast, "manager", sort=sort)) for sort in heads}
    assert found == {sort: sorted(ALL) for sort in heads}


def test_list_holds_what_its_reader_may_open(cast: World) -> None:
    expected = {
        "broker": ALL,
        "network_staff": ALL,
        "cooperating_manager": ["Beta", "Gamma"],
        "foreign_manager": [],
        "foreign_network_staff": [],
        "evaluator": [],
        "other_startup": [],
        "company_owner": ["Élan", "Beta"],
    }
    assert {role: listed(cast, role) for role in expected} == expected


def test_list_leaves_out_what_is_sealed(world: World) -> None:
    challenge = make_challenge(world.company, make_call(world.programme))
    make_application(challenge, state="submitted")
    make_application(challenge)
    assert listed(world, "manager") == []


def test_pages_past_the_end_show_the_first(cast: World) -> None:
    found = rows(cast.actor("manager"), Filters(), "en", page=9, size=2)
    assert ([row.startup for row in found.items], found.number, found.pages) == (["Alpha", "Élan"], 1, 3)


def test_sealed_call_shows_numbers_alone(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call)
        secret = make_organisation("startup", "Secret Startup")
        made = make_application(challenge, secret, state="submitted")
        make_application(challenge)
        make_application(challenge)
        ids = (call.id, made.id, challenge.id, made.number)
    for role, counts in (("manager", True), ("cooperating_manager", False), ("network_staff", False)):
        browser = signed_in(world.memberships[role])
        page = browser.get(f"/calls/{ids[0]}/applications")
        assert page.status_code == 200, role
        assert "Sealed until the call closes" in page.text, role
        assert ('data-label="Drafts">2<' in page.text) == counts, role
        assert ("you see how many there are" in page.text) == counts, role
        assert ("for the managing centre alone" in page.text) != counts, role
        assert ("See how many there are" in browser.get(f"/calls/{ids[0]}").text) == counts, role
        for address in (f"/calls/{ids[0]}/applications?export=csv", "/applications", "/applications?export=csv"):
            text = browser.get(address).text
            assert "Secret Startup" not in text, (role, address)
            assert ids[3] not in text, (role, address)
        for address in ("", "/screening", "/decision", "/opinion"):
            assert browser.get(f"/applications/{ids[1]}{address}").status_code == 404, (role, address)
    company = signed_in(world.memberships["company_owner"])
    page = company.get("/applications").text
    assert 'data-label="Submitted">1<' in page
    assert "Secret Startup" not in page
    comparison = company.get(f"/challenges/{ids[2]}/applications/comparison").text
    assert "Sealed until the call closes" in comparison
    assert "Secret Startup" not in comparison


def test_list_of_a_call_is_closed_to_others(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call_id = closed_call(world).id
    for role in ("startup_owner", "company_owner", "foreign_manager", "foreign_network_staff", "evaluator"):
        assert signed_in(world.memberships[role]).get(f"/calls/{call_id}/applications").status_code == 403


def test_csv_holds_every_row_marked_for_spreadsheets(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        call = closed_call(world)
        challenge = challenge_in(world, call)
        for name in ('=HYPERLINK("x")', "Plain", "+1"):
            application_to(world, challenge, "eligible", organisation=make_organisation("startup", name))
        application_to(world, challenge, "submitted")
        call_id = call.id
    answer = signed_in(world.memberships["manager"]).get(
        f"/calls/{call_id}/applications?export=csv&state=eligible&sort=startup"
    )
    assert answer.data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [line[1] for line in table] == ["Startup", "'+1", '\'=HYPERLINK("x")', "Plain"]
    assert [line[5] for line in table[1:]] == ["Eligible"] * 3
    assert all(line[6].endswith("+09:00") and "." not in line[6] for line in table[1:]), "the call's own time"


def _call_with(world: World, number: int) -> Call:
    call = closed_call(world)
    for i in range(number):
        application = application_to(world, challenge_in(world, call), ("eligible", "shortlisted", "submitted")[i % 3])
        if i:
            viewed(world, application)
    return call


LISTS = (
    ("manager", "/applications"),
    ("manager", "/calls/{call}/applications"),
    ("manager", "/calls/{call}/decisions"),
    ("company_owner", "/applications"),
)


def test_lists_cost_the_same_for_one_and_three(rows: Rows, signed_in: SignedIn, count_queries: Counted) -> None:
    spent: dict[int, dict[tuple[str, str], int]] = {1: {}, 3: {}}
    for number, found in spent.items():
        with rows():
            world = World.kept()
            call_id = _call_with(world, number).id
        browsers = {role: signed_in(world.memberships[role]) for role in ("manager", "company_owner")}
        for role, address in LISTS:
            page = address.format(call=call_id)
            browsers[role].get(page)
            with count_queries() as seen:
                assert browsers[role].get(f"{page}?sort=startup").status_code == 200  # not yet drawn
            found[role, address] = len(seen)
    assert spent[1] == spent[3]
    assert {at: cost for at, cost in spent[1].items() if cost > 15} == {}
