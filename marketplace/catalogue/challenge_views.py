"""What a challenge's page says of others like it."""

from __future__ import annotations

from flask import render_template

from marketplace.catalogue.similarity import find_similar
from marketplace.challenges.models import Challenge
from marketplace.kernel import clock, policy
from marketplace.kernel.policy import Actor
from marketplace.web import panels
from marketplace.web.language import current_locale


def _similar(challenge: Challenge, actor: Actor) -> str:
    """Open challenges like this one, for those who look for something; not for those who work on it."""
    if policy.can(actor, "challenge.follow", challenge):
        return ""
    found = find_similar(challenge, actor, current_locale(), clock.now())
    return render_template("catalogue/_similar.html", similar=found) if found else ""


panels.register("challenge", "end", _similar)
