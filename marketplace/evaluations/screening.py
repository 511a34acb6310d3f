"""Screening: the rules propose, staff confirm or judge otherwise with a reason, then put the best on a shortlist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.applications.checks import demand_company_of, kept_facts
from marketplace.applications.models import Application, EligibilityResult
from marketplace.applications.states import IN_SCREENING
from marketplace.calls.eligibility import Judgement, judge_rules
from marketplace.calls.eligibility_facts import Case, facts_of_many
from marketplace.calls.models import Call, EligibilityRule
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire


@dataclass(frozen=True)
class Finding:
    """One line of the register: what is on record, and what the rule says of today's profile."""

    rule: EligibilityRule
    result: EligibilityResult
    now: Judgement | None

    @property
    def has_moved(self) -> bool:
        """Whether the profile's facts now lead elsewhere than those on record."""
        return self.now is not None and self.now.verdict != self.result.verdict


def judgements_of(applications: Sequence[Application]) -> dict[int, list[Judgement]]:
    """What the rules say of today's profiles, by application, at a constant number of queries."""
    cases = [Case(a.organisation, a.call, demand_company_of(a)) for a in applications]
    facts = facts_of_many(cases) if cases else []
    return {a.id: judge_rules(a.call, known) for a, known in zip(applications, facts, strict=True)}


def register_of(application: Application) -> list[Finding]:
    """The register of an application in the order of its call's rules; what was never checked is checked now."""
    judged = judgements_of([application])[application.id]
    _record(application, judged)
    by_rule = {result.rule_id: result for result in application.results}
    now = {judgement.rule_id: judgement for judgement in judged}
    return [Finding(rule, by_rule[rule.id], now.get(rule.id)) for rule in application.call.rules if rule.id in by_rule]


def _record(application: Application, judged: Iterable[Judgement], *, anew: bool = False) -> None:
    """Put verdicts and facts on record where there are none, or ``anew``; a person's word stays."""
    kept = {result.rule_id: result for result in application.results}
    for judgement in judged:
        if judgement.rule_id is None:
            continue
        if judgement.rule_id not in kept:
            application.results.append(
                EligibilityResult(rule_id=judgement.rule_id, verdict=judgement.verdict, facts=kept_facts(judgement))
            )
        elif anew:
            kept[judgement.rule_id].verdict = judgement.verdict
            kept[judgement.rule_id].facts = kept_facts(judgement)
    db.session.flush()


def check_again(application: Application, actor: Actor) -> None:
    """Let the rules judge today's profile, for one that was corrected since; overrides stay."""
    policy.require(actor, "application.override_rule", application)
    _require_screening(application)
    _record(application, judgements_of([application])[application.id], anew=True)
    touch(application)
    events.record("application.check_again", application, actor)


def override_rule(
    application: Application,
    result: EligibilityResult,
    actor: Actor,
    *,
    verdict: str,
    reason: str,
    version: int | None = None,
) -> None:
    """Put a person's verdict over the rule's. Raises Invalid without a reason, which the applicant reads."""
    policy.require(actor, "application.override_rule", application)
    expect_version(application, version)
    _require_screening(application)
    if not says_something(reason):
        raise Invalid(_l("Give a reason: the applicant reads it."), field="reason")
    result.override = verdict
    result.override_reason = reason.strip()
    result.override_by_id = actor.user_id
    result.override_at = clock.now()
    touch(application)
    data = {"rule": result.rule_id, "kind": result.rule.kind, "verdict": result.verdict, "override": verdict}
    events.record("application.override_rule", application, actor, reason=reason, data=data)


def _require_screening(application: Application) -> None:
    if application.state not in IN_SCREENING or (application.call.state_at(clock.now()) != "closed"):
        raise Blocked(_l("Rules are judged between the closing of the call and the shortlist."))


def confirm_eligible(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """Confirm that every rule is met, by itself or by a person's word."""
    policy.require(actor, "application.confirm_eligible", application)
    expect_version(application, version)
    _record(application, judgements_of([application])[application.id])
    fire("application.confirm_eligible", application, actor)


def find_ineligible(application: Application, actor: Actor, *, reason: str, version: int | None = None) -> None:
    """Refuse an application as not eligible; the reason is the applicant's to read."""
    policy.require(actor, "application.find_ineligible", application)
    expect_version(application, version)
    _record(application, judgements_of([application])[application.id])
    fire("application.find_ineligible", application, actor, reason=reason)


def confirm_clear(call: Call, actor: Actor) -> int:
    """Confirm every submitted application of a call whose rules all meet; says how many."""
    policy.require(actor, "call.confirm_clear", call)
    waiting = list(
        db.session.scalars(
            select(Application)
            .where(Application.call_id == call.id, Application.state == "submitted")
            .options(
                joinedload(Application.organisation),
                joinedload(Application.challenge),
                joinedload(Application.call),
                selectinload(Application.results),
            )
            .order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        ).unique()
    )
    rules = {rule.id for rule in call.rules}
    unchecked = [a for a in waiting if rules - {result.rule_id for result in a.results}]
    for application_id, judged in judgements_of(unchecked).items():
        _record(next(a for a in unchecked if a.id == application_id), judged)
    clear = [a for a in waiting if all(result.holds == "meets" for result in a.results)]
    for application in clear:
        fire("application.confirm_eligible", application, actor)
    return len(clear)


def shortlist(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """Put an eligible application on the shortlist."""
    policy.require(actor, "application.shortlist", application)
    expect_version(application, version)
    _fire_unseen("application.shortlist", application, actor)


def unshortlist(application: Application, actor: Actor, *, version: int | None = None) -> None:
    """Take an application off the shortlist."""
    policy.require(actor, "application.unshortlist", application)
    expect_version(application, version)
    _fire_unseen("application.unshortlist", application, actor)


def _fire_unseen(step: str, application: Application, actor: Actor) -> None:
    """Take a step of which the applicant sees nothing, not even that its state is a newer one."""
    since = application.state_since
    fire(step, application, actor)
    application.state_since = since
