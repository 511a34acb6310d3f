"""What people do with a question."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.challenges.guards import gives_away
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.workflow import fire
from marketplace.people.models import Organisation
from marketplace.questions import guards
from marketplace.questions.dates import answer_by
from marketplace.questions.models import Question, QuestionAnswer
from marketplace.questions.policy import is_asked


def ask_question(challenge: Challenge, actor: Actor, *, words: str, locale: str) -> Question:
    """Send a question to the centre. Raises Blocked where the challenge takes none, from anybody or from these.

    Words that name who asks are Invalid, as they are at publication.
    """
    policy.require(actor, "question.ask", challenge)
    # Held until the commit, so that one transaction at a time counts what waits.
    db.session.execute(select(Organisation.id).where(Organisation.id == actor.party_id).with_for_update(key_share=True))
    if message := guards.question_obstacle(challenge, actor, clock.arrived()):
        raise Blocked(message)
    written = _written(words, "words")
    if guards.names_asker(db.session.get_one(Organisation, actor.party_id), written):
        raise Invalid(
            _l("This tells who asks: it names your organisation, its website or one of its people. Leave that out."),
            field="words",
        )
    question = Question(challenge=challenge, asker_id=actor.party_id, locale=locale, original=written)
    db.session.add(question)
    db.session.flush()
    events.record("question.ask", question, actor, after=question.state)
    return question


def publish_question(question: Question, actor: Actor, *, wording: str, version: int | None = None) -> Question:
    """Show a question to everybody, edited where it must be; the original stays for asker and staff."""
    policy.require(actor, "question.publish", question)
    expect_version(question, version)
    written, now = _written_for_all(question.challenge, wording, "wording"), clock.arrived()
    if guards.names_asker(question.asker, written):
        raise Invalid(
            _l("This tells who asked: it names their organisation, its website or one of its people. Take that out."),
            field="wording",
        )
    edited = ["wording"] if written != question.original else []
    question.wording, question.published_at = written, now
    question.answer_by = answer_by(question.challenge, now)
    fire("question.publish", question, actor, data={"fields": edited} if edited else None)
    return question


def decline_question(question: Question, actor: Actor, *, reason: str, version: int | None = None) -> Question:
    """Leave a question unpublished; the asker reads why."""
    fire("question.decline", question, actor, reason=reason, version=version)
    return question


def withdraw_question(question: Question, actor: Actor, *, version: int | None = None) -> Question:
    """Take a question back before anybody else has read it."""
    fire("question.withdraw", question, actor, version=version)
    return question


def answer_question(
    question: Question, actor: Actor, *, words: str, locale: str, version: int | None = None
) -> Question:
    """Answer before everybody."""
    policy.require(actor, "question.answer", question)
    expect_version(question, version)
    answer = _answer(question, actor, words, locale)
    fire("question.answer", question, actor)
    question.answers.append(answer)
    return question


def correct_answer(
    question: Question, actor: Actor, *, words: str, locale: str, version: int | None = None
) -> Question:
    """Put another answer in place of the last, which is kept."""
    policy.require(actor, "question.correct", question)
    expect_version(question, version)
    answer, before = _answer(question, actor, words, locale), question.answer
    if before is not None and (before.words, before.locale) == (answer.words, answer.locale):
        raise Invalid(_l("This is what the answer says already. Change it, or leave it as it is."), field="words")
    fire("question.correct", question, actor)
    question.answers.append(answer)
    touch(question)
    return question


def _answer(question: Question, actor: Actor, words: str, locale: str) -> QuestionAnswer:
    side = "company" if is_asked(actor, question) else "centre"
    return QuestionAnswer(
        side=side, locale=locale, words=_written_for_all(question.challenge, words, "words"), at=clock.now()
    )


def _written(words: str, field: str) -> str:
    written = words.strip()
    if not written:
        raise Invalid(_l("Write it down first."), field=field)
    return written


def _written_for_all(challenge: Challenge, words: str, field: str) -> str:
    """Words that everybody will read, so none that name a hidden company."""
    written = _written(words, field)
    if message := gives_away(challenge, written):
        raise Invalid(message, field=field)
    return written
