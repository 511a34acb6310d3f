"""A company that gives its name is found by it; one that does not, never."""

from __future__ import annotations

import pytest

from marketplace.catalogue import results
from marketplace.catalogue.filters import Filters
from marketplace.challenges.models import ChallengeInvitation
from marketplace.kernel import clock
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people.models import OrganisationText
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import add
from tests.world import World


def found(words: str, actor: Actor = ANONYMOUS) -> set[int]:
    slice = results.page_of(actor, Filters(text=words, status="any", sort="best"), clock.now(), "", 20)
    return {row.id for row in slice.rows}


@pytest.fixture
def named(world: World) -> World:
    add(OrganisationText(organisation_id=world.company.id, locale="ko", name="하늘상수도공사", description=""))
    return world


@pytest.mark.parametrize(
    "words",
    [
        "Haneul Water Utility",
        "haneul",
        "HÁNEUL",
        '"haneul water"',
        "haneul pipes",
        "leaks utility",
        "하늘상수도",
        "상수도",
    ],
)
def test_its_challenges_are_found_by_its_name_in_any_language_with_other_words(named: World, words: str) -> None:
    call = make_call(named.programme)
    own = make_challenge(named.company, call)
    make_challenge(named.other_company, call)
    assert found(words) == {own.id}
    assert found(f"{words} -robots") == {own.id}


def test_name_counts_where_words_are_left_out_and_only_as_far_as_it_goes(named: World) -> None:
    call = make_call(named.programme)
    own, other = make_challenge(named.company, call), make_challenge(named.other_company, call)
    assert found("pipes -haneul") == {other.id}
    assert found("haneul robots") == found("ha") == found("neul") == set()
    assert found("pipes") == {own.id, other.id}


@pytest.mark.parametrize("revealed", ["at_closing", "at_pairing"])
def test_anonymous_company_is_found_by_its_name_by_nobody(named: World, revealed: str) -> None:
    call = make_call(named.programme, identity_revealed=revealed, opens=-20, closes=-1, state="closed")
    hidden = make_challenge(named.company, call, visibility="anonymous", state="closed", published_at=call.opens_at)
    for role in ("manager", "company_owner", "startup_owner"):
        assert found("haneul", named.actor(role)) == set(), role
    assert hidden.id in found("pipes -haneul")


def test_challenge_for_invited_startups_is_found_by_those_alone(named: World) -> None:
    invited = [ChallengeInvitation(organisation=named.startup)]
    own = make_challenge(named.company, make_call(named.programme), visibility="invited", invited=invited)
    assert found("haneul") == set()
    assert found("haneul", named.actor("startup_owner")) == {own.id}
