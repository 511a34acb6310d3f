"""What must hold before a call's steps and needs more than its columns; others add theirs with ``workflow.guard``.

``call.reopen`` is refused, by a guard of applications, once staff have opened a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from marketplace.calls.labels import STAGE_KINDS
from marketplace.calls.stages import promises_too_early, stage_past_promise, unordered_stage
from marketplace.calls.states import has_dates, has_money, has_notice, has_ranking, has_rules
from marketplace.kernel import clock, workflow
from marketplace.kernel.locales import _l
from marketplace.kernel.sentences import day, fill

A_YEAR = timedelta(days=366)

# The section of the edit pages in which each guard of publication is met.
SECTIONS: dict[workflow.Guard, str] = {
    has_notice: "notice",
    has_ranking: "notice",
    has_money: "money",
    has_dates: "stages",
    has_rules: "rules",
}


@workflow.guard("call.publish")
def closes_ahead(call: Any) -> Any:
    if call.closes_at is not None and call.closes_at <= clock.now():
        return _l("Applications would be closed already: choose a later closing instant.")
    return None


@workflow.guard("call.publish")
def answers_after_closing(call: Any) -> Any:
    if promises_too_early(call, call.closes_at):
        return _l("The answer is promised for a day before applications close: choose a later day.")
    return None


@workflow.guard("call.publish")
def notice_before_closing(call: Any) -> Any:
    if call.notice_date and call.closes_at and call.notice_date > clock.day_of(call.closes_at, call.time_zone):
        return _l("The notice date lies after applications close: choose an earlier day.")
    return None


@workflow.guard("call.publish")
def notice_near_opening(call: Any) -> Any:
    opens = clock.day_of(call.opens_at, call.time_zone) if call.opens_at else None
    if call.notice_date and opens and call.notice_date < opens - A_YEAR:
        return _l("The notice date lies more than a year before applications open: choose a later day.")
    return None


@workflow.guard("call.publish")
def budget_within_programme(call: Any) -> Any:
    programme = call.programme
    if programme is None or None in (call.budget, programme.budget) or call.currency != programme.currency:
        return None
    if call.budget > programme.budget:
        return _l("The budget of the call is larger than its programme’s: lower it, or raise the programme’s first.")
    return None


@workflow.guard("call.publish")
def stages_in_order(call: Any) -> Any:
    stage = unordered_stage(call)
    if stage is None:
        return None
    words = _l("The stage “%(stage)s” begins or ends too early: set its dates behind the stages before it.")
    return fill(words, stage=STAGE_KINDS[stage.kind])


@workflow.guard("call.publish")
def decides_by_the_promised_day(call: Any) -> Any:
    stage = stage_past_promise(call)
    if stage is None:
        return None
    words = _l("Answers are promised by %(day)s, but the stage “%(stage)s” ends after it: give both one day.")
    return fill(words, day=day(call.decisions_by), stage=STAGE_KINDS[stage.kind])


@workflow.guard("call.publish")
def rules_are_complete(call: Any) -> Any:
    lists = {"region": "regions", "zone": "zones", "kind": "kinds", "declaration": "codes"}
    if any(rule.kind in lists and not rule.params.get(lists[rule.kind]) for rule in call.rules):
        return _l("A rule names nothing to check against: complete it or remove it.")
    return None


def missing_parts(call: Any) -> Iterator[tuple[str, Any]]:
    """All that stands between a draft and its publication: the section to go to, and what is missing."""
    own = next(step for step in workflow.machine("call").steps if step.name == "call.publish").guards
    places: dict[workflow.Guard, str] = {
        **SECTIONS,
        closes_ahead: "stages",
        answers_after_closing: "stages",
        notice_before_closing: "stages",
        notice_near_opening: "stages",
        budget_within_programme: "money",
        stages_in_order: "stages",
        decides_by_the_promised_day: "stages",
        rules_are_complete: "rules",
    }
    for check in (*own, *workflow.added_guards("call.publish")):
        if message := check(call):
            yield places.get(check, "notice"), message
