"""The ways to follow on the pages of others: on a challenge, an organisation, a centre, and above a list."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from marketplace.catalogue.filters import Filters
from marketplace.challenges import labels
from marketplace.challenges.models import Challenge
from marketplace.challenges.states import LIVE
from marketplace.following import queries, saved_searches, topic_names
from marketplace.following.forms import FREQUENCY_LABELS
from marketplace.kernel import clock
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.people.models import DEMAND_KINDS, Organisation
from marketplace.web import panels


def _panel(actor: Actor, kind: str, address: str, subject: dict[str, int | str], **more: Any) -> str:
    return render_template(
        "following/_panel.html",
        kind=kind,
        address=address,
        follow=queries.follow_of(actor, **subject),
        frequencies=FREQUENCY_LABELS,
        **more,
    )


def _on_challenge(challenge: Challenge, actor: Actor) -> str:
    """Follow it while something can still happen to it, and its fields."""
    if challenge.is_reference or not challenge.published_at:
        return ""
    if challenge.state_at(clock.now()) not in LIVE:
        return ""
    fields = [(name, labels.FIELD_LABELS[name]) for name in challenge.fields if name in labels.FIELD_LABELS]
    address = url_for("following.new", of=f"challenge:{challenge.id}")
    return _panel(actor, "challenge", address, {"challenge_id": challenge.id}, fields=fields, is_inline=True)


def _on_organisation(organisation: Organisation, actor: Actor) -> str:
    """Follow an organisation that can post challenges here; its own people are told of them anyway."""
    if organisation.kind not in DEMAND_KINDS or organisation.is_reference or not organisation.is_verified:
        return ""
    if organisation.id == actor.organisation_id:
        return ""
    address = url_for("following.new", of=f"organisation:{organisation.id}")
    return _panel(actor, "organisation", address, {"organisation_id": organisation.id})


def _on_centre(centre: Centre, actor: Actor) -> str:
    address = url_for("following.new", of=f"centre:{centre.slug}")
    return _panel(actor, "centre", address, {"centre_id": centre.id})


def _above_list(filters: Filters, actor: Actor) -> str:
    """Save the search that the list shows; a list of reference records brings no news."""
    if filters.status == "reference":
        return ""
    query = saved_searches.text_of(filters.shared())
    kind = "field" if topic_names.is_field(saved_searches.read(query)) else "search"
    address = f"{url_for('following.new')}?{query}".rstrip("?")
    return _panel(actor, kind, address, {"query": query}, is_inline=True, unshared=bool(filters.qualify))


panels.register("challenge", "opening", _on_challenge)
panels.register("organisation", "aside", _on_organisation)
panels.register("centre", "aside", _on_centre)
panels.register("filters", "above", _above_list)
