"""Following is a person's own: who has confirmed an address may follow, and change what they follow."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants


@grants("follow.create", who=_l("people who have signed in and confirmed their e-mail address"))
def _create(actor: Actor, _: Any) -> bool:
    return actor.signed_in and actor.email_verified


@grants("follow.change", who=_l("the person who follows"))
def _own(actor: Actor, follow: Any) -> bool:
    return actor.signed_in and actor.user_id == follow.user_id
