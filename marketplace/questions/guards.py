"""Whether a challenge takes questions now, and from this startup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.applications.guards import answers_itself, why_closed
from marketplace.calls.eligibility import FAILS
from marketplace.challenges import fit
from marketplace.challenges.guards import holds_any, names_of
from marketplace.challenges.models import Challenge
from marketplace.kernel.db import db
from marketplace.kernel.locales import Sentence, _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.sentences import fill, instant
from marketplace.people.models import Organisation, User
from marketplace.people.queries import members
from marketplace.questions.dates import taken_until
from marketplace.questions.models import Question

MOST_WAITING = 5  # questions of one startup on a challenge that the centre has not looked over


def window_obstacle(challenge: Challenge, now: datetime) -> Any:
    """Why a challenge takes no questions at an instant; None where it does."""
    call, until = challenge.call, taken_until(challenge)
    if call is None or until is None or challenge.state_at(now) != "open":
        return _l("Questions can be asked while a challenge is open for applications.")
    if message := why_closed(call, challenge, now):
        return message
    if now > until:
        words = _l("Questions closed on %(instant)s, so that everybody can still use every answer.")
        return fill(words, instant=instant(until, call.time_zone))
    return None


def as_many_wait(challenge: Challenge, actor: Actor) -> Any:
    """Why this startup asks no more for now; None while the centre has few of its questions to look over."""
    waiting = select(func.count()).where(
        Question.challenge_id == challenge.id, Question.asker_id == actor.party_id, Question.state == "asked"
    )
    if (db.session.scalar(waiting) or 0) < MOST_WAITING:
        return None
    return _l(
        "%(most)s questions of yours on this challenge wait for the centre. Ask again once it has looked them over,"
        " or withdraw one.",
        most=MOST_WAITING,
    )


def question_obstacle(challenge: Challenge, actor: Actor, now: datetime) -> Any:
    """Why a question is not taken, from anybody or from these; None where it is."""
    return window_obstacle(challenge, now) or as_many_wait(challenge, actor) or may_not_apply(challenge, actor, now)


def may_not_apply(challenge: Challenge, actor: Actor, now: datetime) -> Any:
    """Why this startup cannot apply, and so does not ask; None where it may, or where that cannot be told yet."""
    if challenge.call is not None and (message := answers_itself(challenge.call, challenge, actor.party_id)):
        return message
    verdict = fit.fit_of(challenge, actor, now)
    if verdict is None or verdict.verdict != FAILS:
        return None
    reasons = Sentence(lambda: " ".join(str(reason) for reason in verdict.reasons))
    return fill(_l("Those who may apply ask questions, and by the rules of the call you may not: %(why)s"), why=reasons)


def names_asker(asker: Organisation, text: str) -> bool:
    """Whether a text holds the name of who asks, their website or the name of one of their people."""
    people = db.session.scalars(select(User.name).where(User.id.in_(members([asker.id]))))
    return holds_any(text, [*names_of(asker), *people])
