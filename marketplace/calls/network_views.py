"""What pages of networks, centres and programmes say of calls."""

from __future__ import annotations

from typing import Any

from flask import g, render_template

from marketplace.calls import labels, listing
from marketplace.calls.models import Call
from marketplace.kernel import policy
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Network, Programme
from marketplace.web import panels

MOST_CALLS, MOST_PAST = 30, 10


def _page(template: str, **values: Any) -> str:
    return render_template(template, labels=labels, **values)


def _of_network(network: Network, actor: Actor) -> str:
    """Calls of its centres that are open or announced."""
    return _page("calls/_of_network.html", calls=listing.calls_of_network(network, actor, MOST_CALLS))


def _of_centre(centre: Centre, actor: Actor) -> str:
    """Calls that it manages, open or announced."""
    if centre.organisation.is_reference:
        return ""
    return _page("calls/_of_centre.html", centre=centre, calls=_managed(centre, actor)[0])


def _past_of_centre(centre: Centre, actor: Actor) -> str:
    """The newest of its calls that have closed."""
    if centre.organisation.is_reference:
        return ""
    calls = _managed(centre, actor)[1][:MOST_PAST]
    return _page("calls/_past_of_centre.html", centre=centre, calls=calls, more=len(calls) == MOST_PAST)


def _managed(centre: Centre, actor: Actor) -> tuple[list[Call], list[Call]]:
    """Both kinds at one query, though they stand at two places of the page."""
    if g.get("calls_of_centre", (None,))[0] is not centre:
        g.calls_of_centre = (centre, listing.calls_of_centre(centre, actor, MOST_CALLS))
    found: tuple[list[Call], list[Call]] = g.calls_of_centre[1]
    return found


def _of_programme(programme: Programme, actor: Actor) -> str:
    """All its calls that this reader may see."""
    return _page(
        "calls/_of_programme.html",
        programme=programme,
        calls=listing.calls_of_programme(programme, actor),
        edits=policy.can(actor, "programme.edit", programme),
        creates=policy.can(actor, "call.create", programme),
    )


def _begin(programme: Programme, actor: Actor) -> str:
    """The way to its next call."""
    begins = policy.can(actor, "call.create", programme)
    return render_template("calls/_begin.html", programme=programme) if begins else ""


panels.register("network", "calls", _of_network)
panels.register("centre", "calls", _of_centre)
panels.register("centre", "past", _past_of_centre)
panels.register("programme", "calls", _of_programme)
panels.register("programme", "deeds", _begin)
