"""Who looks after what the worker could not do."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.notifications import backlog

KEEPERS = _l("the operators of the installation, and the staff of the network that the work belongs to")


@grants("operations.view", who=KEEPERS)
def _watches(actor: Actor, _: Any) -> bool:
    return actor.is_operator or actor.network_operator_id is not None


@grants("operations.retry", who=KEEPERS)
def _retries(actor: Actor, work: Any) -> bool:
    """``work`` is a reaction or a message; without one, whether there can be any for the actor."""
    return _watches(actor, work) and (work is None or backlog.concerns(actor, work))
