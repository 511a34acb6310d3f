"""Questions on desks: to look over and to answer while applications are open, and whose turn one's own is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, literal, or_

from marketplace.calls.models import Call
from marketplace.calls.queries import manages
from marketplace.challenges.models import Challenge
from marketplace.challenges.queries import state_at as challenge_state_at
from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import CENTRE, PARTY, Wording, days_after, rows, turns_of, under_way_for, waits_for
from marketplace.questions.models import Question
from marketplace.questions.queries import visible_to
from marketplace.questions.states import OPEN
from marketplace.questions.subject import QUESTION


def _answerable(actor: Actor) -> Select[Question]:
    """Questions this reader may see on challenges that still take applications."""
    return (
        visible_to(actor)
        .join(Challenge, Challenge.id == Question.challenge_id)
        .join(Call, Call.id == Challenge.call_id)
        .where(challenge_state_at(clock.NOW) == "open")
    )


LOOK_OVER_DAYS = 2


@waits_for(
    CENTRE,
    words={
        "question.look_over": Wording(_l("Look over a question on “%(title)s”"), _l("Read it")),
        "question.overdue": Wording(_l("A question on “%(title)s” is not answered yet"), _l("Ask or answer")),
    },
)
def _to_look_over(actor: Actor) -> Select[Any]:
    """What to look over until applications close, and what the company has not answered in time."""
    asked = Question.state == "asked"
    late = and_(Question.state == "published", Question.answer_by < clock.NOW)
    return rows(
        QUESTION,
        _answerable(actor).where(manages(actor), or_(asked, late)),
        case((asked, "question.look_over"), else_="question.overdue"),
        since=Question.state_since,
        due=case((asked, days_after(LOOK_OVER_DAYS, Question.created_at)), else_=Question.answer_by),
        by_day=asked,
        zone=Call.time_zone,
    )


@waits_for(PARTY, words={"question.answer": Wording(_l("Answer a question on “%(title)s”"), _l("Answer"))})
def _to_answer(actor: Actor) -> Select[Any]:
    """Published questions on this company's open challenges: who asked is not said."""
    return rows(
        QUESTION,
        _answerable(actor).where(Challenge.organisation_id == actor.party_id, Question.state == "published"),
        "question.answer",
        since=Question.state_since,
        due=Question.answer_by,
        zone=Call.time_zone,
    )


@under_way_for(PARTY, turns=turns_of(QUESTION))
def _own(actor: Actor) -> Select[Any]:
    """What this party itself asked and waits to be answered."""
    return rows(
        QUESTION,
        _answerable(actor).where(Question.asker_id == actor.party_id, Question.state.in_(OPEN)),
        literal("question.") + Question.state,
        state=Question.state,
        since=Question.state_since,
        due=Question.answer_by,
        zone=Call.time_zone,
    )
