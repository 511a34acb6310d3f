"""Collaborations on desks: trouble, reports, opinions, what comes next, what it led to, and who acts on the rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select

from marketplace.calls.models import Call
from marketplace.collaborations.board import LIMIT_DAYS
from marketplace.collaborations.models import Agreement, Collaboration, FinalReport, Milestone, Outcome
from marketplace.collaborations.queries import next_due, visible_to, visible_with_call
from marketplace.collaborations.states import (
    AGREEMENT_AT_WORK,
    AT_WORK,
    LIVE,
    OF_OTHERS,
    OPINION_WAIT,
    RESULTS,
    TROUBLED,
    UNTROUBLED,
)
from marketplace.collaborations.subject import AGREEMENT, COLLABORATION
from marketplace.kernel import clock
from marketplace.kernel.figures import counted_for, counted_of_centres
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.waiting import (
    CENTRE,
    NETWORK,
    PARTY,
    Wording,
    end_of,
    rows,
    turns_of,
    under_way_for,
    waits_for,
    within,
)
from marketplace.network.models import Centre
from marketplace.pairings.models import Pairing


def name_columns() -> dict[str, Any]:
    """How a collaboration is called on a desk, and in which zone its days count."""
    own = case((Pairing.challenge_id.is_(None), Collaboration.title))
    return {"collaboration_id": Collaboration.id, "challenge_id": Pairing.challenge_id, "title": own,
            "locale": Collaboration.locale, "zone": Centre.time_zone}  # fmt: skip


def _has_opinion() -> Any:
    return (
        select(FinalReport.id)
        .where(FinalReport.collaboration_id == Collaboration.id, FinalReport.company_opinion != "")
        .exists()
    )


@waits_for(
    CENTRE,
    words={
        "collaboration.at_risk": Wording(_l("“%(title)s” is at risk"), _l("See what to do")),
        "collaboration.suspended": Wording(_l("“%(title)s” is suspended"), _l("See what to do")),
        "collaboration.judge": Wording(_l("Judge the final report of “%(title)s”"), _l("Judge")),
        "collaboration.follow_up": Wording(_l("Start the follow-up of “%(title)s”"), _l("Start")),
    },
)
def _to_clear_and_judge(actor: Actor) -> Select[Any]:
    """What the centre clears, judges or follows up; a result once the company was heard."""
    steps = {
        "at_risk": "collaboration.at_risk",
        "suspended": "collaboration.suspended",
        "final_report": "collaboration.judge",
        **dict.fromkeys(RESULTS, "collaboration.follow_up"),
    }
    heard = or_(
        Collaboration.state != "final_report", _has_opinion(), Collaboration.state_since + OPINION_WAIT <= clock.NOW
    )
    query = visible_with_call(actor).where(
        Collaboration.state.in_(steps),
        or_(Collaboration.state.not_in(RESULTS), Collaboration.next_step.is_not(None)),
        heard,
    )
    days = case({state: LIMIT_DAYS[state] for state in steps}, value=Collaboration.state)
    return rows(
        COLLABORATION,
        query,
        case(steps, value=Collaboration.state),
        **within(days, Collaboration.state_since),
        **name_columns(),
    )


@waits_for(
    NETWORK,
    words={
        "network.at_risk": Wording(_l("“%(title)s” is at risk"), _l("See it"), COLLABORATION.path),
        "network.suspended": Wording(_l("“%(title)s” is suspended"), _l("See it"), COLLABORATION.path),
    },
)
def _trouble(actor: Actor) -> Select[Any]:
    """At risk or suspended, by the day on which their centre should have cleared it."""
    steps = {"at_risk": "network.at_risk", "suspended": "network.suspended"}
    days = case({state: LIMIT_DAYS[state] for state in steps}, value=Collaboration.state)
    return rows(
        COLLABORATION,
        visible_with_call(actor).where(Collaboration.state.in_(steps)),
        case(steps, value=Collaboration.state),
        organisation_id=Collaboration.centre_id,
        **within(days, Collaboration.state_since),
        **name_columns(),
    )


REPORT_DAYS, NEXT_STEP_DAYS, CLAIM_DAYS = 21, 14, 60


@waits_for(
    PARTY,
    words={
        "collaboration.report": Wording(_l("Hand in the final report of “%(title)s”"), _l("Write it")),
        "collaboration.give_opinion": Wording(_l("Add your opinion to the report of “%(title)s”"), _l("Write it")),
        "collaboration.next_step": Wording(_l("Say what comes after “%(title)s”"), _l("Say it")),
        "outcome.claim": Wording(_l("Say what “%(title)s” led to"), _l("Add an outcome")),
    },
)
def _to_report(actor: Actor) -> Select[Any]:
    """The report when all is judged, the company's opinion and next step, and what it led to."""
    steps = _steps_of_sides(actor)
    days = {
        "collaboration.report": REPORT_DAYS,
        "collaboration.give_opinion": OPINION_WAIT.days,
        "collaboration.next_step": NEXT_STEP_DAYS,
        "outcome.claim": CLAIM_DAYS,
    }
    return rows(
        COLLABORATION,
        visible_with_call(actor).where(or_(*steps.values())),
        case(*((condition, step) for step, condition in steps.items())),
        **within(case(*((condition, days[step]) for step, condition in steps.items())), Collaboration.state_since),
        **name_columns(),
    )


def _steps_of_sides(actor: Actor) -> dict[str, Any]:
    """What company and startup do next, and when."""
    is_company, is_startup = Collaboration.company_id == actor.party_id, Collaboration.startup_id == actor.party_id
    planned = select(Milestone.id).where(Milestone.collaboration_id == Collaboration.id)
    claimed = select(Outcome.id).where(Outcome.collaboration_id == Collaboration.id)
    live, ended = Collaboration.state.in_(AT_WORK), Collaboration.state.in_((*RESULTS, "follow_up"))
    judged = and_(planned.exists(), ~planned.where(Milestone.state == "scheduled").exists())
    return {
        "collaboration.report": and_(is_startup, live, judged),
        "collaboration.give_opinion": and_(is_company, Collaboration.state == "final_report", ~_has_opinion()),
        "collaboration.next_step": and_(
            is_company, Collaboration.state.in_(RESULTS), Collaboration.next_step.is_(None)
        ),
        "outcome.claim": and_(is_startup, ended, ~claimed.exists()),
    }


@under_way_for(
    CENTRE,
    PARTY,
    NETWORK,
    turns={
        **turns_of(AGREEMENT, state_of="collaboration"),
        **turns_of(AGREEMENT, AGREEMENT_AT_WORK, path=COLLABORATION.path, state_of="collaboration"),
        **turns_of(COLLABORATION),
    },
)
def _under_way(actor: Actor) -> Select[Any]:
    """With the next milestone as its date, or the state of the agreement while there is no work yet."""
    shown = (
        (*LIVE, "follow_up") if actor.party_id is not None else OF_OTHERS if actor.centre_id is not None else UNTROUBLED
    )
    query = (
        visible_with_call(actor)
        .outerjoin(Agreement, Agreement.collaboration_id == Collaboration.id)
        .where(Collaboration.state.in_(shown))
    )
    agreement = literal("agreement.") + func.coalesce(Agreement.state, "drafting")
    return rows(
        COLLABORATION,
        query,
        case((Collaboration.state == "planned", agreement), else_=literal("collaboration.") + Collaboration.state),
        state=Collaboration.state,
        since=Collaboration.state_since,
        due=case((Collaboration.state.in_(AT_WORK), end_of(next_due(), Call.time_zone))),
        by_day=True,
        **name_columns(),
    )


@counted_for(CENTRE, NETWORK)
def _counts(actor: Actor) -> Select[int, int]:
    """What this person sees under way, and what of it is in trouble."""
    troubled = func.count().filter(Collaboration.state.in_(TROUBLED))
    columns = troubled.label("at_risk"), func.count().label("under_way")
    found = visible_to(actor).where(Collaboration.state.in_(LIVE))
    return found.with_only_columns(*columns, maintain_column_froms=True)


def _of_centres(actor: Actor, states: tuple[str, ...]) -> Select[int, int]:
    centre = Collaboration.centre_id
    columns = centre.label("centre_id"), func.count().label("number")
    found = visible_to(actor).where(Collaboration.state.in_(states))
    return found.with_only_columns(*columns, maintain_column_froms=True).group_by(centre)


@counted_of_centres("under_way")
def _live_of_centres(actor: Actor) -> Select[int, int]:
    return _of_centres(actor, LIVE)


@counted_of_centres("at_risk")
def _troubled_of_centres(actor: Actor) -> Select[int, int]:
    return _of_centres(actor, TROUBLED)
