"""The list for other sites: shown in any frame, and nothing else; public things alone."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.api.test_views import hide, make
from tests.factories import again
from tests.world import Rows, SignedIn, World


def test_any_site_may_show_it_and_it_does_nothing_else(rows: Rows, client: FlaskClient) -> None:
    challenge = make(rows)
    answer = client.get("/embed/challenges")
    page = answer.get_data(as_text=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "form-action 'none'" in policy
    assert "X-Frame-Options" not in answer.headers and "Set-Cookie" not in answer.headers
    assert f"/challenges/{challenge.id}?lang=en" in page and challenge.texts["en"].title in page
    assert not re.search(r"<script|<form|csrf", page)
    assert len(answer.data) < 15_000


def test_other_pages_stay_out_of_frames(client: FlaskClient) -> None:
    for address in ("/challenges", "/api", "/api/v1/challenges", "/sign-in"):
        answer = client.get(address)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_members_see_in_it_what_strangers_see(rows: Rows, signed_in: SignedIn, client: FlaskClient) -> None:
    hidden = hide(rows)
    make(rows, visibility="anonymous")
    with rows():
        for number, challenge in enumerate(hidden):
            again(challenge).texts["en"].title = f"Unseen {number}"
        who = World.kept().memberships["company_owner"]
    browser = signed_in(who)
    for query in ("?status=any", "?status=open&lang=fr"):
        mine = browser.get(f"/embed/challenges{query}")
        assert mine.data == client.get(f"/embed/challenges{query}").data
        assert "Set-Cookie" not in mine.headers
        text = mine.get_data(as_text=True)
        assert "A public utility in the south" in text
        for secret in ("Unseen ", "Haneul", "Secretname"):
            assert secret not in text


def test_list_follows_its_filters_and_language(rows: Rows, client: FlaskClient) -> None:
    make(rows)
    page = client.get("/embed/challenges?field=energy&lang=ko").get_data(as_text=True)
    assert '<html lang="ko">' in page and "<article" not in page
    assert client.get("/embed/challenges?field=nothing").status_code == 422


def test_page_shows_the_words_to_copy(client: FlaskClient) -> None:
    page = client.get("/api?lang=fr").get_data(as_text=True)
    assert "&lt;iframe src=" in page and "/embed/challenges?lang=fr" in page
