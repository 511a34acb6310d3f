"""Asking for a visit, and agreeing to it."""

from __future__ import annotations

from marketplace.visits.models import Visit

from marketplace.kernel import events, workflow
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor


def ask_visit(actor: Actor, centre_id: int, title: str) -> Visit:
    visit = Visit(startup_id=actor.organisation_id, centre_id=centre_id, title=title, locale="en")
    db.session.add(visit)
    events.record("visit.ask", visit, actor)
    return visit


def agree_visit(visit: Visit, actor: Actor) -> None:
    workflow.fire("visit.agree", visit, actor)
