"""Who looks after what the worker could not do."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import NETWORK_STAFF


@grants("operations.view", "operations.retry", who=NETWORK_STAFF)
def _watches(actor: Actor, _: Any) -> bool:
    return actor.network_operator_id is not None
