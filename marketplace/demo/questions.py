"""Questions of the story on the open call: one answered, one that waits for its company, one for the centre."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from marketplace.demo.history import Turn, days_ago, note_event, reach_state
from marketplace.demo.people import Scene
from marketplace.demo.story import read
from marketplace.kernel.db import db
from marketplace.questions.dates import answer_by
from marketplace.questions.models import Question, QuestionAnswer


class QuestionStory(NamedTuple):
    """One question in its author's ``locale``: ``wording`` where the centre edited it, ``answer`` of the company."""

    company: str
    startup: str
    locale: str
    ago: float
    original: str
    wording: str = ""
    answer: str = ""
    published: bool = True


class Story(NamedTuple):
    questions: tuple[QuestionStory, ...]


def make(scene: Scene) -> None:
    """Make all questions."""
    for told in read(Story, "questions").questions:
        _question(scene, told)
    db.session.flush()


def _question(scene: Scene, told: QuestionStory) -> None:
    challenge = scene.challenges[("top_down", told.company)]
    startup, company, centre = scene.voices[told.startup], scene.voices[told.company], scene.voices["garam"]
    asked_at = days_ago(told.ago)
    published_at, answered_at = asked_at + timedelta(days=1), asked_at + timedelta(days=3)
    question = Question(
        challenge=challenge,
        asker_id=startup.organisation_id,
        locale=told.locale,
        original=told.original,
        wording=(told.wording or told.original) if told.published else None,
        created_at=asked_at,
        state="answered" if told.answer else "published" if told.published else "asked",
        state_since=asked_at,
        published_at=published_at if told.published else None,
        answer_by=answer_by(challenge, published_at) if told.published else None,
    )
    if told.answer:
        question.answers = [QuestionAnswer(side="company", locale=told.locale, words=told.answer, at=answered_at)]
    db.session.add(question)
    note_event("question.ask", question, startup, asked_at, after="asked")
    reach_state(
        question,
        Turn("question.publish", centre, published_at, data={"fields": ["wording"]} if told.wording else None),
        Turn("question.answer", company, answered_at),
    )
