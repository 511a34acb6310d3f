"""Similar challenges: the closest that the reader may see and apply to, and nothing that tells who is anonymous."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from marketplace.catalogue import similarity
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.people.cast import make_organisation
from tests.world import Rows, World

WORDS = "Zirconium whisker furnace for kestrels"


def titled(title: str, **values: object) -> Challenge:
    made = make_challenge(values.pop("organisation", None), values.pop("call", None), **values)  # type: ignore[arg-type]
    made.texts["en"].title = title
    db.session.flush()
    return made


def found(challenge: Challenge) -> list[int]:
    return [row.id for row in similarity.find_similar(challenge, ANONYMOUS, "en", clock.now())]


def test_the_closest_come_first_and_at_most_four(world: World) -> None:
    own = titled(WORDS, fields=["materials"])
    words = titled("Furnace of zirconium with a whisker", fields=["space"])
    field = titled("Something else altogether", fields=["materials"])
    nothing = titled("Quiet gardens", fields=["education"])
    ids = found(own)
    assert ids[:2] == [words.id, field.id]
    assert own.id not in ids and nothing.id not in ids
    for _ in range(5):
        titled("Zirconium whisker furnace", fields=["materials"])
    assert len(found(own)) == similarity.MOST


def test_only_what_everybody_may_answer_now_is_similar(world: World) -> None:
    own = titled(WORDS)
    shown = [titled(WORDS), titled(WORDS, visibility="anonymous")]
    for state in ("draft", "in_review", "withdrawn", "filled"):
        titled(WORDS, state=state, published_at=clock.now())
    titled(WORDS, visibility="invited")
    titled(WORDS, is_reference=True)
    assert set(found(own)) == {challenge.id for challenge in shown}


def test_what_has_closed_or_opens_later_is_not_offered(world: World) -> None:
    own = titled(WORDS)
    closed = titled(WORDS, call=close_call(make_call()))
    later = titled(WORDS, call=make_call(opens=3, closes=9, state="published"))
    assert {closed.id, later.id}.isdisjoint(found(own))


def test_a_company_links_no_challenges(world: World) -> None:
    """That two come from one hidden company moves neither of them."""
    hidden = make_organisation("large", "Nightjar Industries")
    own = titled(WORDS, organisation=hidden, visibility="anonymous", fields=["materials"])
    stranger = titled("Quiet gardens one", fields=["education"])
    same = titled("Quiet gardens two", organisation=hidden, visibility="anonymous", fields=["education"])
    assert {same.id, stranger.id}.isdisjoint(found(own))
    for row in (same, stranger):
        row.fields = ["materials"]
    db.session.flush()
    rows = similarity.find_similar(own, ANONYMOUS, "en", clock.now())
    assert [row.id for row in rows if row.id in (same.id, stranger.id)] == [same.id, stranger.id]  # newer first
    assert "Nightjar" not in repr(rows)


def test_centre_of_a_hidden_company_moves_nothing(world: World) -> None:
    """The centre that it was sent to tells its region; the one that manages the call is on its page."""
    own = titled(WORDS, call=make_call(world.programme), visibility="anonymous", centre=world.cooperating)
    managing = titled("Furnace of a whisker", call=make_call(world.programme), centre=world.centre)
    other = titled("Furnace of a whisker", call=make_call(world.programme), centre=world.cooperating)
    assert found(own) == [managing.id, other.id]
    own.centre = world.centre
    db.session.flush()
    assert found(own) == [managing.id, other.id]


def test_korean_words_are_shared_as_well(world: World) -> None:
    own, other = titled("x", fields=["space"]), titled("y", fields=["education"])
    for row, title in ((own, "스마트 항만 크레인 예지보전"), (other, "항만 크레인의 예지보전 과제")):
        row.main_locale = "ko"
        row.texts = {"ko": ChallengeText(challenge_id=row.id, locale="ko", title=title)}
        db.session.flush()
    assert other.id in found(own)


@pytest.mark.parametrize("title", ["", "%", "' | !", "a b c", "(((", "- -", "é" * 300])
def test_any_title_is_looked_for(world: World, title: str) -> None:
    assert isinstance(found(titled(title)), list)


def test_page_names_them_at_one_query_more(rows: Rows, client: FlaskClient, count_queries) -> None:  # type: ignore[no-untyped-def]
    with rows():
        own, alone = titled(WORDS, fields=["space"]), titled("Quiet gardens", fields=["education"])
        titled("Whisker furnace of zirconium", visibility="anonymous")
        secret = titled(WORDS + " secretly", visibility="invited")
    with count_queries() as without:
        client.get(f"/challenges/{alone.id}")
    with count_queries() as seen:
        page = client.get(f"/challenges/{own.id}").get_data(as_text=True)
    assert "Whisker furnace of zirconium" in page and secret.texts["en"].title not in page
    assert len(seen) == len(without) <= 15
