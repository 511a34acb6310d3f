"""The managing centre decides; co-operating centres see and broker their region's cases; network staff watch."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants

MANAGING_STAFF = _l("the staff of the managing centre")
MANAGING_MANAGER = _l("a manager of the managing centre")
NETWORK_STAFF = _l("the staff of the network")


def is_managing_staff(actor: Actor, subject: Any) -> bool:
    """Whether the actor is staff of the centre that manages the subject."""
    return actor.centre_id is not None and actor.centre_id == subject.managing_centre_id


def is_managing_manager(actor: Actor, subject: Any) -> bool:
    """Whether the actor is a manager of the centre that manages the subject."""
    return actor.is_manager and is_managing_staff(actor, subject)


@grants("programme.edit", who=MANAGING_STAFF)
def _staff(actor: Actor, programme: Any) -> bool:
    return is_managing_staff(actor, programme)


@grants("programme.create", who=_l("a manager of a centre"))
def _centre_manager(actor: Actor, _: Any) -> bool:
    return actor.is_manager


@grants("network.watch", who=NETWORK_STAFF)
def _watch(actor: Actor, network: Any) -> bool:
    return actor.network_operator_id is not None and actor.network_operator_id == network.operator_id


@grants("centre.edit", who=_l("a manager of the centre"))
def _centre(actor: Actor, centre: Any) -> bool:
    return actor.is_manager and actor.organisation_id == centre.id


@grants("network.create", "centre.create", who=_l("the operator of the installation, from the command line"))
def _installation(actor: Actor, _: Any) -> bool:
    return actor.is_system
