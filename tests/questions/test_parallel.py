"""Questions from several people at once, with real commits."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Refusal
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.unit_of_work import open_unit
from marketplace.questions import actions
from marketplace.questions.guards import MOST_WAITING
from marketplace.questions.models import Question
from tests.applications.test_parallel import together
from tests.questions.cast import challenge_in, question_in
from tests.world import World


def act(app: Flask, call: Callable[[], object]) -> str:
    """Do something in a transaction of its own; what became of it."""
    with app.app_context(), open_unit():
        try:
            call()
            db.session.commit()
        except Refusal as refusal:
            db.session.rollback()
            return type(refusal).__name__
    return "done"


def test_parallel_questions_stay_within_what_may_wait(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        challenge_id, actor = challenge_in(world).id, world.actor("startup_owner")
        db.session.commit()

    def ask() -> None:
        challenge = db.session.get_one(Challenge, challenge_id)
        actions.ask_question(challenge, actor, words="How deep do the pipes lie?", locale="en")

    found = together([lambda: act(committed_app, ask)] * 9)
    assert sorted(map(str, found)) == [Blocked.__name__] * (9 - MOST_WAITING) + ["done"] * MOST_WAITING
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Question)) == MOST_WAITING


def test_two_of_the_centre_at_once_settle_a_question_one_way(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        question = question_in(world)
        db.session.flush()
        question_id, version = question.id, question.version
        manager, broker = world.actor("manager"), world.actor("broker")
        db.session.commit()

    def publish(actor: Actor) -> None:
        question = db.session.get_one(Question, question_id)
        actions.publish_question(question, actor, wording="How deep?", version=version)

    def decline(actor: Actor) -> None:
        question = db.session.get_one(Question, question_id)
        actions.decline_question(question, actor, reason="It names the asker.", version=version)

    results = together(
        [lambda: act(committed_app, lambda: publish(manager)), lambda: act(committed_app, lambda: decline(broker))]
    )
    assert sum(result == "done" for result in results) == 1
    with committed_app.app_context():
        question = db.session.get_one(Question, question_id)
        steps = db.session.scalars(select(Event.step).where(Event.subject_type == "question"))
        assert (question.state, list(steps)) in (
            ("published", ["question.publish"]),
            ("declined", ["question.decline"]),
        )
