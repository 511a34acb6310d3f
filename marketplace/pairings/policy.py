"""The centre that brokers asks and confirms; company and startup answer, each for itself."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import MANAGING_STAFF, is_managing_staff

BROKERS = _l("the staff of the centre that brokers the pair")


def brokers(actor: Actor, pairing: Any) -> bool:
    """Whether the actor is staff of the brokering or the managing centre."""
    return actor.centre_id is not None and (actor.centre_id == pairing.centre_id or is_managing_staff(actor, pairing))


def is_side(actor: Actor, pairing: Any) -> bool:
    """Whether the actor speaks for the company or the startup."""
    return actor.party_id is not None and actor.party_id in (pairing.company_id, pairing.startup_id)


@grants("pairing.request", who=_l("the staff of a centre of the programme"))
def _request(actor: Actor, call: Any) -> bool:
    programme = call.programme if call is not None else None
    return programme is not None and actor.centre_id in (
        programme.managing_centre_id, *(centre.id for centre in programme.cooperating_centres)
    )  # fmt: skip


@grants("pairing.answer", "pairing.accept", "pairing.decline", who=_l("the company and the startup"))
def _side(actor: Actor, pairing: Any) -> bool:
    return is_side(actor, pairing)


@grants("pairing.remind", who=BROKERS)
def _broker(actor: Actor, pairing: Any) -> bool:
    return brokers(actor, pairing)


@grants("pairing.confirm", who=MANAGING_STAFF)
def _confirm(actor: Actor, pairing: Any) -> bool:
    return is_managing_staff(actor, pairing)


@grants("pairing.lapse", who=MANAGING_STAFF)
def _lapse(actor: Actor, pairing: Any) -> bool:
    # The product acts for the centre where the application steps back.
    return is_managing_staff(actor, pairing) or actor.is_system


@grants("pairing.expire", who=_l("the clock"))
def _clock(actor: Actor, _: Any) -> bool:
    return actor.is_system
