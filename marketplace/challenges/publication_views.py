"""Publication: a candidate goes out in a call, or to the centre that manages one."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.calls.models import Call
from marketplace.challenges import actions, queries
from marketplace.challenges.models import Challenge
from marketplace.challenges.review_views import find_for_step
from marketplace.challenges.views import blueprint
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.web.actor import current_actor
from marketplace.web.htmx import see_other
from marketplace.web.language import current_locale


@blueprint.post("/challenges/<int:id>/publication")
def publish(id: int) -> Response:
    """Publish it within a call."""
    challenge, actor, version = find_for_step(id)
    policy.require(actor, "challenge.publish", challenge)
    actions.publish_challenge(challenge, actor, _call(actor, challenge), version)
    flash(_("Published. Startups see it from now on."), "done")
    return see_other(url_for("challenges.show", id=id))


@blueprint.post("/challenges/<int:id>/placement")
def place(id: int) -> Response:
    """Hand a candidate to the centre that manages a call, which publishes it there."""
    challenge, actor, version = find_for_step(id)
    policy.require(actor, "challenge.place", challenge)
    call = _chosen(queries.calls_to_hand_to(challenge, actor, clock.now()))
    if call is None:
        raise Invalid(_l("Choose a call of a programme that your centre manages or co-operates in."), field="call")
    actions.place_challenge(challenge, actor, call, version)
    flash(_("Handed over. The managing centre is told and publishes it."), "done")
    return see_other(url_for("challenges.review", id=id))


def _chosen(calls: list[Call]) -> Call | None:
    return next((call for call in calls if str(call.id) == request.form.get("call", "")), None)


def _call(actor: Actor, challenge: Challenge | None = None) -> Call | None:
    """The call to publish in; None to publish where the challenge was placed."""
    if not request.form.get("call") and challenge is not None and challenge.call_id is not None:
        return None
    call = _chosen(queries.calls_to_publish_in(actor, clock.now()))
    if call is None:
        raise Invalid(_l("Choose a call that your centre manages and that is announced or open."), field="call")
    return call


@blueprint.post("/challenges/publications")
def publish_many() -> Response:
    """Publish several candidates in one call; those that cannot be are named with the reason."""
    actor = current_actor()
    policy.require(actor, "challenge.publish_many")
    call = _call(actor)
    ids = [int(value) for value in request.form.getlist("challenge") if value.isdigit() and len(value) < 19]
    rows = queries.visible_to(actor).where(Challenge.id.in_(ids)).order_by(Challenge.id).with_for_update(of=Challenge)
    candidates = [row for row in db.session.scalars(rows).unique() if policy.can(actor, "challenge.publish", row)]
    if not candidates or call is None:
        raise Invalid(_l("Choose at least one candidate."), field="challenge")
    published, refused = actions.publish_challenges(candidates, actor, call)
    if published:
        words = ngettext("One challenge is published.", "%(num)s challenges are published.", len(published))
        flash(words, "done")
    for challenge, reason in refused:
        flash(f"{challenge.title(current_locale())}: {reason}", "stopped")
    return see_other(url_for("challenges.reviews", state="candidate"))
