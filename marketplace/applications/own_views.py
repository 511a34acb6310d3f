"""What the applicant's side shows on pages of challenges and calls: its own application, and how many came in."""

from __future__ import annotations

from flask import g, render_template

from marketplace.applications import queries
from marketplace.applications.models import Application
from marketplace.applications.next_steps import next_of
from marketplace.challenges import tallies
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call
from marketplace.web import panels


def _own(found: list[Application], actor: Actor) -> str:
    if not found:
        return ""
    lines = [{"application": application, "next": next_of(application, actor, clock.now())} for application in found]
    return render_template("applications/_own.html", lines=lines)


def own_of_challenge(challenge: Challenge, actor: Actor) -> list[Application]:
    """A party's live applications to a challenge, read once a request: two panels ask for them."""
    kept: dict[int, list[Application]] = g.setdefault("own_of_challenge", {})
    if challenge.id not in kept:
        kept[challenge.id] = list(queries.live_of_party(actor, Application.challenge_id, challenge.id))
    return kept[challenge.id]


def own_to_challenge(challenge: Challenge, actor: Actor) -> str:
    """To a party: where its application to this challenge stands."""
    return _own(own_of_challenge(challenge, actor), actor)


def own_to_call(call: Call, actor: Actor) -> str:
    """To a party: where its applications to this call stand."""
    return _own(list(queries.live_of_party(actor, Application.call_id, call.id)), actor)


tallies.register(queries.submitted_by_challenge)
panels.register("challenge", "aside", own_to_challenge)
panels.register("call", "aside", own_to_call)
