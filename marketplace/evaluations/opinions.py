"""The company's view: how well each eligible application fits its need, and why."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.applications.models import Application, FitOpinion
from marketplace.calls.models import Call
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, Stale
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.typed_text import says_something


def opinion_of(application: Application, organisation_id: int | None) -> FitOpinion | None:
    """What an organisation recorded on an application."""
    return next((o for o in application.opinions if o.organisation_id == organisation_id), None)


def give_opinion(
    application: Application, actor: Actor, *, fit: str, reasons: str, version: int | None = None
) -> FitOpinion:
    """Record the fit with reasons, or change it; ``version`` is the opinion's as seen, 0 where there was none."""
    policy.require(actor, "application.give_opinion", application)
    if not says_something(reasons):
        raise Invalid(_l("Give your reasons: the startup reads them after the decision."), field="reasons")
    # Held until the commit: a release that is under way comes first, or waits for this.
    call = db.session.scalars(
        select(Call).where(Call.id == application.call_id).with_for_update(read=True, of=Call)
        .execution_options(populate_existing=True)
    ).unique().one()  # fmt: skip
    if call.state_at(clock.now()) != "closed":
        raise Blocked(_l("The decisions of this call are released, so the company’s view is closed."))
    held = opinion_of(application, actor.party_id)
    if version is not None and version != (held.version if held else 0):
        raise Stale(held or application)
    if held is None:
        held = FitOpinion(application_id=application.id, organisation_id=actor.party_id)
        application.opinions.append(held)
    held.fit, held.reasons, held.author_id = fit, reasons.strip(), actor.user_id or 0
    db.session.flush()
    events.record("application.give_opinion", application, actor)
    return held
