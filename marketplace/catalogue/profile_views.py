"""Challenges on an organisation's page, as far as it shows them."""

from __future__ import annotations

from flask import render_template

from marketplace.catalogue import profiles
from marketplace.challenges import page_facts
from marketplace.kernel import clock
from marketplace.kernel.policy import Actor
from marketplace.people.models import Organisation
from marketplace.web import panels
from marketplace.web.language import current_locale


def _panel(organisation: Organisation, actor: Actor) -> str:
    """What it published, and what it was selected for."""
    if organisation.kind == "centre":
        return ""
    own = actor.organisation_id == organisation.id
    now, locale = clock.now(), current_locale()
    posted = profiles.challenges_posted(organisation, actor, now) if own or organisation.shows("challenges") else []
    won = profiles.challenges_won(organisation, actor) if own or organisation.shows("wins") else []
    if not posted and not won:
        return ""
    lists = [[page_facts.row_of(row, actor, locale, now) for row in rows] for rows in (posted, won)]
    return render_template("catalogue/_profile.html", posted=lists[0], won=lists[1])


panels.register("organisation", "main", _panel)
