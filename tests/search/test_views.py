"""One box: what it finds by kind, what it suggests, and what it never tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.challenges.models import Challenge, ChallengeInvitation, ChallengeText
from marketplace.kernel.search_query import SearchQuery
from marketplace.people.models import Organisation
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import again
from tests.people.cast import make_organisation
from tests.world import Rows, SignedIn, World


def page(client: FlaskClient, words: str, path: str = "/search") -> str:
    answer = client.get(path, query_string={"q": words})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def offered(client: FlaskClient, words: str) -> list[str]:
    return re.findall(r"<span[^>]*>([^<]*)</span>", page(client, words, "/search/suggestions"))


def of(rows: Rows, title: str, locale: str = "en", **values: Any) -> Challenge:
    """A challenge with this title."""
    with rows():
        world = World.kept()
        values.setdefault("organisation", world.company)
        challenge = make_challenge(call=make_call(world.programme), centre=world.centre, **values)
        if locale == "en":
            challenge.texts["en"].title = title
        else:
            challenge.texts[locale] = ChallengeText(locale=locale, title=title)
        return challenge


def body(rows: Rows, name: str, **values: Any) -> Organisation:
    """An organisation with this name that everybody may find."""
    with rows():
        return make_organisation("startup", name, **{"is_listed": True, **values})


def test_one_box_finds_every_kind(rows: Rows, client: FlaskClient) -> None:
    challenge = of(rows, "Zirconium valves")
    works = body(rows, "Zirconium Works")
    hidden = body(rows, "Zirconium Secret", state="unverified")
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        call.texts["en"].title = "Call for zirconium"
        world.centre.organisation.texts["en"].description = "We know zirconium."
    text = page(client, "zirconium")
    for address in (
        f"/challenges/{challenge.id}", f"/calls/{call.id}", f"/organisations/{works.id}",
        f"/centres/{world.centre.slug}",
    ):  # fmt: skip
        assert f'href="{address}"' in text
    assert f"/organisations/{hidden.id}" not in text
    assert "<mark>Zirconium</mark> valves" in text
    assert "4 results for “zirconium”." in text


def test_misspelt_word_leads_somewhere_and_no_hit_helps(rows: Rows, client: FlaskClient) -> None:
    of(rows, "Zirconium valves")
    assert "/search?q=zirconium" in page(client, "zirkonium")
    assert "Try fewer words" in page(client, "qqqqqqqq")
    assert "One box for challenges" in page(client, "")
    assert client.get("/search?q=%FF").status_code == 422
    assert client.get("/search", query_string={"q": "x" * 201}).status_code == 422


def test_suggestions_complete_words_in_every_language_and_name_what_is_public(rows: Rows, client: FlaskClient) -> None:
    of(rows, "Zirconium valves")
    of(rows, "Énergie renouvelable", "fr")
    of(rows, "혁신과제 공모", "ko")
    listed = body(rows, "Énergies Boréales")
    assert offered(client, "old zirc") == ["old zirconium"]
    assert offered(client, "ener") == ["énergie", "Énergies Boréales"]
    assert offered(client, "혁") == ["혁신과제"]
    assert f'data-href="/organisations/{listed.id}"' in page(client, "energies b", "/search/suggestions")
    assert offered(client, "%") == offered(client, "_") == offered(client, "") == offered(client, "-zirc") == []


HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"state": "draft"},
    "submitted": {"state": "submitted"},
    "invited": {"visibility": "invited"},
    "withdrawn": {"state": "withdrawn"},
}


def test_what_is_hidden_is_neither_found_nor_counted_nor_suggested(rows: Rows, client: FlaskClient) -> None:
    of(rows, "Old pipes")
    hidden = {kind: of(rows, "Xylography of secrets", **values) for kind, values in HIDDEN.items()}
    for words in ("xylography", "xylographi", "Xylo", '"Xylography of secrets"'):
        text = page(client, words)
        assert [kind for kind, challenge in hidden.items() if f"/challenges/{challenge.id}" in text] == []
        assert "ylography</mark>" not in text and "0 results for" in text and "One result" not in text
        assert "No challenge answers" in page(client, words, "/challenges")
    assert offered(client, "xylo") == []
    found = client.get("/api/v1/challenges?status=any&q=xylography").json
    assert found is not None and (found["total"], found["data"]) == (0, [])


def test_withdrawing_takes_its_words_away_at_once(rows: Rows, client: FlaskClient) -> None:
    challenge = of(rows, "Xylography of pipes")
    assert offered(client, "xylo") == ["xylography"]
    with rows():
        again(challenge).state = "withdrawn"
    assert offered(client, "xylo") == []
    assert f"/challenges/{challenge.id}" not in page(client, "xylography")


def test_anonymous_company_and_owner_are_not_found(rows: Rows, client: FlaskClient) -> None:
    secret = body(rows, "Xanadu Mills", is_listed=False)
    challenge = of(rows, "Old pipes", organisation=secret, visibility="anonymous", owner_name="Xavier Hidden")
    for words in ("Xanadu", "xanadu mills", "Xavier", "hidden"):
        text = page(client, words)
        assert f"/challenges/{challenge.id}" not in text and "Xanadu Mills" not in text
        assert "Nothing answers these words" in text
        assert offered(client, words[:4]) == []


def test_invited_startup_finds_its_challenge(rows: Rows, signed_in: SignedIn) -> None:
    challenge = of(rows, "Xylography of secrets", visibility="invited")
    with rows():
        world = World.kept()
        again(challenge).invited = [ChallengeInvitation(organisation_id=world.startup.id)]
    mine = signed_in(world.memberships["startup_owner"])
    other = signed_in(world.memberships["other_startup"])
    assert f"/challenges/{challenge.id}" in page(mine, "xylography")
    assert f"/challenges/{challenge.id}" not in page(other, "xylography")


def test_search_costs_few_queries(rows: Rows, client: FlaskClient, count_queries: Callable[[], Any]) -> None:
    def another() -> None:
        of(rows, "Zirconium valves")
        body(rows, "Zirconium Works")

    another()
    with count_queries() as one:
        page(client, "zirconium")
    another()
    another()
    with count_queries() as three:
        page(client, "zirconium")
    assert len(one) == len(three) <= 15
    with count_queries() as typing:
        page(client, "zirc", "/search/suggestions")
    assert len(typing) <= 6


@given(st.text(max_size=40), st.sampled_from(["/search", "/search/suggestions", "/challenges", "/calls"]))
@settings(max_examples=2 * settings().max_examples)
def test_no_words_break_the_box(client: FlaskClient, words: str, path: str) -> None:
    assert client.get(path, query_string={"q": words}).status_code in (200, 422)


MARKUP = st.text(alphabet="<>&\"'amarkfe -“”«»가과제é/", max_size=40)


@given(MARKUP, MARKUP)
def test_marks_are_escaped_around_any_text(words: str, text: str) -> None:
    marked = str(SearchQuery.of(words).marked(text))
    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare and ">" not in bare
    assert re.fullmatch(r"(?:[^<]|<mark>[^<]+</mark>)*", marked)


def test_suggestions_are_escaped(rows: Rows, client: FlaskClient) -> None:
    body(rows, "<img src=x onerror=alert(1)>")
    text = page(client, "<img", "/search/suggestions")
    assert "&lt;img src=x" in text and "<img" not in text
