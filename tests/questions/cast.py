"""Questions of the World's startup on an open challenge of its company."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.models import Challenge
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.questions.models import Question
from tests.factories import World, make_call, make_challenge, make_question, makes

ROLES = (*World.ROLES, "system")
ASKER = {"startup_owner", "startup_member"}
COMPANY = {"company_owner", "company_member"}
MANAGING = {"manager", "broker"}


def actor_in(world: World, role: str) -> Actor:
    """The actor of a role, or the clock."""
    return SYSTEM if role == "system" else world.actor(role)


@makes
def challenge_in(world: World, *, closes: int = 20, **values: Any) -> Challenge:
    """An open challenge of the World's company."""
    return make_challenge(world.company, make_call(world.programme, closes=closes), **values)


@makes
def question_in(world: World, state: str = "asked", **values: Any) -> Question:
    """A question of the World's startup in a state."""
    challenge = values.pop("challenge", None) or challenge_in(world)
    return make_question(challenge, world.startup, state=state, **values)
