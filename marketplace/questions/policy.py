"""Startups ask, the managing centre looks over, the company or the centre answers."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.fit import is_startup
from marketplace.challenges.policy import is_own
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import MANAGING_STAFF, is_managing_staff

ASKERS = _l("verified startups and small companies that may apply to the challenge")


def is_asker(actor: Actor, question: Any) -> bool:
    """Whether the actor speaks for the organisation that asked."""
    return actor.party_id is not None and actor.party_id == question.asker_id


def is_asked(actor: Actor, question: Any) -> bool:
    """Whether the actor speaks for the company whose challenge the question is about."""
    return is_own(actor, question.challenge)


@grants("question.ask", who=ASKERS)
def _ask(actor: Actor, challenge: Any) -> bool:
    return is_startup(actor) and actor.organisation_verified and not is_own(actor, challenge)


@grants("question.withdraw", who=_l("the startup that asked"))
def _withdraw(actor: Actor, question: Any) -> bool:
    return is_asker(actor, question)


@grants("question.publish", "question.decline", who=MANAGING_STAFF)
def _look_over(actor: Actor, question: Any) -> bool:
    return is_managing_staff(actor, question)


@grants("question.answer", "question.correct", who=_l("the company and the staff of the managing centre"))
def _answer(actor: Actor, question: Any) -> bool:
    return is_asked(actor, question) or is_managing_staff(actor, question)


@grants("question.know_asker", who=_l("the startup that asked and the staff of the managing centre"))
def _know(actor: Actor, question: Any) -> bool:
    return is_asker(actor, question) or is_managing_staff(actor, question)
