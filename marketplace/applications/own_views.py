"""What the applicant's side shows on pages of challenges and calls: its own application, and how many came in."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, render_template

from marketplace.applications import queries
from marketplace.applications.models import Application
from marketplace.applications.next_steps import next_of
from marketplace.calls.models import Call
from marketplace.challenges import participation, tallies
from marketplace.challenges.models import Challenge
from marketplace.challenges.participation import Part
from marketplace.kernel import clock
from marketplace.kernel.policy import Actor
from marketplace.web import panels


def _own(found: list[Application], actor: Actor) -> str:
    if not found:
        return ""
    drafts = {one.id: next_of(one, actor, clock.now()) for one in found if not one.number}
    lines = [{"application": one, "next": drafts.get(one.id)} for one in found]
    return render_template("applications/_own.html", lines=lines)


def own_of_challenge(challenge_id: int, actor: Actor) -> list[Application]:
    """A party's live applications to a challenge, newest first, read once a request: a page asks several times."""
    kept: dict[int, list[Application]] = g.setdefault("own_of_challenge", {})
    if challenge_id not in kept:
        kept[challenge_id] = list(queries.live_of_party(actor, Application.challenge_id, challenge_id))
    return kept[challenge_id]


def own_parts(actor: Actor, ids: Sequence[int]) -> dict[int, Part]:
    """Where the reader takes part: for the page of one challenge or call, by what its panels read."""
    if (of_call := g.get("own_of_call")) is not None:
        return {one.challenge_id: Part(one.id, one.state, one.submitted_at) for one in reversed(of_call)}
    if len(ids) != 1:
        return queries.own_parts(actor, ids)
    found = own_of_challenge(ids[0], actor)
    return dict.fromkeys(ids, Part(found[0].id, found[0].state, found[0].submitted_at)) if found else {}


def own_to_challenge(challenge: Challenge, actor: Actor) -> str:
    """To a party: where its application to this challenge stands."""
    return _own(own_of_challenge(challenge.id, actor), actor)


def own_to_call(call: Call, actor: Actor) -> str:
    """To a party: where its applications to this call stand."""
    found = list(queries.live_of_party(actor, Application.call_id, call.id))
    if len(found) < queries.OWN_SHOWN:  # these are all: the list of the call's challenges needs no others
        g.own_of_call = found
    return _own(found, actor)


participation.register(own_parts)
tallies.register(queries.submitted_by_challenge)
panels.register("challenge", "aside", own_to_challenge)
panels.register("call", "aside", own_to_call)
