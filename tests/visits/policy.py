"""The centre that is visited agrees."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants


@grants("visit.agree", who=_l("the staff of the centre that is visited"))
def _agree(actor: Actor, visit: Any) -> bool:
    return actor.centre_id is not None and actor.centre_id == visit.centre_id
