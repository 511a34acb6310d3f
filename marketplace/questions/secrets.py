"""Who asked and in which words, for the asker and the managing centre's staff alone; what answers no longer say."""

from __future__ import annotations

from marketplace.challenges.secrets import reveals
from marketplace.kernel.policy import Actor, can
from marketplace.people.models import Organisation
from marketplace.questions.models import Question, QuestionAnswer


def asker_of(question: Question, actor: Actor) -> Organisation | None:
    """The organisation that asked; None for everybody who may not know it."""
    return question.asker if can(actor, "question.know_asker", question) else None


def original_of(question: Question, actor: Actor) -> str:
    """The words as they were sent; nothing for everybody who may not read them."""
    return question.original if can(actor, "question.know_asker", question) else ""


def shown_words(question: Question, actor: Actor) -> str:
    """The words this reader gets: what was published, else the original where they may read it."""
    return question.wording or original_of(question, actor)


def earlier_of(question: Question, actor: Actor) -> list[QuestionAnswer]:
    """The answers before the one that counts, the last first; of a hidden company none for those it is hidden from."""
    return question.answers[-2::-1] if reveals(question.challenge, actor) else []
