"""What is judged stands beside the judgement, and what was asked beside what is being written."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.challenges.wording import in_words
from tests.challenges.cast import make_challenge
from tests.forms import post
from tests.world import Rows, SignedIn, World


def test_review_shows_the_text_beside_the_request_and_the_editor_the_request(
    cast: World, rows: Rows, signed_in: SignedIn
) -> None:
    with rows():
        challenge = make_challenge(cast.company, state="in_review", centre=cast.centre)
        text = challenge.texts["en"]
        words, here = (text.title, text.problem, text.success_criteria), f"/challenges/{challenge.id}"
    staff, company = signed_in(cast.memberships["manager"]), signed_in(cast.memberships["company_owner"])
    page = staff.get(f"{here}/review").text
    assert all(said in page for said in words) and page.count('name="reason"') >= 1
    assert 'id="ask-reason"' in page.partition("<aside")[2]
    asked = post(staff, f"{here}/review", f"{here}/revisions", reason="Say how long the pipes are.")
    assert asked.status_code == 303, asked.text
    for address in (f"{here}/edit", f"{here}/edit/need"):
        assert "Say how long the pipes are." in company.get(address).text


def test_tab_and_rail_count_the_same(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        for state in ("submitted", "in_review", "candidate", "revision"):
            make_challenge(cast.company, state=state, centre=cast.centre)
        make_challenge(cast.company, state="submitted", is_reference=True, centre=cast.centre)
    page = signed_in(cast.memberships["manager"]).get("/challenges/review").text
    rail = page.partition('href="/challenges/review"')[2].partition("</a>")[0]
    tab = page.partition('class="tabs"')[2].partition("</a>")[0]
    assert ">3<" in rail and ">3<" in tab


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", ["130,000,000", "30 January 2027", "South Korea"]),
        ("fr", ["130\u202f000\u202f000", "30\u00a0janvier 2027", "Corée du Sud"]),
        ("ko", ["130,000,000", "2027년 1월 30일", "대한민국"]),
    ],
)
def test_sums_days_and_places_are_read_as_elsewhere(app: Flask, locale: str, expected: list[str]) -> None:
    stored = {"budget": "130000000.00", "decision_date": "2027-01-30", "described_country": "KR"}
    with app.test_request_context(f"/?lang={locale}"):
        assert [in_words(name, value) for name, value in stored.items()] == expected
