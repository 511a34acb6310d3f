"""What was published while somebody reads the list: counted for strangers alone, in their language, or nothing said."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from marketplace.kernel import clock
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World


def published(rows: Rows, minutes: int = 0, **values: Any) -> None:
    """A challenge of a field nobody else uses, published so many minutes ago."""
    with rows():
        world = World.kept()
        given = {"fields": ["space"], "published_at": clock.now() - timedelta(minutes=minutes), **values}
        make_challenge(world.company, make_call(world.programme), centre=world.centre, **given)


def said(client: FlaskClient, **asked: Any) -> str:
    answer = client.get("/challenges/news", query_string={"field": "space", **asked})
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "text/plain", "no-store")
    return answer.get_data(as_text=True)


def test_what_was_published_since_is_counted_in_the_readers_language(rows: Rows, client: FlaskClient) -> None:
    for minutes in (1, 3, 30):
        published(rows, minutes)
    assert said(client, age=120) == "One new challenge"
    assert said(client, age=600) == "2 new challenges"
    assert said(client, age=600, lang="fr") == "2 nouveaux défis"
    assert said(client, age=600, lang="ko") == "새 과제 2건"
    assert said(client, age=600, field="food") == ""


@pytest.mark.parametrize("age", ["", "0", "-5", "x", "1e3", "٣", "9" * 30])
def test_age_that_is_none_says_nothing(rows: Rows, client: FlaskClient, age: str) -> None:
    published(rows)
    assert said(client, age=age) == ""


def test_what_not_everybody_sees_is_no_news_for_anybody(rows: Rows, signed_in: SignedIn) -> None:
    now = clock.now
    for values in ({"visibility": "invited"}, {"state": "draft"}, {"state": "candidate"}, {"is_reference": True}):
        published(rows, **values)
    with rows():
        who = World.kept().memberships["manager"]
        make_challenge(None, None, fields=["space"], state="withdrawn", published_at=now())
    for browser in (signed_in(None), signed_in(who)):
        assert said(browser, age=600) == ""


def test_wrong_filter_is_told_and_not_counted(client: FlaskClient) -> None:
    assert client.get("/challenges/news?field=nothing&age=60").status_code == 422


def test_list_carries_where_to_ask_and_its_own_first_page(rows: Rows, client: FlaskClient) -> None:
    published(rows)
    page = client.get("/challenges?field=space&view=compact").get_data(as_text=True)
    found = re.search(r'role="status"[^>]*data-news="([^"]+)"\s+data-first="([^"]+)"', page)
    assert found is not None
    assert [unescape(one) for one in found.groups()] == [
        "/challenges/news?field=space", "/challenges?field=space&view=compact",
    ]  # fmt: skip
    assert "data-news" not in client.get("/challenges?status=closed").get_data(as_text=True)


def test_question_for_news_is_one_query(rows: Rows, client: FlaskClient, count_queries: Any) -> None:
    published(rows)
    with count_queries() as made:
        said(client, age=600)
    assert len(made) <= 2
