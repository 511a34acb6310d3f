"""What is done with a call from its notice on. Its draft is in ``editor.py``, places won in ``awards.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from marketplace.calls.editor import write_notice
from marketplace.calls.eligibility import day_in
from marketplace.calls.labels import STAGE_KINDS
from marketplace.calls.models import Call
from marketplace.calls.stages import applying_stage, overtaken_stage, promises_too_early, set_window, shift_stages
from marketplace.calls.states import CURRENT
from marketplace.kernel import clock, events, policy, workflow
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.sentences import day, fill
from marketplace.kernel.typed_text import says_something


def publish_call(call: Call, actor: Actor, *, version: int | None = None) -> None:
    """Publish the notice; the clock opens and closes it from then on."""
    workflow.fire("call.publish", call, actor, version=version)
    follow_clock(call)


def cancel_call(call: Call, actor: Actor, reason: str, *, locale: str = "", version: int | None = None) -> None:
    """End a call before its decisions, with a reason (in ``locale``) that all concerned read."""
    workflow.fire("call.cancel", call, actor, reason=reason, data={"locale": locale}, version=version)


def close_out_call(call: Call, actor: Actor, *, version: int | None = None) -> None:
    """Complete a call whose collaborations have ended."""
    workflow.fire("call.close_out", call, actor, version=version)


def follow_clock(call: Call) -> bool:
    """Let the stored state follow the clock, where no job has done so yet; returns whether it moved."""
    due, moved = call.state_at(clock.now()), False
    if call.state == "published" and due != "published":
        workflow.fire("call.open", call, SYSTEM)
        moved = True
    if call.state == "open" and due == "closed":
        workflow.fire("call.close", call, SYSTEM)
        moved = True
    return moved


def open_and_close_due(actor: Actor = SYSTEM, limit: int = 100) -> int:
    """Open and close the calls that are due and return how many moved; parallel runs share the work."""
    policy.require(actor, "call.open")
    now = clock.now()
    due = or_(
        and_(Call.state == "published", Call.opens_at <= now),
        and_(Call.state.in_(CURRENT), Call.closes_at < now),
    )
    query = select(Call).where(due, Call.is_reference.is_(False)).order_by(Call.id).limit(limit)
    rows = db.session.scalars(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    return sum(follow_clock(call) for call in rows.all())


def reopen_call(
    call: Call,
    actor: Actor,
    *,
    closes_at: datetime,
    reason: str,
    shift: bool = False,
    locale: str = "",
    version: int | None = None,
) -> None:
    """Open a closed call again after an outage, until a new closing instant; ``shift`` as in ``amend_call``."""
    policy.require(actor, "call.reopen", call)
    expect_version(call, version)
    # Whoever opens a sealed application holds this row too, so that either the guard sees it or they wait.
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update())
    if closes_at <= clock.now():
        raise Invalid(_l("Choose a closing instant that is still ahead."), field="closes_at")
    follow_clock(call)
    data: dict[str, Any] = {"closes_at": closes_at.isoformat(), "locale": locale}
    if "decisions_by" in _extend(call, closes_at, shift):
        data["decisions_by"] = call.decisions_by and call.decisions_by.isoformat()
    workflow.fire("call.reopen", call, actor, reason=reason, data=data)
    db.session.flush()


def amend_call(
    call: Call,
    actor: Actor,
    *,
    reason: str,
    closes_at: datetime | None = None,
    notice: Mapping[str, Mapping[str, str]] | None = None,
    shift: bool = False,
    locale: str = "",
    version: int | None = None,
) -> list[str]:
    """Give a published call a later deadline or corrected words; returns the names of what changed.

    Rules, money and limits stay as published. ``shift`` moves the later stages and the promised day with the deadline;
    without it, none of them may come to lie before it.
    """
    policy.require(actor, "call.amend", call)
    expect_version(call, version)
    if call.is_reference or call.state_at(clock.now()) not in CURRENT:
        raise Blocked(_l("Only a published call that has not closed yet can be amended."))
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    changed = write_notice(call, notice or {})
    data: dict[str, Any] = {}
    if closes_at is not None and closes_at != call.closes_at:
        data = {"before": call.closes_at and call.closes_at.isoformat(), "after": closes_at.isoformat()}
        moved = _extend(call, closes_at, shift)
        changed += ["closes_at", *moved]
        if "decisions_by" in moved:
            data["decisions_by"] = call.decisions_by and call.decisions_by.isoformat()
    if not changed:
        raise Invalid(_l("Nothing is changed yet: choose a later deadline or correct the words."))
    touch(call)
    db.session.flush()
    events.record("call.amend", call, actor, reason=reason, data={"fields": changed, "locale": locale, **data})
    return changed


def _extend(call: Call, closes_at: datetime, shift: bool) -> list[str]:
    before, stage = call.closes_at, applying_stage(call)
    if before is None or stage is None:
        raise Blocked(_l("This call has no stage in which startups apply."))
    if closes_at < before:
        raise Invalid(_l("The deadline can only move later: nobody who counts on it may lose time."), field="closes_at")
    if not shift:
        _refuse_overtaking(call, closes_at)
    set_window(stage, stage.opens_at, closes_at)
    if not shift:
        return []
    moved = ["stages"] if shift_stages(call, stage, closes_at - before) else []
    days = day_in(closes_at, call.time_zone) - day_in(before, call.time_zone)
    if call.decisions_by and days:
        call.decisions_by += days
        moved.append("decisions_by")
    return moved


def _refuse_overtaking(call: Call, closes_at: datetime) -> None:
    """Refuse a deadline behind the promised day or the beginning of a later stage."""
    if call.decisions_by and promises_too_early(call, closes_at):
        words = _l("Answers are promised by %(day)s, before applications would close: tick this to move that day too.")
        raise Invalid(fill(words, day=day(call.decisions_by)), field="shift")
    if stage := overtaken_stage(call, closes_at):
        words = _l("The stage “%(stage)s” would begin before applications close: tick this to move it too.")
        raise Invalid(fill(words, stage=STAGE_KINDS[stage.kind]), field="shift")
