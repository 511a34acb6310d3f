"""The way in: on the pages of open challenges and calls, the button that leads to the eligibility check."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from marketplace.applications import guards
from marketplace.applications.own_views import own_of_challenge
from marketplace.applications.partners import STARTUP_KINDS, acts_as_company
from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.web import panels


def _entry(call: Call, challenge: Challenge | None, actor: Actor) -> str:
    """To visitors and to who may apply in time: the way in, the way to what was begun, or why there is none."""
    company = call.origin != "applied" and actor.party_id is not None and acts_as_company(actor, call, challenge, None)
    if not company and actor.organisation_kind not in ("", *STARTUP_KINDS):
        return ""
    if challenge is not None and (begun := own_of_challenge(challenge.id, actor)):
        return render_template("applications/_entry.html", begun=begun[0])
    if guards.why_closed(call, challenge, clock.now()):
        return ""
    if not company and (why := _hindrance(call, challenge, actor)):
        return render_template("applications/_entry.html", blocked=why)
    if challenge is not None:
        href = url_for("applications.new_in_challenge", challenge_id=challenge.id)
    else:
        href = url_for("applications.new_in_call", call_id=call.id)
    return render_template("applications/_entry.html", href=href, company=company, track=call.origin)


def _hindrance(call: Call, challenge: Challenge | None, actor: Actor) -> Any:
    """Why this reader cannot apply as things stand; None where nothing but the rules decides."""
    if call.origin == "recommended":
        return _l("In this call the company names the startup it has chosen.")
    if actor.user_id is None:
        return None
    if actor.party_id is None:
        return _l("An organisation applies: register yours, or join it, first.")
    if message := guards.answers_itself(call, challenge, actor.party_id):
        return message
    return guards.over_limit(call, guards.count_of(actor.party_id, call, drafts=True))


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
