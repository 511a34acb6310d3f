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


def brokers(actor: Actor, challenge: Any) -> bool:
    """Whether the actor is staff of a co-operating centre in whose region the company sits."""
    programme = challenge.call.programme if actor.centre_id is not None and challenge.call else None
    if programme is None or challenge.organisation is None:
        return False
    region = challenge.organisation.region_code
    return region is not None and any(
        centre.id == actor.centre_id and centre.organisation.region_code == region
        for centre in programme.cooperating_centres
    )


def watches(actor: Actor, challenge: Any) -> bool:
    """Whether the actor watches over the network whose centre manages the challenge's call."""
    programme = challenge.call.programme if actor.network_operator_id is not None and challenge.call else None
    return programme is not None and programme.managing_centre.network.operator_id == actor.network_operator_id


def follows(actor: Actor, challenge: Any) -> bool:
    """Whether the actor reads what company and centre tell each other: names, reasons, comments."""
    if actor.is_system or is_own(actor, challenge) or reviews(actor, challenge):
        return True
    return not challenge.is_reference and (brokers(actor, challenge) or watches(actor, challenge))


@grants("challenge.create", who=_l("a demand company"))
def _create(actor: Actor, _: Any) -> bool:
    return actor.party_id is not None and actor.organisation_kind in DEMAND_KINDS


@grants("challenge.submit", "challenge.resubmit", who=COMPANY)
def _company(actor: Actor, challenge: Any) -> bool:
    return is_own(actor, challenge)


@grants("challenge.withdraw", who=_l("the company that posts the challenge, or the clock when its call is cancelled"))
def _withdraw(actor: Actor, challenge: Any) -> bool:
    return actor.is_system or is_own(actor, challenge)


@grants("challenge.edit", "challenge.invite", "challenge.correct", who=COMPANY)
def _edit(actor: Actor, challenge: Any) -> bool:
    return is_own(actor, challenge)


@grants("challenge.take_up", "challenge.ask_changes", "challenge.accept", "challenge.reject", who=REVIEWERS)
def _review(actor: Actor, challenge: Any) -> bool:
    return reviews(actor, challenge)


@grants("challenge.comment", who=_l("the company and the staff of the centre that reviews the challenge"))
def _comment(actor: Actor, challenge: Any) -> bool:
    return is_own(actor, challenge) or reviews(actor, challenge)


@grants("challenge.follow", who=_l("the company and the staff of its centres and network"))
def _follow(actor: Actor, challenge: Any) -> bool:
    return follows(actor, challenge)


@grants("challenge.list_reviews", who=_l("the staff of a centre or of a network"))
def _list_reviews(actor: Actor, _: Any) -> bool:
    return actor.centre_id is not None or actor.network_operator_id is not None


@grants("challenge.publish_many", who=_l("the staff of a centre"))
def _publish_many(actor: Actor, _: Any) -> bool:
    return actor.centre_id is not None


@grants("challenge.place", "challenge.publish", "challenge.leave_unfilled", "challenge.archive", who=PUBLISHERS)
def _publish(actor: Actor, challenge: Any) -> bool:
    return is_managing_staff(actor, challenge) or (challenge.call_id is None and reviews(actor, challenge))


@grants("challenge.fill", "challenge.pair", who=_l("the managing centre, when the pair is confirmed"))
def _fill(actor: Actor, challenge: Any) -> bool:
    return actor.is_system or is_managing_staff(actor, challenge)


@grants("challenge.close", "challenge.reopen", who=_l("the clock, with its call"))
def _clock(actor: Actor, _: Any) -> bool:
    return actor.is_system
