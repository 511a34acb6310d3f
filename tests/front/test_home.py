"""The home page says what is open, what became of the rest and who takes part, and nothing that is not public."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from marketplace.collaborations.models import Outcome
from marketplace.front import year
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people.models import Organisation
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import outcome_of
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World

Counted = Callable[[], AbstractContextManager[list[str]]]


def part(page: str, id: str) -> str:
    """The words of one section of the page."""
    found = re.search(rf'<section[^>]*(?:id|aria-labelledby)="{id}".*?</section>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def test_home_shows_what_closes_soon_and_leads_the_signed_in_on(
    rows: Rows, client: FlaskClient, signed_in: SignedIn
) -> None:
    with rows():
        world = World.kept()
        title = make_challenge(world.company).title("en")
    page = client.get("/").text
    assert title in part(page, "open")
    assert "See the one open challenge" in page
    answer = signed_in(world.memberships["startup_owner"]).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")


def test_home_says_so_where_there_is_nothing_yet(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "No challenge is open today" in part(page, "open")
    assert "No call is open or announced today." in part(page, "calls")
    assert "Nothing has come to its end yet." in part(page, "results")
    assert part(page, "year") == ""
    assert "Every call names its deadline" in part(page, "how")


STAGES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"state": "open"}, "open", "open"),
    ({"state": "open"}, "closed", "closed"),
    ({"state": "closed"}, "decided", "answered"),
    ({"state": "filled", "pairs_confirmed": 1}, "running", "found"),
    ({"state": "archived", "pairs_confirmed": 1}, "running", "found"),
    ({"state": "archived"}, "running", "ended"),
    ({"state": "unfilled"}, "decided", "ended"),
    ({"state": "withdrawn"}, "open", "ended"),
)
UNSEEN: tuple[dict[str, Any], ...] = (
    {"state": "draft"},
    {"state": "candidate"},
    {"state": "open", "visibility": "invited"},
    {"state": "open", "is_reference": True},
)


def _year_of_challenges(times: int = 2) -> None:
    now = clock.now()
    for values, call_state, _ in STAGES * times:
        call = make_call(state="open" if call_state == "closed" else call_state)
        if call_state != "open":
            close_call(call)
        make_challenge(call=call, published_at=now - timedelta(days=40), **values)
    for values in UNSEEN:
        make_challenge(published_at=now - timedelta(days=40), **values)
    make_challenge(state="filled", published_at=now - year.LASTS - timedelta(days=1))


def test_year_counts_what_everybody_sees_by_how_far_it_came(rows: Rows, client: FlaskClient) -> None:
    with rows():
        _year_of_challenges()
        found = year.year_until(clock.now())
    assert found is not None
    assert found.counts == {"open": 2, "closed": 2, "answered": 2, "found": 4, "ended": 6}
    assert [one.mark for one in found.drawn[:4]] == ["alone", "alone", "apart", "apart"]
    assert sum(one.is_ended for one in found.drawn) == 6
    page = client.get("/").text
    assert part(page, "year").count("found their startup") == 1
    assert page.count('<li data-size="') == 16
    assert "challenges found their startup 5" in part(page, "results")  # of all years


@pytest.mark.parametrize(("challenges", "said"), [(1, "1 is being decided"), (2, "2 are being decided")])
def test_year_speaks_of_one_challenge_as_of_one(rows: Rows, client: FlaskClient, challenges: int, said: str) -> None:
    with rows():
        now = clock.now()
        for n in range(year.FEWEST):
            call = make_call(state="open")
            if n < challenges:
                close_call(call)
            make_challenge(call=call, published_at=now - timedelta(days=40))
    assert said in part(client.get("/").text, "year")


def test_few_challenges_are_not_drawn(rows: Rows) -> None:
    with rows():
        _year_of_challenges(1)
        assert year.year_until(clock.now()) is None


def test_budget_is_drawn_beside_those_of_its_currency(rows: Rows) -> None:
    with rows():
        for budget, currency in ((100, "KRW"), (25, "KRW"), (1, "EUR"), (None, None)) * 3:
            make_challenge(budget=budget, currency=currency)
        found = year.year_until(clock.now())
    assert found is not None
    assert sorted(one.size for one in found.drawn) == [1] * 3 + [2] * 3 + [5] * 6


def _found_outcome() -> Outcome:
    """A published outcome of two sides that chose to be found."""
    outcome = outcome_of(World.kept(), "published")
    outcome.collaboration.company.is_listed = outcome.collaboration.startup.is_listed = True
    return outcome


def test_published_outcome_is_shown_and_goes_at_once(rows: Rows, client: FlaskClient) -> None:
    with rows():
        id = _found_outcome().id
    shown = part(client.get("/").text, "results")
    assert "Forty sensors." in shown
    assert "Purchase, 50,000,000 KRW" in shown
    assert "Loopwell, with Haneul Water Utility" in shown
    with rows():
        db.session.get_one(Outcome, id).state = "superseded"
    assert "Forty sensors." not in client.get("/").text


@pytest.mark.parametrize(("hides", "value"), [("shown", ["description"]), ("is_listed", False)])
@pytest.mark.parametrize("side", ["company", "startup"])
def test_side_that_hides_its_outcomes_or_itself_is_not_named(
    rows: Rows, client: FlaskClient, side: str, hides: str, value: object
) -> None:
    with rows():
        outcome = _found_outcome()
        organisation: Organisation = getattr(outcome.collaboration, side)
        setattr(organisation, hides, value)
    shown = part(client.get("/").text, "results")
    assert "outcome published 1" in shown
    assert "Forty sensors." not in shown


def test_anonymous_company_is_not_named_for_its_outcome(rows: Rows, client: FlaskClient) -> None:
    with rows():
        challenge = _found_outcome().collaboration.pairing.challenge
        assert challenge is not None
        challenge.visibility = "anonymous"
    assert "Forty sensors." not in client.get("/").text


def test_those_who_chose_to_be_found_are_named(rows: Rows, client: FlaskClient) -> None:
    with rows():
        make_organisation("large", "Shown Works", is_listed=True)
        make_organisation("large", "Hidden Works", is_listed=False)
        make_organisation("startup", "Shown Kites", is_listed=True)
    shown = part(client.get("/").text, "behind")
    assert "Shown Works" in shown
    assert "Hidden Works" not in shown
    assert "3 companies, 3 startups" in shown


def test_home_costs_few_queries_and_little_room(rows: Rows, client: FlaskClient, count_queries: Counted) -> None:
    with rows():
        _year_of_challenges(10)
        outcome_of(World.kept(), "published")
    client.get("/")
    with rows():
        make_challenge()
    with count_queries() as seen:
        page = client.get("/")
    assert len(seen) <= 15, seen
    assert len(page.data) < 100_000
    assert "Set-Cookie" not in page.headers
    assert client.get("/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("address", ["/about", "/help"])
def test_page_is_the_same_for_everybody_and_leads_on(client: FlaskClient, address: str) -> None:
    for language, word in (("en", "centre"), ("fr", "centre"), ("ko", "센터")):
        asked = {"Accept-Language": language}
        page = client.get(address, headers=asked)
        assert word in page.text
        assert "Set-Cookie" not in page.headers
        again = client.get(address, headers={**asked, "If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304
