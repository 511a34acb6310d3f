"""Stages and their windows. ``set_window`` alone writes a call's opening and closing instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.calls.models import Call, Stage
from marketplace.kernel import clock
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid
from marketplace.kernel.locales import _l

APPLYING = "startups_apply"


def instant_of(local: datetime | None, zone: str) -> datetime | None:
    """The instant of a wall-clock time in a zone. Raises Invalid for an hour that a change of clocks skips."""
    if local is None:
        return None
    placed = local.replace(tzinfo=ZoneInfo(zone))
    back = placed.astimezone(UTC).astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid(_l("The clocks change that day: this hour does not exist. Choose another."))
    return placed.astimezone(UTC)


def local_of(instant: datetime | None, zone: str) -> datetime | None:
    """The wall-clock time of an instant in a zone, without the zone: what a form shows."""
    return None if instant is None else instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Refuse a window that closes before it opens."""
    if opens_at is not None and closes_at is not None and opens_at >= closes_at:
        raise Invalid(_l("It must open before it closes."), field="closes_at")


def set_window(stage: Stage, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Set a stage's window; that of the stage in which startups apply is the call's own."""
    check_window(opens_at, closes_at)
    stage.opens_at, stage.closes_at = opens_at, closes_at
    if stage.kind == APPLYING:
        stage.call.opens_at, stage.call.closes_at = opens_at, closes_at
    touch(stage.call)


def applying_stage(call: Call) -> Stage | None:
    """The stage in which startups apply."""
    return next((stage for stage in call.stages if stage.kind == APPLYING), None)


def add_stage_row(call: Call, kind: str, actor: str) -> Stage:
    """A new last stage; startups apply in one stage alone."""
    if kind == APPLYING and applying_stage(call) is not None:
        raise Invalid(_l("Startups apply in one stage of a call. Remove the other one first."), field="kind")
    stage = Stage(position=len(call.stages) + 1, kind=kind, actor=actor)
    call.stages.append(stage)
    touch(call)
    return stage


def remove_stage_row(call: Call, stage: Stage) -> None:
    """Take a stage out and close the gap; with the applying stage goes the call's window."""
    if stage.kind == APPLYING:
        set_window(stage, None, None)
    call.stages.remove(stage)
    number_stages(call)


def move_stage_row(call: Call, stage: Stage, by: int) -> None:
    """Move a stage one place up (-1) or down (1)."""
    index = call.stages.index(stage)
    target = index + by
    if not 0 <= target < len(call.stages):
        raise Blocked(_l("It is at the end of the list already."))
    call.stages.insert(target, call.stages.pop(index))
    number_stages(call)


def number_stages(call: Call) -> None:
    """Number the stages as they stand; the database checks at the end of the transaction."""
    for position, stage in enumerate(call.stages, 1):
        stage.position = position
    touch(call)
    db.session.flush()


def overtaken_stage(call: Call, closes_at: datetime | None) -> Stage | None:
    """The first stage behind the startups' own that begins before applications close."""
    own = applying_stage(call)
    if own is None or closes_at is None:
        return None
    later = [stage for stage in call.stages if stage.position > own.position]
    return next((stage for stage in later if (stage.opens_at or stage.closes_at or closes_at) < closes_at), None)


def unordered_stage(call: Call) -> Stage | None:
    """The first stage that begins or ends before one in front of it."""
    for stage in call.stages:
        front = [other for other in call.stages if other.position < stage.position]
        begun = [other.opens_at for other in front if other.opens_at]
        ended = [other.closes_at for other in front if other.closes_at]
        if stage.opens_at and any(stage.opens_at < begin for begin in begun):
            return stage
        if stage.closes_at and any(stage.closes_at < moment for moment in begun + ended):
            return stage
    return overtaken_stage(call, call.closes_at)


def promises_too_early(call: Call, closes_at: datetime | None) -> bool:
    """Whether answers are promised for a day, in the call's zone, before applications close."""
    if closes_at is None or call.decisions_by is None:
        return False
    return call.decisions_by < clock.day_of(closes_at, call.time_zone)


def stage_past_promise(call: Call) -> Stage | None:
    """The first stage up to the decision that ends, in the call's zone, after the day answers are promised for."""
    decision = next((stage.position for stage in call.stages if stage.kind == "final"), 0)
    for stage in call.stages:
        if stage.position > decision or stage.closes_at is None or call.decisions_by is None:
            continue
        if clock.day_of(stage.closes_at, call.time_zone) > call.decisions_by:
            return stage
    return None


def shift_stages(call: Call, after: Stage, by: timedelta) -> list[Stage]:
    """Move the windows of all stages behind one by the same time; returns those that moved."""
    moved = [stage for stage in call.stages if stage.position > after.position and (stage.opens_at or stage.closes_at)]
    for stage in moved:
        stage.opens_at = stage.opens_at + by if stage.opens_at else None
        stage.closes_at = stage.closes_at + by if stage.closes_at else None
    return moved
