"""Questions on challenges, in every state."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.models import Challenge
from marketplace.people.models import Organisation
from marketplace.questions.models import Question, QuestionAnswer
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.factories import Case, add, days_from_now, makes, now
from tests.people.cast import make_organisation
from tests.roles import STAFF, STARTUP
from tests.world import World

ASKED = "Wombat question before publication"  # in a question that the centre looks over

SECRETS = {ASKED: STARTUP | STAFF | {"other_startup", "foreign_manager"}}
READERS = {
    "everybody": "of_challenge",
    "startup other_startup": "new",
    "startup staff": "show",
}
DOERS = {
    "staff": "answer correct decline publish",
    "startup": "withdraw",
    "startup other_startup": "ask",
}


@makes
def make_question(
    challenge: Challenge | None = None, organisation: Organisation | None = None, *, state: str = "asked", **values: Any
) -> Question:
    """A question in a state, with what that state needs; ``words`` are what was asked and, where so, published."""
    challenge = challenge or make_challenge()
    words = values.pop("words", "How deep do the pipes lie?")
    answer = values.pop("answer", "Between one metre and three.")
    shown = {"wording": words, "published_at": now(), "answer_by": days_from_now(5)}
    answers = [QuestionAnswer(side="company", locale="en", words=answer)] if state == "answered" else []
    return add(
        Question(
            state=state,
            challenge=challenge,
            asker=organisation or make_organisation("startup"),
            original=words,
            answers=answers,
            **{"locale": "en", **(shown if state in ("published", "answered") else {}), **values},
        )
    )


@makes
def challenge_in(world: World, *, closes: int = 20, **values: Any) -> Challenge:
    """An open challenge of the World's company."""
    return make_challenge(world.company, make_call(world.programme, closes=closes), **values)


@makes
def question_in(world: World, state: str = "asked", **values: Any) -> Question:
    """A question of the World's startup in a state."""
    challenge = values.pop("challenge", None) or challenge_in(world)
    return make_question(challenge, world.startup, state=state, **values)


def _late(case: Case) -> dict[str, Any]:
    return {"questions": make_question(case["challenges"], case.startup, words=f"{ASKED} {case.mark}")}


ESTATE = {"late": _late}
