"""The public data: what it says, what it never says, how it is asked again, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import again
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World

LISTS = ("challenges", "calls", "centres", "organisations")


def make(rows: Rows, **values: Any) -> Challenge:
    """A challenge of the cast's company."""
    with rows():
        world = World.kept()
        call = values.pop("call", None) or make_call(again(world.programme))
        values.setdefault("centre", again(world.centre))
        return make_challenge(again(world.company), call, **values)


def hide(rows: Rows) -> list[Challenge]:
    """A draft, one for invited startups, one withdrawn, and one that was sent but not published."""
    return [
        make(rows, state="draft"),
        make(rows, visibility="invited"),
        make(rows, state="withdrawn", published_at=None),
        make(rows, state="candidate"),
    ]


def test_list_says_what_the_catalogue_says(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    answer = client.get("/api/v1/challenges")
    found = answer.json
    assert answer.mimetype == "application/json"
    assert found is not None and set(found) == {"data", "next", "total"}
    (row,) = found["data"]
    assert found["total"] == 1 and found["next"] is None
    assert row["id"] == challenge.id
    assert row["url"].endswith(f"/challenges/{challenge.id}")
    assert row["title"] == {"en": challenge.texts["en"].title}
    assert row["company"]["name"] == {"en": "Haneul Water Utility"}
    assert (row["status"], row["state"], row["track"]) == ("open", "open", "top_down")
    assert row["budget"] == {"amount": "140000000.00", "currency": "KRW"}
    assert row["closes_at"].endswith("Z")


def test_nothing_hidden_is_told_to_anybody(rows: Rows, signed_in: SignedIn) -> None:
    hidden = hide(rows)
    shown = make(rows)
    with rows():
        memberships = World.kept().memberships
    for role in ("anonymous", "company_owner", "manager", "network_staff"):
        browser = signed_in(memberships.get(role))
        for status in ("open", "any", "closed", "upcoming", "reference"):
            found = browser.get(f"/api/v1/challenges?status={status}").json
            assert found is not None
            expected = [shown.id] if status in ("open", "any") else []
            assert (role, status, [row["id"] for row in found["data"]]) == (role, status, expected)
            assert found["total"] == len(found["data"])
        told = [browser.get(f"/api/v1/challenges/{one.id}").status_code for one in (*hidden, shown)]
        assert (role, told) == (role, [*(404 for _ in hidden), 200])


def test_withdrawn_challenge_is_gone(rows: Rows, client: FlaskClient) -> None:
    with rows():
        published = clock.now()
    challenge = make(rows, state="withdrawn", published_at=published)
    assert client.get(f"/api/v1/challenges/{challenge.id}").status_code == 404
    assert client.get("/api/v1/challenges?status=any").json == {"data": [], "next": None, "total": 0}


def test_anonymous_company_is_described(rows: Rows, signed_in: SignedIn) -> None:
    challenge = make(rows, visibility="anonymous", described_kind="public", described_sector="water")
    with rows():
        world = World.kept()
        own, centre = world.memberships["company_owner"], world.centre.slug
    for address in ("/api/v1/challenges", f"/api/v1/challenges/{challenge.id}"):
        text = signed_in(own).get(address).get_data(as_text=True)
        assert "A public utility in the south" in text
        for secret in ("Haneul", "Secretname", "Head of works", centre):
            assert secret not in text
    row = signed_in(own).get(f"/api/v1/challenges/{challenge.id}").json
    assert row is not None
    assert row["company"] == {
        "id": None, "name": {"en": "A public utility in the south"}, "is_described": True, "kind": "public",
        "region": None, "country": None, "sector": "water",
    }  # fmt: skip
    assert row["centre"] is None


def test_anonymous_company_is_no_answer_to_its_own_region(rows: Rows, client: FlaskClient) -> None:
    make(rows, visibility="anonymous", described_region="KR-26")
    assert client.get("/api/v1/challenges?region=KR-27").json == {"data": [], "next": None, "total": 0}
    found = client.get("/api/v1/challenges?region=KR-26").json
    assert found is not None and found["total"] == 1


def test_pages_follow_each_other_without_a_gap(rows: Rows, client: FlaskClient) -> None:
    for _ in range(3):
        make(rows)
    for name in LISTS:
        whole = client.get(f"/api/v1/{name}?limit=100").json
        assert whole is not None and whole["total"] == len(whole["data"]) >= 2, name
        seen: list[Any] = []
        address: str | None = f"/api/v1/{name}?limit=2"
        while address:
            page = client.get(address).json
            assert page is not None and page["total"] == whole["total"], name
            seen += page["data"]
            address = f"/api/v1/{name}?limit=2&cursor={page['next']}" if page["next"] else None
        assert seen == whole["data"], name


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "cursor", ["x", "%00", "b3JnYW5pc2F0aW9uOi01", "Y2FsbDoxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMw", "é", "'"]
)
def test_tampered_cursor_is_refused(client: FlaskClient, name: str, cursor: str) -> None:
    answer = client.get(f"/api/v1/{name}?cursor={cursor}")
    assert answer.mimetype == "application/problem+json"
    assert answer.status_code in (400, 422)
    assert answer.json is not None and answer.json["field"] == "cursor" and answer.json["detail"]


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("challenges?status=lost", 422, "status"),
        ("challenges?field=nothing", 422, "field"),
        ("challenges?limit=0", 422, "limit"),
        ("challenges?limit=101", 422, "limit"),
        ("calls?track=sideways", 422, "track"),
        ("calls?status=open&status=closed", 422, "status"),
        ("calls?region=" + "&region=".join(["KR-27"] * 61), 422, "region"),
        ("organisations?kind=ghost", 422, "kind"),
        ("organisations?q=" + "x" * 201, 422, "q"),
        ("centres?region=<script>", 422, "region"),
        ("challenges/999999", 404, None),
        ("challenges/99999999999999999999", 404, None),
        ("nothing", 404, None),
    ],
)
def test_refusal_is_a_problem_that_names_its_field(client: FlaskClient, address: str, status: int, field: Any) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["status"] == status and answer.json["title"] and answer.json["detail"]
    assert answer.json.get("field") == field
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_writing_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/v1/challenges")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.json is not None and answer.json["detail"] == "This address can only be read."


def test_answer_is_asked_for_again_only_when_it_changed(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    first = client.get("/api/v1/challenges?field=water&status=open")
    mark = first.headers["ETag"]
    assert mark.startswith('W/"')
    assert "max-age" in first.headers["Cache-Control"]
    same = client.get("/api/v1/challenges?status=open&field=water", headers={"If-None-Match": mark})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", mark)
    other = client.get("/api/v1/challenges?status=any", headers={"If-None-Match": mark})
    assert other.status_code == 200
    with rows():
        again(challenge).texts["en"].title = "Find leaks sooner"
    changed = client.get("/api/v1/challenges?field=water&status=open", headers={"If-None-Match": mark})
    assert changed.status_code == 200
    assert changed.json is not None and changed.json["data"][0]["title"]["en"] == "Find leaks sooner"


def test_passed_deadline_changes_the_answer(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    mark = client.get("/api/v1/challenges?status=open").headers["ETag"]
    with rows():
        close_call(again(challenge).call, timedelta(minutes=5))
    found = client.get("/api/v1/challenges?status=open", headers={"If-None-Match": mark})
    assert found.json == {"data": [], "next": None, "total": 0}


def test_answer_holds_nothing_of_its_reader(rows: Rows, signed_in: SignedIn, client: FlaskClient) -> None:
    make(rows)
    with rows():
        who = World.kept().memberships["company_owner"]
    browser = signed_in(who)
    for address in ("/api/v1/challenges?lang=ko", "/api/v1/organisations", "/api/v1/openapi.json"):
        mine = browser.get(address, headers={"Accept-Language": "fr"})
        theirs = client.get(address)
        assert mine.data == theirs.data
        assert "Set-Cookie" not in mine.headers and "Set-Cookie" not in theirs.headers
        assert mine.headers["Access-Control-Allow-Origin"] == "*"


def test_list_costs_the_same_for_one_row_and_three(
    rows: Rows, client: FlaskClient, count_queries: Callable[[], Any]
) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for name in LISTS:
            with count_queries() as seen:
                client.get(f"/api/v1/{name}?limit=30")
            found[name] = len(seen)
        return found

    make(rows)
    one = costs()
    for _ in range(2):
        make(rows)
        with rows():
            make_organisation("startup")
    three = costs()
    assert three == one
    assert max(three.values()) <= 12
    assert costs() == dict.fromkeys(LISTS, 1)


def test_organisation_that_nobody_verified_is_not_listed(rows: Rows, client: FlaskClient) -> None:
    with rows():
        unseen = make_organisation("startup", "Unverified Labs", state="unverified")
        seen = make_organisation("startup", "Verified Labs", website="https://labs.example")
        other = make_organisation("startup", "Somewhere Labs", source="a register", source_id="7", licence="CC-BY")
    text = client.get("/api/v1/organisations?q=Labs&limit=100").get_data(as_text=True)
    assert unseen.texts["en"].name not in text
    assert "registration_number" not in text
    found = client.get("/api/v1/organisations?q=Labs&kind=startup").json
    assert found is not None
    statuses = {row["id"]: row["status"] for row in found["data"]}
    assert (statuses[seen.id], statuses[other.id]) == ("verified", "reference")


def test_call_that_is_a_draft_is_not_listed(rows: Rows, client: FlaskClient) -> None:
    with rows():
        programme = again(World.kept().programme)
        make_call(programme, state="draft")
        ahead = make_call(programme, opens=3, closes=9, state="published")
        now = make_call(programme)
        past = make_call(programme, opens=-20, closes=-1)

    def ids(status: str) -> list[int]:
        found = client.get(f"/api/v1/calls?status={status}").json
        assert found is not None
        return [row["id"] for row in found["data"]]

    assert ids("any") == [past.id, now.id, ahead.id]
    assert (ids("upcoming"), ids("open"), ids("closed"), ids("reference")) == ([ahead.id], [now.id], [past.id], [])


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_page_names_every_read_and_parameter(client: FlaskClient, language: str) -> None:
    page = client.get(f"/api?lang={language}").get_data(as_text=True)
    document = client.get(f"/api/v1/openapi.json?lang={language}").json
    assert document is not None
    for path, methods in document["paths"].items():
        assert f"GET {path}" in page
        for parameter in methods["get"]["parameters"]:
            assert parameter["in"] == "path" or f">{parameter['name']}</th>" in page
    assert "<script" not in page.partition("<main")[2]
