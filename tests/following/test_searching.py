"""A saved search is answered exactly where its list would show the challenge, whatever is combined."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from marketplace.catalogue import results
from marketplace.catalogue.filters import FILTERS, STATUSES, Filters
from marketplace.challenges.models import FIELDS, Challenge, ChallengeText
from marketplace.following import saved_searches, topic_names
from marketplace.following.models import Topic
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.people.models import KINDS
from tests.calls.cast import make_call
from tests.following.cast import challenge_in
from tests.world import Rows, World

WORDS = (
    "leak", "leaks", "pipes", "fuites", "canalisation", "누수", "배관을", "robot", '"old pipes"', '"pipes old"',
    "-robot", "-leak", "sixty", "the", "-", '"', "développement", "developpement", "혁신과제", '-"old pipes"',
    "haneul", "-haneul", "UTILITY", '"haneul water"', "ha", "boreale",
)  # fmt: skip


def several(values: Any, most: int = 3) -> Any:
    return st.lists(st.sampled_from(tuple(values)), max_size=most, unique=True)


SEARCH = st.fixed_dictionaries(
    {
        "q": st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join).map(lambda words: [words]),
        "field": several(("water", "ai", "food")),
        "sector": several(("water", "energy")),
        "region": several(("KR-27", "KR-26", "CA-QC-02")),
        "centre": several(("{centre}", "{cooperating}")),
        "call": several(("{call}", "{other_call}")),
        **{
            each.name: several(each.allowed, 3 if each.is_many else 1)
            for each in FILTERS
            if each.column and isinstance(each.allowed, tuple) and each.name not in ("field", "sector")
        },
    }
)
CHALLENGES: tuple[dict[str, Any], ...] = (
    {},
    {"visibility": "anonymous", "described_region": "KR-26", "described_kind": "large", "described_sector": "energy"},
    {"visibility": "anonymous", "fields": [], "budget": None, "ip_option": None, "trl_from": None, "trl_to": None},
    {"fields": ["ai", "food"], "closes": 3, "trl_from": 1, "trl_to": 9, "currency": "EUR", "ip_option": "joint"},
)


def shown_in_list(filters: Filters, ids: Collection[int]) -> set[int]:
    """Those of the challenges that the lists of what can be applied to show, now or later."""
    now, found = clock.now(), set()
    for status in ("open", "upcoming"):
        query = results.find_published(ANONYMOUS, replace(filters, status=status), now).where(Challenge.id.in_(ids))
        found |= set(db.session.scalars(query.with_only_columns(Challenge.id)))
    return found


def test_search_is_answered_where_its_list_shows_the_challenge(rows: Rows, app: Any) -> None:
    with rows():
        world = World.kept()
        world.company.sectors = ["water"]
        made = [challenge_in(world, **values) for values in CHALLENGES]
        for challenge in made:
            challenge.texts["ko"] = ChallengeText(locale="ko", title="배관의 누수 찾기", problem="혁신과제입니다")
            challenge.texts["fr"] = ChallengeText(
                locale="fr", title="Fuites des canalisations", summary="Développement"
            )
    slugs = {"centre": world.centre.slug, "cooperating": world.cooperating.slug}
    slugs |= {"call": str(made[0].call_id), "other_call": str(made[1].call_id)}
    with rows():
        facts = {challenge.id: saved_searches.facts_of(challenge.id, clock.now()) for challenge in made}

    @given(SEARCH)
    @settings(max_examples=2 * settings().max_examples)
    def agree(asked: dict[str, list[str]]) -> None:
        given_ = {
            name: [value.format(**slugs) if "{" in value else value for value in of] for name, of in asked.items()
        }
        filters = Filters.of(MultiDict(given_))
        query = saved_searches.text_of(filters)
        with rows():
            found = {id for id in facts if saved_searches.ids_of(id, facts[id], [(7, query)]) == [7]}
            assert found == shown_in_list(filters, facts), filters

    agree()


def test_challenge_that_opens_later_answers_too_and_one_that_is_over_does_not(world: World) -> None:
    ahead = challenge_in(world, call=make_call(world.programme, opens=3, closes=20))
    over = challenge_in(world, call=make_call(world.programme, closes=-1))
    for challenge, is_found in ((ahead, True), (over, False)):
        facts = saved_searches.facts_of(challenge.id, clock.now())
        for status in STATUSES:
            query = saved_searches.text_of(Filters(fields=("water",), status=status))
            assert bool(saved_searches.ids_of(challenge.id, facts, [(1, query)])) is is_found


def test_canonical_text_is_one_for_the_same_search() -> None:
    first = Filters.of(MultiDict(parse_qsl("trl=5&q=leak%20pipe&field=water&sort=closing&trl=4")))
    second = Filters.of(MultiDict(parse_qsl("q=leak+pipe&field=water&field=water&trl=4&trl=5")))
    assert saved_searches.text_of(first) == saved_searches.text_of(second) == "q=leak+pipe&field=water&trl=4&trl=5"
    assert saved_searches.read(saved_searches.text_of(first)) == second


def test_search_whose_words_are_no_longer_known_answers_nothing(world: World) -> None:
    challenge = challenge_in(world)
    assert saved_searches.read("field=alchemy") is None
    assert (
        saved_searches.ids_of(challenge.id, saved_searches.facts_of(challenge.id, clock.now()), [(1, "field=alchemy")])
        == []
    )


def test_what_depends_on_the_reader_is_in_no_saved_search() -> None:
    assert saved_searches.text_of(Filters(fields=("water",), qualify="yes")) == "field=water"


def called(filters: Filters) -> str:
    topic = Topic(id=1, query=saved_searches.text_of(filters))
    return topic_names.name_topics([topic], "en")[1].plain


@pytest.mark.parametrize(
    ("filters", "name"),
    [
        (Filters(), "Every challenge"),
        (Filters(status="closed"), "Every challenge"),
        (Filters(fields=("water",)), "Water"),
        (Filters(text="leak", sort="best", trl=("5",), fields=("water",)), "“leak” · Water · TRL 5"),
        (Filters(centres=("nobody",), deadline="week", status="any"), "nobody · Within 7 days · All of them"),
        (Filters(kinds=KINDS[:1], languages=("fr",), ip=("joint",)), "Large company · Shared by both · Français"),
    ],
)
def test_search_is_named_by_its_words_and_labels(world: World, filters: Filters, name: str) -> None:
    assert called(filters) == name


def test_search_in_a_call_is_named_by_its_title_where_it_is_public(world: World) -> None:
    call, draft = make_call(world.programme), make_call(world.programme, state="draft")
    call.texts["en"].title = "Leaks in streets"
    filters = Filters(calls=(str(call.id), str(draft.id)))
    assert set(called(filters).split(" · ")) == {"Leaks in streets", str(draft.id)}


def test_fields_are_one_vocabulary() -> None:
    assert {name for name in FIELDS if topic_names.is_field(Filters(fields=(name,)))} == set(FIELDS)
    assert not topic_names.is_field(Filters(fields=("water",), status="any"))
