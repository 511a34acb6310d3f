"""Decisions: prepared one by one in confidence, released all together.

Whoever prepares or releases holds the call's row, so that places are counted by one person at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.applications.models import Application, Decision
from marketplace.applications.states import PENDING
from marketplace.calls.actions import follow_clock
from marketplace.calls.awards import take_award
from marketplace.calls.models import Call
from marketplace.calls.states import RELEASED
from marketplace.evaluations import guards
from marketplace.kernel import clock, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, Stale, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire

ALREADY_RELEASED = _l("The decisions of this call are already released; nothing about them changes here any more.")
STEPS = {"selected": "application.select", "reserve": "application.put_on_reserve", "declined": "application.decline"}


def hold_call(call_id: int) -> Call:
    """The call, freshly read, locked until the commit."""
    query = select(Call).where(Call.id == call_id).with_for_update(of=Call).execution_options(populate_existing=True)
    return db.session.scalars(query).unique().one()


def _hold(application: Application, version: int | None) -> Decision | None:
    """Lock the call and read what is decided so far; refuse once it is released or seen in another version."""
    call = hold_call(application.call_id)
    if call.state_at(clock.now()) != "closed":
        raise Blocked(ALREADY_RELEASED)
    db.session.refresh(application, ["state", "version"])
    held = db.session.get(Decision, application.id, populate_existing=True)
    if version is not None and version != (held.version if held else 0):
        raise Stale(held or application)
    return held


def prepare_decision(
    application: Application,
    actor: Actor,
    *,
    outcome: str,
    reason_code: str | None = None,
    comments: str = "",
    version: int | None = None,
) -> Decision:
    """Prepare an application's decision, or change it; nobody but the managing centre learns of it yet.

    Reserves go to the end of their challenge's list. ``version`` is the decision's as seen, 0 where there was none.
    """
    policy.require(actor, "application.prepare", application)
    held = _hold(application, version)
    _require_decidable(application, outcome)
    if outcome == "declined":
        _require_reasons(reason_code, comments)
    if outcome == "selected" and (held is None or held.outcome != "selected"):
        _require_place(application)
    was_reserve = held is not None and held.outcome == "reserve"
    rank = held.rank if held else None
    if outcome == "reserve" and not was_reserve:
        rank = len(_reserves(application)) + 1
    held = held or Decision(application_id=application.id)
    held.outcome = outcome
    held.rank = rank if outcome == "reserve" else None
    held.reason_code = reason_code if outcome == "declined" else None
    held.comments = comments.strip()
    held.prepared_by_id = actor.user_id or 0
    application.decision = held
    db.session.flush()
    if was_reserve and outcome != "reserve":
        _close_ranks(_reserves(application))
    return held


def take_back_decision(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """Undo a prepared decision; the reserves after it move up."""
    policy.require(actor, "application.prepare", application)
    held = _hold(application, version)
    if held is not None:
        application.decision = None
        db.session.delete(held)
        db.session.flush()
        _close_ranks(_reserves(application))


def move_reserve(application: Application, actor: Actor, *, up: bool, version: int | None = None) -> None:
    """Change places with the neighbour on the challenge's reserve list; at its end nothing happens."""
    policy.require(actor, "application.prepare", application)
    held = _hold(application, version)
    if held is None or held.outcome != "reserve":
        raise Blocked(_l("Only applications on the reserve list have a rank."))
    reserves = _reserves(application)
    place = next(i for i, other in enumerate(reserves) if other.application_id == held.application_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(reserves):
        reserves[place], reserves[other] = reserves[other], reserves[place]
        _close_ranks(reserves)


def decline_rest(call: Call, actor: Actor, *, reason_code: str | None, comments: str) -> int:
    """Prepare to decline all eligible applications off the shortlist that have no decision yet; says how many."""
    policy.require(actor, "call.prepare_decisions", call)
    if hold_call(call.id).state_at(clock.now()) != "closed":
        raise Blocked(ALREADY_RELEASED)
    _require_reasons(reason_code, comments)
    waiting = db.session.execute(
        select(Application.id, Application.call_id, Application.challenge_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(Application.call_id == call.id, Application.state == "eligible", Decision.application_id.is_(None))
    ).all()
    db.session.add_all(
        Decision(
            application_id=row.id,
            call_id=row.call_id,
            challenge_id=row.challenge_id,
            outcome="declined",
            reason_code=reason_code,
            comments=comments.strip(),
            prepared_by_id=actor.user_id,
        )
        for row in waiting
    )
    db.session.flush()
    return len(waiting)


def _require_decidable(application: Application, outcome: str) -> None:
    if application.state not in PENDING:
        raise Blocked(_l("Only eligible applications are decided. This one has left the procedure."))
    if outcome == "declined":
        return
    if application.state != "shortlisted":
        raise Blocked(_l("Put the application on the shortlist first: places and reserves come from there."))
    if message := guards.passes_the_gate(application):
        raise Blocked(message)


def _require_reasons(reason_code: str | None, comments: str) -> None:
    if not reason_code:
        raise Invalid(_l("Choose the main reason: the applicant reads it."), field="reason_code")
    if not says_something(comments):
        raise Invalid(_l("Write what the applicant can learn from: they read it word for word."), field="comments")


def _require_place(application: Application) -> None:
    """Refuse a place beyond the call's awards, the challenge's number or the startup's limit."""
    call, challenge = application.call, application.challenge
    counted = select(func.count()).select_from(Decision)
    chosen = counted.where(Decision.call_id == call.id, Decision.outcome == "selected")
    if call.award_count is not None and _count(chosen) >= call.award_count:
        raise Blocked(
            _l("All %(count)s awards of the call are given in the decisions prepared.", count=call.award_count)
        )
    if challenge is not None:
        places = challenge.startups_sought
        if _count(chosen.where(Decision.challenge_id == challenge.id)) >= places:
            raise Blocked(_l("The challenge looks for %(count)s, and as many are selected already.", count=places))
    of_startup = chosen.join(Application, Application.id == Decision.application_id).where(
        Application.organisation_id == application.organisation_id
    )
    if _count(of_startup) >= call.awards_per_startup:
        raise Blocked(_l("This startup is already selected as often as the call allows: %(count)s.",
                         count=call.awards_per_startup))  # fmt: skip


def _count(query: Any) -> int:
    return db.session.scalar(query) or 0


def _reserves(application: Application) -> list[Decision]:
    """The reserve list that an application belongs to, in rank."""
    same = (
        Decision.challenge_id == application.challenge_id
        if application.challenge_id is not None
        else Decision.challenge_id.is_(None)
    )
    return list(
        db.session.scalars(
            select(Decision)
            .where(Decision.call_id == application.call_id, same, Decision.outcome == "reserve")
            .order_by(Decision.rank)
        )
    )


def _close_ranks(reserves: Sequence[Decision]) -> None:
    for rank, decision in enumerate(reserves, start=1):
        if decision.rank != rank:
            decision.rank = rank
    db.session.flush()


def release_decisions(call: Call, actor: Actor, *, version: int | None = None) -> dict[str, int]:
    """Announce every decision of a call at once: states move, places are taken, all in one transaction.

    Returns how many by outcome. Raises Blocked where anything lacks a decision, a place is too many, or somebody
    else was quicker.
    """
    policy.require(actor, "call.release", call)
    call = hold_call(call.id)
    if call.state in RELEASED:
        raise Blocked(_l("Somebody was quicker: these decisions are already released."))
    expect_version(call, version)
    follow_clock(call)
    _drop_moot(call)
    pending = _pending(call)
    fire("call.release", call, actor)  # refuses while anything is undecided
    released: dict[str, int] = dict.fromkeys(STEPS, 0)
    for outcome in STEPS:
        for application in pending:
            if application.decision is not None and application.decision.outcome == outcome:
                _announce(application, application.decision, actor)
                released[outcome] += 1
    return released


def _drop_moot(call: Call) -> None:
    """Forget what was prepared for applications that left, and close the gaps in the reserve lists."""
    gone = select(Decision).join(Application, Application.id == Decision.application_id)
    for decision in db.session.scalars(
        gone.where(Decision.call_id == call.id, Application.state.not_in(PENDING))
    ).all():
        db.session.delete(decision)
    db.session.flush()
    lists: dict[int | None, list[Decision]] = {}
    for decision in db.session.scalars(
        select(Decision).where(Decision.call_id == call.id, Decision.outcome == "reserve").order_by(Decision.rank)
    ):
        lists.setdefault(decision.challenge_id, []).append(decision)
    for reserves in lists.values():
        _close_ranks(reserves)


def _pending(call: Call) -> list[Application]:
    """Every application that waits for its decision, locked, so that none withdraws meanwhile."""
    return list(
        db.session.scalars(
            select(Application)
            .where(Application.call_id == call.id, Application.state.in_(PENDING))
            .options(joinedload(Application.decision), joinedload(Application.challenge), joinedload(Application.call))
            .order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        ).unique()
    )


def _announce(application: Application, decision: Decision, actor: Actor) -> None:
    decision.released_at = clock.now()
    data = {"prepared_by": decision.prepared_by_id}
    if decision.outcome == "declined":
        data["reason_code"] = decision.reason_code  # type: ignore[assignment]
    if decision.outcome == "selected":
        sought = application.challenge.startups_sought if application.challenge else None
        take_award(application.call, application.organisation, application.id, application.challenge_id, sought, actor)
    reason = decision.comments if decision.outcome == "declined" else None
    fire(STEPS[decision.outcome], application, actor, reason=reason, data=data)
