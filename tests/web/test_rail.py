"""The rail of every page: what waits in each place, asked at once."""

from __future__ import annotations

import re
from typing import Any

from tests.conftest import Rows, SignedIn
from tests.factories import World, make_challenge, make_organisation
from tests.questions.cast import question_in


def waiting(page: str) -> dict[str, str]:
    """What the rail says waits, by address."""
    return dict(re.findall(r'<a href="(/[^"]*)"[^>]*>(?:(?!</a>).)*?class="count"[^>]*>(\d+)', page, re.DOTALL))


def test_rail_counts_everything_that_waits_in_one_statement(
    rows: Rows, signed_in: SignedIn, count_queries: Any
) -> None:
    with rows():
        world = World()
        for _ in range(2):
            make_challenge(world.company, centre=world.centre, state="submitted")
        make_organisation("startup", state="submitted")
    manager = signed_in(world.memberships["manager"])
    with count_queries() as seen:
        shown = waiting(manager.get("/settings").text)
    assert (shown["/challenges/review"], shown["/verifications"]) == ("2", "1")
    asked = [statement for statement in seen if "count(" in statement and "user_sessions" not in statement]
    assert len(asked) == 1


def current(page: str) -> set[str]:
    """Where the rail says the reader is."""
    return set(re.findall(r'<a href="([^"]*)" aria-current="page"><svg', page))


def test_rail_tells_ones_own_organisation_from_others(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World()
        other = make_organisation("startup", state="verified").id
    own = world.memberships["manager"].organisation_id
    manager = signed_in(world.memberships["manager"])
    assert current(manager.get(f"/organisations/{own}").text) == {"/organisation"}
    assert current(manager.get(f"/organisations/{other}").text) == {"/organisations"}
    assert current(manager.get("/organisations").text) == {"/organisations"}


def test_questions_lie_among_the_challenges(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        question = question_in(world, "answered")
    owner = signed_in(world.memberships["company_owner"])
    for path in (f"/questions/{question.id}", f"/challenges/{question.challenge_id}/questions"):
        assert current(owner.get(path).text) == {"/challenges"}, path
