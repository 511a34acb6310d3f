"""The company writes and withdraws; its centre reviews; the call's managing centre publishes and ends."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import is_managing_staff
from marketplace.people.models import DEMAND_KINDS

COMPANY = _l("the company that posts the challenge")
REVIEWERS = _l("the staff of the centre that reviews the challenge")
PUBLISHERS = _l("the staff of the managing centre")


def is_own(actor: Actor, challenge: Any) -> bool:
    """Whether the actor speaks for the company that posts the challenge."""
    return actor.party_id is not None and actor.party_id == challenge.organisation_id


def reviews(actor: Actor, challenge: Any) -> bool:
    """Whether the actor is staff of the centre the challenge was sent to, or that manages its call."""
    return not challenge.is_reference and (
        (actor.centre_id is not None and actor.centre_id == challenge.centre_id) or is_managing_staff(actor, challenge)
    )


@grants("challenge.create", who=_l("a demand company"))
def _create(actor: Actor, _: Any) -> bool:
    return actor.party_id is not None and actor.organisation_kind in DEMAND_KINDS


@grants("challenge.submit", "challenge.resubmit", "challenge.withdraw", who=COMPANY)
def _company(actor: Actor, challenge: Any) -> bool:
    return is_own(actor, challenge)


@grants("challenge.edit", "challenge.invite", who=COMPANY)
def _edit(actor: Actor, challenge: Any) -> bool:
    return is_own(actor, challenge)


@grants("challenge.take_up", "challenge.ask_changes", "challenge.accept", "challenge.reject", who=REVIEWERS)
def _review(actor: Actor, challenge: Any) -> bool:
    return reviews(actor, challenge)


@grants("challenge.comment", who=_l("the company and the staff of the centre that reviews the challenge"))
def _comment(actor: Actor, challenge: Any) -> bool:
    return is_own(actor, challenge) or reviews(actor, challenge)


@grants("challenge.place", "challenge.publish", "challenge.leave_unfilled", "challenge.archive", who=PUBLISHERS)
def _publish(actor: Actor, challenge: Any) -> bool:
    return is_managing_staff(actor, challenge) or (challenge.call_id is None and reviews(actor, challenge))


@grants("challenge.fill", who=_l("the managing centre, when the pair is confirmed"))
def _fill(actor: Actor, challenge: Any) -> bool:
    return actor.is_system or is_managing_staff(actor, challenge)


@grants("challenge.close", "challenge.reopen", who=_l("the clock, with its call"))
def _clock(actor: Actor, _: Any) -> bool:
    return actor.is_system
