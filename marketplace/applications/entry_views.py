"""The way in: on the pages of open challenges and calls, the button that leads to the eligibility check."""

from __future__ import annotations

from flask import render_template, url_for

from marketplace.applications import guards
from marketplace.applications.own_views import own_of_challenge
from marketplace.applications.partners import STARTUP_KINDS, acts_as_company
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.policy import Actor
from marketplace.network.models import Call
from marketplace.web import panels


def _entry(call: Call, challenge: Challenge | None, actor: Actor) -> str:
    """To visitors and to organisations that may begin; who has begun finds the application beside."""
    company = call.origin != "applied" and actor.party_id is not None and acts_as_company(actor, call, challenge, None)
    if actor.user_id is not None and not company and actor.organisation_kind not in STARTUP_KINDS:
        return ""
    if call.origin == "recommended" and not company:  # the company names the startup it chose
        return ""
    if guards.not_open(call, challenge, clock.now()):
        return ""
    if challenge is not None and own_of_challenge(challenge, actor):
        return ""
    if challenge is not None:
        href = url_for("applications.new_in_challenge", challenge_id=challenge.id)
    else:
        href = url_for("applications.new_in_call", call_id=call.id)
    return render_template("applications/_entry.html", href=href, company=company, track=call.origin)


def entry_of_challenge(challenge: Challenge, actor: Actor) -> str:
    """On a challenge's page."""
    if challenge.call is None or challenge.is_reference:
        return ""
    return _entry(challenge.call, challenge, actor)


def entry_of_call(call: Call, actor: Actor) -> str:
    """On a call's page."""
    return _entry(call, None, actor)


panels.register("challenge", "next", entry_of_challenge)
panels.register("call", "actions", entry_of_call)
