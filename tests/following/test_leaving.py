"""An alert that waited: sent while it is so, dropped when it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.challenges.actions import withdraw_challenge
from marketplace.challenges.models import Challenge
from marketplace.following.models import Follow
from marketplace.kernel.db import db
from marketplace.notifications import delivery
from marketplace.notifications.actions import refuse_mail
from marketplace.notifications.models import Mail
from tests.calls.cast import close_call
from tests.following.cast import WATER, challenge_in, happen, make_follow
from tests.world import World

Change = Callable[[World, Challenge, Follow], Any]


def _withdraw(world: World, challenge: Challenge, follow: Follow) -> None:
    withdraw_challenge(challenge, world.actor("company_owner"), "Budget cut")


def _close(world: World, challenge: Challenge, follow: Follow) -> None:
    assert challenge.call
    close_call(challenge.call)


def _hide(world: World, challenge: Challenge, follow: Follow) -> None:
    challenge.visibility = "invited"
    db.session.flush()


CHANGES: dict[str, tuple[Change, str]] = {
    "nothing": (lambda world, challenge, follow: None, "sent"),
    "withdrawn": (_withdraw, "dropped"),
    "closed": (_close, "dropped"),
    "for those invited": (_hide, "dropped"),
    "alerts refused": (lambda world, challenge, follow: refuse_mail(follow.user_id, "alerts"), "dropped"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_alert_leaves_only_while_it_is_so(world: World, change: str) -> None:
    challenge, follow = challenge_in(world), make_follow(filters=WATER)
    event = happen("challenge.publish", challenge)
    act, state = CHANGES[change]
    act(world, challenge, follow)
    delivery.deliver_due()
    found = db.session.scalars(sa.select(Mail.state).where(Mail.event_id == event.id))
    assert list(found) == [state]
