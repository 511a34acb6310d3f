"""What waits in questions, for the centre and the company."""

from __future__ import annotations

from tests.desks import Cases, asked, expected, turns
from tests.factories import days_from_now
from tests.questions.cast import challenge_in, question_in
from tests.roles import COMPANY, STAFF
from tests.world import World

CASES: Cases = [
    ("asked", lambda w: question_in(w, "asked"), {"question.look_over": STAFF}),
    ("published", lambda w: question_in(w, "published"), {"question.answer": COMPANY}),
    (
        "not answered in time",
        lambda w: question_in(w, "published", answer_by=days_from_now(-1)),
        {"question.answer": COMPANY, "question.overdue": STAFF},
    ),
    ("answered", lambda w: question_in(w, "answered"), {}),
    (
        "asked before closing",
        lambda w: question_in(w, "asked", challenge=challenge_in(w, closes=-1)),
        {"call.release": {"manager"}},
    ),
]


def test_question_waits_while_applications_are_open(world: World) -> None:
    assert asked(world, CASES) == expected(CASES)
    assert turns(world, "startup_owner") == ["question.asked", "question.published", "question.published"]
