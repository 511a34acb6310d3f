"""The public pages: what they show, what they never show, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from marketplace.calls.models import EligibilityRule
from marketplace.challenges.models import Challenge, ChallengeInvitation, ChallengeText
from marketplace.challenges.sections import SECTIONS
from marketplace.kernel import clock
from marketplace.kernel.db import db
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import again, days_from_now, together
from tests.forms import token_in
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World

SECRETS = ("Haneul", "Secretname", "Head of works")
# One of each kind; who knows a company is proved for every role in test_queries.
STRANGERS = ("anonymous", "startup_owner", "other_company", "cooperating_manager", "foreign_manager",
             "foreign_network_staff", "evaluator")  # fmt: skip


def make(rows: Rows, world: World, **values: Any) -> Challenge:
    with rows():
        call = values.pop("call", None) or make_call(again(world.programme))
        company = again(world.company)
        values.setdefault("centre", again(world.centre))
        return make_challenge(company, call, **values)


def browser(signed_in: SignedIn, world: World, role: str) -> FlaskClient:
    return signed_in(world.memberships.get(role) or (world.person if role == "person" else None))


def test_list_shows_what_decides(cast: World, rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows, cast)
    page = client.get("/challenges").get_data(as_text=True)
    for words in (
        challenge.texts["en"].title, "Haneul Water Utility", "Public company", "140,000,000", "TRL 4–6",
        "The startup keeps them", "One startup sought", "Closes", "Answer by",
    ):  # fmt: skip
        assert words in page
    assert "csrf_token" not in page


def test_withdrawn_challenge_announces_no_date(cast: World, rows: Rows, client: FlaskClient) -> None:
    soon = days_from_now(30).date()
    gone = make(rows, cast, state="withdrawn", published_at=days_from_now(-5), decision_date=soon)
    page = client.get(f"/challenges/{gone.id}").text
    assert "The company withdrew this challenge" in page
    for words in ("What happens next", "The dates bind everyone", "(done)", "Closes", "Answer by", ">in "):
        assert words not in page, words


def test_list_says_when_a_text_is_in_another_language(cast: World, rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows, cast)
    french = client.get("/challenges?lang=fr").get_data(as_text=True)
    assert f'lang="en">{challenge.texts["en"].title}' in french
    assert "shown-in" in french
    assert "shown-in" not in client.get("/challenges?lang=en").get_data(as_text=True)


def test_fragment_is_the_results_and_the_choices_beside_them(cast: World, rows: Rows, client: FlaskClient) -> None:
    make(rows, cast)
    answer = client.get("/challenges", headers={"HX-Request": "true"})
    text = answer.get_data(as_text=True)
    assert text.lstrip().startswith('<div class="stack" data-gap="6" id="results">')
    assert "<html" not in text and 'id="facets"' in text
    assert "HX-Request" in answer.headers["Vary"]


def test_address_keeps_every_filter(cast: World, rows: Rows, client: FlaskClient) -> None:
    with rows(), together():
        call = make_call(again(cast.programme))
        for _ in range(21):
            make_challenge(again(cast.company), call)
    asked = "/challenges?q=pipes&field=water&region=KR-27&track=top_down&sort=closing"
    page = client.get(asked).get_data(as_text=True)
    assert "1 to 20 of 21" in page
    further = re.search(r'href="([^"]*cursor=[^"]*)" rel="next"', page)
    assert further is not None
    address = further[1].replace("&amp;", "&")
    assert address.startswith(asked.replace("closing", "closing&cursor="))
    second = client.get(address).get_data(as_text=True)
    assert "21 to 21 of 21" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


def test_cursor_that_was_changed_is_a_page_with_a_way_back(rows: Rows, client: FlaskClient) -> None:
    answer = client.get("/challenges?cursor=abc.def")
    assert answer.status_code == 400
    text = answer.get_data(as_text=True)
    assert "no longer there" in text
    assert 'href="/challenges"' in text


def test_compact_view_is_kept_in_every_address(cast: World, rows: Rows, client: FlaskClient) -> None:
    make(rows, cast)
    page = client.get("/challenges?view=compact&q=pipes").get_data(as_text=True)
    assert "<table" in page
    assert "/challenges?q=pipes&amp;sort=newest&amp;view=compact" in page
    assert '<input type="hidden" name="view" value="compact">' in page
    assert client.get("/challenges?view=round").status_code == 422


def test_odd_addresses_are_answered(cast: World, rows: Rows, client: FlaskClient) -> None:
    make(rows, cast)
    odd = ("page=0", "page=-1", "page=99999999999999", "page=x", "q=%27%3B--", "q=%00", "lang=zz", "track=", "from=x")
    answers = {query: client.get(f"/challenges?{query}").status_code for query in odd}
    assert answers == dict.fromkeys(odd, 200)


def test_empty_list_says_what_will_appear(client: FlaskClient) -> None:
    assert "No challenge is open today" in client.get("/challenges").get_data(as_text=True)
    assert "No challenge answers these filters" in client.get("/challenges?q=zeppelin").get_data(as_text=True)


def test_list_costs_the_same_for_one_and_three(
    cast: World, rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]
) -> None:
    kinds = ("age", "region", "representatives", "no_earlier_award", "not_affiliated", "no_sanction", "declaration")
    params = {"age": {"years": 7}, "region": {"regions": ["KR-27"]}, "declaration": {"codes": ["tax_arrears"]}}

    def another() -> None:
        with rows():
            call = make_call(again(cast.programme))
            call.rules = [
                EligibilityRule(position=n, kind=kind, params=params.get(kind, {})) for n, kind in enumerate(kinds)
            ]
            make_challenge(make_organisation("large"), call, visibility="anonymous", described_region="KR-27")

    visitors = {
        role: browser(signed_in, cast, role)
        for role in ("anonymous", "startup_owner", "company_owner", "manager", "cooperating_manager", "network_staff")
    }

    def spent() -> dict[str, int]:
        found = {}
        for role, visitor in visitors.items():
            if role != "anonymous":  # whose pages are kept: only the first after a change is made anew
                visitor.get("/challenges?status=any")
            with count_queries() as seen:
                assert visitor.get("/challenges").status_code == 200, role
            found[role] = len(seen)
        return found

    another()
    one = spent()
    another()
    another()
    assert one == spent()
    assert {role: cost for role, cost in one.items() if cost > (20 if role == "startup_owner" else 15)} == {}


def test_full_page_stays_small(cast: World, rows: Rows, client: FlaskClient) -> None:
    with rows(), together():
        call = make_call(again(cast.programme))
        for _ in range(20):
            challenge = make_challenge(again(cast.company), call)
            challenge.texts["en"].summary = "Words about water. " * 60
    page = client.get("/challenges")
    assert "1 to 20 of 20" in page.text
    assert len(page.data) < 100_000


def test_startup_sees_whether_it_qualifies_and_why_not(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    make(rows, cast)
    with rows():
        call = make_call(again(cast.programme))
        call.rules = [EligibilityRule(position=1, kind="region", params={"regions": ["CA-QC-02"]})]
        make_challenge(again(cast.company), call)
    page = browser(signed_in, cast, "startup_owner").get("/challenges").get_data(as_text=True)
    assert page.count("You qualify.") == 1
    assert page.count("You do not qualify.") == 1
    assert "headquarters" in page.partition("You do not qualify.")[2].partition("</p>")[0].lower()
    assert "qualify." not in browser(signed_in, cast, "company_owner").get("/challenges").get_data(as_text=True)


def test_verdict_does_not_tell_who_an_anonymous_company_is(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(again(cast.programme))
        call.rules = [EligibilityRule(position=1, kind="not_affiliated", params={})]
        make_challenge(again(cast.company), call, visibility="anonymous")
    page = browser(signed_in, cast, "startup_owner").get("/challenges").get_data(as_text=True)
    assert "affiliat" not in page


def test_anonymous_company_is_nowhere(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    challenge = make(rows, cast, visibility="anonymous", described_kind="public")
    visitors = {role: browser(signed_in, cast, role) for role in STRANGERS}
    page, nearest = f"/challenges/{challenge.id}", ("anonymous", "startup_owner", "cooperating_manager")
    told = []
    for role, visitor in visitors.items():
        paths = ["/challenges", "/challenges?status=any", page]
        if role in nearest:
            paths += [f"{page}?lang=ko", f"{page}/preview", f"{page}/review", f"{page}/edit"]
        for path in paths:
            text = visitor.get(path).text
            told += [(role, path, word) for word in (*SECRETS, "Region KR-27") if word in text]
        for asked in ("q=Haneul", "q=Secretname", "region=KR-27"):
            if "No challenge answers these filters" not in visitor.get(f"/challenges?lang=en&{asked}").text:
                told.append((role, asked, "found"))
    assert told == []
    with rows():
        again(challenge).call.identity_revealed = "at_closing"  # type: ignore[union-attr]
        close_call(again(challenge).call)  # type: ignore[arg-type]
    assert [role for role in nearest if "Haneul Water Utility" not in visitors[role].get(page).text] == []


def test_centre_does_not_tell_the_region_of_an_anonymous_company(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    hidden, known = make(rows, cast, visibility="anonymous"), make(rows, cast)
    with rows():
        for challenge in (hidden, known):
            again(challenge).centre = again(cast.cooperating)
        address = f'href="/centres/{again(cast.cooperating).slug}"'
    seen = {}
    for role in STRANGERS:
        if role != "cooperating_manager":
            visitor = browser(signed_in, cast, role)
            seen[role] = tuple(address in visitor.get(f"/challenges/{one.id}").text for one in (known, hidden))
    assert seen == dict.fromkeys(seen, (True, False))


def test_company_is_reminded_that_others_do_not_see_its_name(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    challenge = make(rows, cast, visibility="anonymous")
    own = browser(signed_in, cast, "company_owner")
    assert "Others see a description instead of your name." in own.get(f"/challenges/{challenge.id}").get_data(
        as_text=True
    )
    preview = own.get(f"/challenges/{challenge.id}/preview").get_data(as_text=True)
    content = preview.partition('class="opening"')[2]
    assert "Haneul" not in content and "Secretname" not in content
    assert "This is how a startup sees your challenge." in preview


def test_invited_only_is_a_404_and_in_no_count(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    challenge = make(rows, cast, visibility="invited", fields=["space"])
    with rows():
        db.session.add(ChallengeInvitation(challenge_id=challenge.id, organisation_id=cast.startup.id))
    title, seen = challenge.texts["en"].title, {}
    for role in ("anonymous", "other_startup", "evaluator", "foreign_manager", "other_company"):
        visitor = browser(signed_in, cast, role)
        page = visitor.get("/challenges").text
        seen[role] = ("Space" in page, title in page, visitor.get(f"/challenges/{challenge.id}").status_code)
    assert seen == dict.fromkeys(seen, (False, False, 404))
    assert title in browser(signed_in, cast, "startup_owner").get("/challenges").text


def test_page_says_everything_a_startup_asks(cast: World, rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows, cast, payment_days=30)
    page = client.get(f"/challenges/{challenge.id}").get_data(as_text=True)
    for words in (
        "What happens next", "Rights, in plain words",
        "What the startup brings and what it creates during the pilot stay its own",
        "Direct purchase up to a limit.", "Owner Secretname", "Head of works", "paid within 30 days",
        "After a good pilot",
        "Startups can apply until the deadline", "Data, A site to test on",
    ):  # fmt: skip
        assert words in page
    assert 'name="robots"' not in page


def test_reference_record_says_that_it_is_one(rows: Rows, client: FlaskClient) -> None:
    with rows():
        call = make_call(None, is_reference=True, source="Open data")
        challenge = make_challenge(
            None, call, is_reference=True, source="Open data", source_id="7", licence="CC BY 4.0",
            source_url="https://records.example/7", closes_at=clock.now() + timedelta(days=3),
        )  # fmt: skip
    page = client.get(f"/challenges/{challenge.id}").get_data(as_text=True)
    for words in (
        'content="noindex"',
        "nobody applies to it here",
        "Open data",
        "CC BY 4.0",
        "https://records.example/7",
    ):
        assert words in page
    assert "What happens next" not in page
    assert challenge.texts["en"].title not in client.get("/challenges").get_data(as_text=True)
    assert challenge.texts["en"].title in client.get("/challenges?status=reference").get_data(as_text=True)


def test_what_is_not_written_in_the_readers_language_is_shown_in_the_main_one_and_says_so(
    cast: World, rows: Rows, client: FlaskClient
) -> None:
    challenge = make(rows, cast)
    with rows():
        written = db.session.get_one(Challenge, challenge.id)
        written.main_locale = "ko"
        words = {"title": "오래된 관의 누수", "summary": "관이 샙니다.", "problem": "샙니다.", "purchase_route": "구매"}
        written.texts["ko"] = ChallengeText(locale="ko", **words)
        for section in SECTIONS:
            for name in {*section.texts} - {"title", "summary"}:
                setattr(written.texts["en"], name, "")
    korean = client.get(f"/challenges/{challenge.id}?lang=ko").get_data(as_text=True)
    assert all(said in korean for said in words.values()) and "shown-in" not in korean
    english = client.get(f"/challenges/{challenge.id}?lang=en").get_data(as_text=True)
    assert "Old pipes leak" in english and "샙니다." in english and "Shown in Korean" in english
    french = client.get(f"/challenges/{challenge.id}?lang=fr").get_data(as_text=True)
    assert "관이 샙니다." in french and "Old pipes leak" not in french and "shown-in" in french


def test_answer_is_promised_for_one_day_on_every_page(cast: World, rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows, cast)
    with rows():
        stored = db.session.get_one(Challenge, challenge.id)
        assert stored.call is not None and stored.decision_date is not None
        stored.call.decisions_by = stored.decision_date - timedelta(days=9)
        promised, own = stored.call.decisions_by, stored.decision_date
    for address in ("/challenges", f"/challenges/{challenge.id}", f"/challenges/compare?id={challenge.id}"):
        page = client.get(address).text
        assert f"{promised.day} {promised:%B}" in page and f"{own.day} {own:%B}" not in page, address
    listed = client.get("/api/v1/challenges").json
    assert listed is not None
    assert promised.isoformat() in [row["decision_date"] for row in listed["data"]]


def test_page_costs_few_queries(cast: World, rows: Rows, signed_in: SignedIn, count_queries: Callable[[], Any]) -> None:
    challenge = make(rows, cast)
    for role in ("anonymous", "startup_owner", "company_owner", "manager"):
        visitor = browser(signed_in, cast, role)
        visitor.get(f"/challenges/{challenge.id}")
        with count_queries() as seen:
            assert visitor.get(f"/challenges/{challenge.id}").status_code == 200
        assert len(seen) <= 15, role


def test_challenges_are_compared_side_by_side(cast: World, rows: Rows, client: FlaskClient) -> None:
    one, two = make(rows, cast), make(rows, cast, visibility="anonymous")
    hidden = [make(rows, cast, state="draft"), make(rows, cast, visibility="invited")]
    with rows():
        for number, challenge in enumerate(hidden):
            again(challenge).texts["en"].title = f"Hidden words {number}"
    asked = "&".join(f"id={challenge.id}" for challenge in (two, one, *hidden))
    page = client.get(f"/challenges/compare?{asked}").get_data(as_text=True)
    assert page.index(two.texts["en"].title) < page.index(one.texts["en"].title)
    assert "2 of those asked for are not there" in page
    assert "Hidden words" not in page
    assert "A public utility in the south" in page
    assert f'href="/challenges/compare?id={one.id}"' in page
    only = client.get(f"/challenges/compare?id={two.id}").get_data(as_text=True)
    assert not any(secret in only for secret in SECRETS)


@pytest.mark.parametrize(("query", "says"), [
    ("id=x", "not its number"), ("id=²", "not its number"),
    ("id=" + "9" * 19, "not its number"), ("id=%FF", "UTF-8"),
])  # fmt: skip
def test_odd_comparison_says_what_is_wrong(client: FlaskClient, query: str, says: str) -> None:
    answer = client.get(f"/challenges/compare?{query}")
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)


def test_comparison_of_more_than_four_shows_the_first_four_and_says_so(
    cast: World, rows: Rows, client: FlaskClient
) -> None:
    made = [make(rows, cast) for _ in range(5)]
    with rows():
        for number, challenge in enumerate(made):
            again(challenge).texts["en"].title = f"Number {number} of five"
    asked = "&".join(f"id={challenge.id}" for challenge in made)
    page = client.get(f"/challenges/compare?{asked}").get_data(as_text=True)
    assert "these are the first four of those you chose" in page
    assert [f"Number {number} of five" in page for number in range(5)] == [True] * 4 + [False]


def test_place_in_a_list_that_is_gone_leads_to_its_first_page_with_the_same_filters(client: FlaskClient) -> None:
    answer = client.get("/challenges?field=ai&q=%22cold+chain%22&cursor=gone")
    assert answer.status_code == 400
    assert re.findall(r'data-kind="primary"\s+href="([^"]+)"', answer.get_data(as_text=True)) == [
        "/challenges?field=ai&amp;q=%22cold+chain%22"
    ]


def test_comparison_of_nothing_leads_to_the_list(client: FlaskClient) -> None:
    assert 'href="/challenges?view=compact"' in client.get("/challenges/compare").get_data(as_text=True)


def test_kept_rows_tell_nothing_that_was_hidden_since(cast: World, rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows, cast)
    assert "Haneul Water Utility" in client.get("/challenges").get_data(as_text=True)
    with rows():
        again(challenge).visibility = "anonymous"
    page = client.get("/challenges").get_data(as_text=True)
    assert "Haneul" not in page and "A public utility in the south" in page
    with rows():
        again(challenge).texts["en"].title = "Find <leaks> in pipes"
    assert "Find &lt;leaks&gt; in pipes" in client.get("/challenges").get_data(as_text=True)
    assert "&lt;<mark>leaks</mark>&gt; in" in client.get("/challenges?q=leaks").get_data(as_text=True)
    assert "in pipes</a>" in client.get("/challenges").get_data(as_text=True)


def test_candidate_of_a_company_that_nobody_is_in_can_be_let_go(cast: World, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        call = make_call(again(cast.programme))
        nobodys, stuck = (
            make_challenge(make_organisation("large", state="unverified"), call, state=state)
            for state in ("candidate", "revision")
        )
        theirs = make_challenge(again(cast.company), call, state="candidate")
    staff = browser(signed_in, cast, "manager")
    page = staff.get(f"/challenges/{nobodys.id}/review").text
    assert "so nobody could make the changes" in page and f"/challenges/{nobodys.id}/revisions" not in page
    assert "Nobody can make the changes you asked for" in staff.get(f"/challenges/{stuck.id}/review").text
    assert f"/challenges/{theirs.id}/rejection" not in staff.get(f"/challenges/{theirs.id}/review").text
    sent = {"csrf_token": token_in(page), "version": nobodys.version, "reason": "Not wanted."}
    assert staff.post(f"/challenges/{nobodys.id}/rejection", data=sent).status_code == 303
    assert "Rejected, with your reason." in staff.get(f"/challenges/{nobodys.id}/review").text
