"""Visits on desks."""

from __future__ import annotations

from typing import Any

from marketplace.visits.models import Visit
from marketplace.visits.queries import visible_to
from marketplace.visits.subject import SUBJECT
from sqlalchemy import Select

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import CENTRE, PARTY, Wording, rows, turns_of, under_way_for, waits_for, within

AGREE_DAYS = 5


@waits_for(CENTRE, words={"visit.agree": Wording(_l("Agree to the visit “%(title)s”"), _l("Agree"))})
def _to_agree(actor: Actor) -> Select[Any]:
    query = visible_to(actor).where(Visit.state == "asked")
    return rows(SUBJECT, query, "visit.agree", **within(AGREE_DAYS, Visit.state_since))


@under_way_for(PARTY, turns=turns_of(SUBJECT))
def _asked(actor: Actor) -> Select[Any]:
    query = visible_to(actor).where(Visit.state == "asked")
    return rows(SUBJECT, query, "visit.asked", state=Visit.state, since=Visit.state_since)
