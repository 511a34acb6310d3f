"""Questions of the story on the open call: one answered, one that waits for its company, one for the centre."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel.db import db
from marketplace.questions.dates import answer_by
from marketplace.questions.models import Question, QuestionAnswer


class Asked(NamedTuple):
    """One question in its author's ``locale``: ``wording`` where the centre edited it, ``answer`` of the company."""

    company: str
    startup: str
    locale: str
    ago: float
    original: str
    wording: str = ""
    answer: str = ""
    published: bool = True


ASKED = (
    Asked(
        "haneul", "loopwell", "ko", 9,
        "저희 루프웰의 마이크는 소화전에 붙입니다. 실증 구간의 소화전 간격과, 야간에 도로를 통제할 수 있는지 알고 싶습니다.",
        "실증 구간의 소화전 간격은 얼마이며, 야간에 도로를 통제할 수 있습니까?",
        "소화전 간격은 평균 110m이고 가장 먼 곳은 180m입니다. 도로 통제는 자정부터 새벽 4시까지 가능하며, 2주 전에 신청하면 됩니다.",
    ),
    Asked(
        "haneul", "byeolha", "ko", 2,
        "관로 도면은 어떤 형식으로 받을 수 있습니까? 좌표가 포함되어 있는지도 궁금합니다.",
    ),
    Asked(
        "boreale", "thermia", "fr", 1,
        "Les fumées peuvent-elles être prélevées avant le filtre, et à quelle pression ?",
        published=False,
    ),
)  # fmt: skip


def make(scene: Scene) -> None:
    """Make all questions."""
    for told in ASKED:
        _question(scene, told)
    db.session.flush()


def _question(scene: Scene, told: Asked) -> None:
    challenge = scene.challenges[("top_down", told.company)]
    startup, company, centre = scene.voices[told.startup], scene.voices[told.company], scene.voices["garam"]
    asked_at = days_ago(told.ago)
    question = Question(
        challenge=challenge,
        asker_id=startup.organisation_id,
        locale=told.locale,
        original=told.original,
        created_at=asked_at,
        state_since=asked_at,
    )
    db.session.add(question)
    happened("question.ask", question, startup, asked_at, after="asked")
    if not told.published:
        return
    published_at = asked_at + timedelta(days=1)
    question.state, question.wording = "published", told.wording or told.original
    question.published_at = question.state_since = published_at
    question.answer_by = answer_by(challenge, published_at)
    happened(
        "question.publish", question, centre, published_at, before="asked", after="published",
        data={"fields": ["wording"]} if told.wording else None,
    )  # fmt: skip
    if told.answer:
        answered_at = published_at + timedelta(days=2)
        question.state, question.state_since = "answered", answered_at
        question.answers = [QuestionAnswer(side="company", locale=told.locale, words=told.answer, at=answered_at)]
        happened("question.answer", question, company, answered_at, before="published", after="answered")
