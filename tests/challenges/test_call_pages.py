"""A call's page leads to its challenges, and its list holds them alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from marketplace.calls.models import Call
from marketplace.kernel.db import db
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World


def links(page: str) -> set[int]:
    """The challenges that the call's own part of a page leads to."""
    part = page.partition('id="challenges"')[2].partition("</section>")[0]
    return {int(id) for id in re.findall(r'href="/challenges/(\d+)"', part)}


def test_page_shows_what_its_reader_may_see_of_this_call_alone(
    client: FlaskClient, signed_in: SignedIn, rows: Rows
) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        shown = [make_challenge(world.company, call), make_challenge(world.company, call, visibility="anonymous")]
        shown.append(make_challenge(world.company, call, state="filled", published_at=call.opens_at))
        make_challenge(world.company, call, visibility="invited")
        make_challenge(world.company, call, state="candidate")
        make_challenge(world.company, make_call(world.programme))
        ids = {challenge.id for challenge in shown}
    assert links(client.get(f"/calls/{call.id}").text) == ids
    assert links(signed_in(world.memberships["startup_owner"]).get(f"/calls/{call.id}").text) == ids


def test_page_with_many_names_their_number_and_leads_to_all(
    client: FlaskClient, rows: Rows, count_queries: Callable[[], Any]
) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        make_challenge(world.company, call)
        make_challenge(world.company, make_call(world.programme))
    with count_queries() as one:
        assert "See all" not in client.get(f"/calls/{call.id}").text
    with rows():
        for _ in range(6):
            make_challenge(world.company, db.session.get_one(Call, call.id))
    with count_queries() as seven:
        page = client.get(f"/calls/{call.id}").text
    assert len(links(page)) == 5 and "See all 7 challenges" in page
    assert len(seven) <= len(one)
    address = f"/challenges?status=any&amp;call={call.id}"
    assert address in page
    listed = client.get(address.replace("&amp;", "&")).text
    assert "7 challenges" in listed and call.texts["en"].title in listed


def test_empty_call_says_so_only_where_challenges_are_waited_for(client: FlaskClient, rows: Rows) -> None:
    said = "No challenge of this call is published"
    with rows():
        world = World.kept()
        waiting = [make_call(world.programme, state="published", opens=2), make_call(world.programme)]
        others = [make_call(world.programme, state="decided"), make_call(world.programme, track="follow_up")]
        others.append(make_call(None, is_reference=True, source="a portal"))
    assert all(said in client.get(f"/calls/{call.id}").text for call in waiting)
    assert not any(said in client.get(f"/calls/{call.id}").text for call in others)


def test_reference_records_are_listed_by_their_source(client: FlaskClient, rows: Rows) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme, is_reference=True, source="a portal")
        record = make_challenge(world.company, call, is_reference=True, source="a portal", source_id="1")
    assert links(client.get(f"/calls/{call.id}").text) == {record.id}
    assert f'href="/challenges/{record.id}"' in client.get(f"/challenges?status=reference&call={call.id}").text


def test_filter_offers_public_calls_by_name(client: FlaskClient, rows: Rows) -> None:
    with rows():
        world = World.kept()
        call, draft = make_call(world.programme), make_call(world.programme, state="draft")
        make_challenge(world.company, call)
    title, hidden = call.texts["en"].title, draft.texts["en"].title
    page = client.get("/challenges").text
    assert re.search(rf'name="call"[^>]*value="{call.id}"', page) and title in page
    asked = client.get(f"/challenges?call={draft.id}").text
    assert hidden not in asked and title not in asked.partition('id="facets"')[0]
