"""Milestones and outcomes on desks: to reach, to judge, to agree to; to countersign, to verify."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, case, or_

from marketplace.collaborations.models import Collaboration, Milestone, MilestoneChange, Outcome
from marketplace.collaborations.queries import late_milestones, today_in_zone, visible_with_call
from marketplace.collaborations.states import AT_WORK, LIVE
from marketplace.collaborations.subject import MILESTONE, OUTCOME
from marketplace.collaborations.waiting import name_columns
from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import CENTRE, NETWORK, PARTY, Wording, rows, until, waits_for, within
from marketplace.network.models import Centre


def _named() -> dict[str, Any]:
    return {**name_columns(), "title": Milestone.title}


def _due() -> dict[str, Any]:
    return {**_named(), **until(Milestone.due_on, Centre.time_zone, Milestone.state_since)}


@waits_for(CENTRE, words={"milestone.overdue": Wording(_l("The milestone “%(title)s” is overdue"), _l("Ask or judge"))})
def _overdue(actor: Actor) -> Select[Any]:
    return rows(MILESTONE, late_milestones(actor, clock.NOW), "milestone.overdue", **_due())


@waits_for(
    NETWORK,
    words={"network.milestone": Wording(_l("The milestone “%(title)s” is overdue"), _l("See it"), MILESTONE.path)},
)
def _overdue_at_centres(actor: Actor) -> Select[Any]:
    late = late_milestones(actor, clock.NOW)
    return rows(MILESTONE, late, "network.milestone", organisation_id=Collaboration.centre_id, **_due())


AHEAD = timedelta(days=14)


@waits_for(
    PARTY,
    words={
        "milestone.judge": Wording(_l("Judge the milestone “%(title)s”"), _l("Judge")),
        "milestone.reach": Wording(_l("Reach the milestone “%(title)s”"), _l("See it")),
    },
)
def _to_reach(actor: Actor) -> Select[Any]:
    """The owner reaches it in time; once its day has come, the company judges it."""
    judges = and_(Collaboration.company_id == actor.party_id, Milestone.due_on <= today_in_zone(clock.NOW))
    reaches = and_(Milestone.owner_id == actor.party_id, Milestone.due_on <= today_in_zone(clock.NOW + AHEAD))
    query = (
        visible_with_call(actor)
        .join(Milestone, Milestone.collaboration_id == Collaboration.id)
        .where(Milestone.state == "scheduled", Collaboration.state.in_(AT_WORK), or_(judges, reaches))
    )
    return rows(MILESTONE, query, case((judges, "milestone.judge"), else_="milestone.reach"), **_due())


ANSWER_DAYS = 7


@waits_for(
    PARTY,
    words={
        "milestone.answer_change": Wording(
            _l("Agree to a change of the milestone “%(title)s”, or refuse it"), _l("Answer")
        )
    },
)
def _changes(actor: Actor) -> Select[Any]:
    """Changes of what was signed, for the side that has not agreed yet."""
    query = (
        visible_with_call(actor)
        .join(Milestone, Milestone.collaboration_id == Collaboration.id)
        .join(MilestoneChange, MilestoneChange.milestone_id == Milestone.id)
        .where(
            MilestoneChange.answer.is_(None),
            Collaboration.state.in_(LIVE),
            or_(
                and_(Collaboration.company_id == actor.party_id, MilestoneChange.company_agrees.is_(False)),
                and_(Collaboration.startup_id == actor.party_id, MilestoneChange.startup_agrees.is_(False)),
            ),
        )
    )
    return rows(
        MILESTONE, query, "milestone.answer_change", **within(ANSWER_DAYS, MilestoneChange.asked_at), **_named()
    )


def _outcomes(actor: Actor, state: str) -> Select[Collaboration]:
    joined = visible_with_call(actor).join(Outcome, Outcome.collaboration_id == Collaboration.id)
    return joined.where(Outcome.state == state)


COUNTERSIGN_DAYS = 14


@waits_for(
    PARTY, words={"outcome.countersign": Wording(_l("Countersign what “%(title)s” led to"), _l("Read and countersign"))}
)
def _to_countersign(actor: Actor) -> Select[Any]:
    query = _outcomes(actor, "claimed").where(Collaboration.company_id == actor.party_id)
    limit = within(COUNTERSIGN_DAYS, Outcome.state_since)
    return rows(OUTCOME, query, "outcome.countersign", **limit, **name_columns())


VERIFY_DAYS = 14


@waits_for(CENTRE, words={"outcome.verify": Wording(_l("Verify what “%(title)s” led to"), _l("Verify"))})
def _to_verify(actor: Actor) -> Select[Any]:
    limit = within(VERIFY_DAYS, Outcome.state_since)
    return rows(OUTCOME, _outcomes(actor, "evidenced"), "outcome.verify", **limit, **name_columns())
