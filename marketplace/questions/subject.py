"""What a question is to the rest of the product."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.applications.queries import drafters
from marketplace.challenges.models import Challenge
from marketplace.challenges.subject import challenges_of_network
from marketplace.kernel.audiences import hears
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.subjects import Sides, Subject
from marketplace.kernel.turns import Next
from marketplace.questions import queries
from marketplace.questions.models import Question
from marketplace.questions.states import DRAFTERS


def _coming(question: Question, _reader: Actor, _locale: str) -> Next | None:
    if question.state != "published" or question.answer_by is None:
        return None
    return Next(_("The company or the centre answers"), by=question.answer_by, zone=question.challenge.zone)


QUESTION = Subject(
    name="question",
    model=Question,
    path="/questions/{id}",
    title=lambda question, locale: question.challenge.title(locale),
    visible_to=queries.visible_to,
    readers_of=queries.readers_of,
    sides=lambda question: Sides.of(
        question.challenge.organisation_id, question.asker_id, centres=(question.managing_centre_id,)
    ),
    columns={
        "challenge_id": Question.challenge_id,
        "company_id": select(Challenge.organisation_id).where(Challenge.id == Question.challenge_id).scalar_subquery(),
        "startup_id": Question.asker_id,
    },
    coming=_coming,
    of_network=lambda actor: select(Question.id).where(Question.challenge_id.in_(challenges_of_network(actor))),
)


@hears(DRAFTERS, "question")
def _drafters(_: Event, question: Question) -> set[int]:
    """All who write an application to the challenge."""
    return drafters(question.challenge)
