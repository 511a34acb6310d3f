"""Pairings between the company and the startup of the World, in every state."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.pairings.models import Pairing
from tests.factories import (
    World,
    close_call,
    days_from_now,
    make_application,
    make_call,
    make_challenge,
    make_pairing,
    makes,
)

ROLES = (*World.ROLES, "system")


def actor_in(world: World, role: str) -> Actor:
    """The actor of a role, or the clock."""
    return SYSTEM if role == "system" else world.actor(role)


@makes
def pair(world: World, state: str = "requested", *, overdue: bool = False, **values: Any) -> Pairing:
    """A pairing of the World's company and startup, from a selected application."""
    call = values.pop("call", None) or close_call(make_call(world.programme))
    challenge = make_challenge(world.company, call, state="closed", **values.pop("challenge", {}))
    application = make_application(challenge, world.startup, state="selected")
    if overdue:
        values["answer_by"] = days_from_now(-1)
    return make_pairing(application, state=state, **values)
