"""A collaboration's life, from the confirmed pair to the archive; agreement, work and outcomes have own files."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.calls.awards import award_of, end_award
from marketplace.challenges.actions import record_pair
from marketplace.challenges.models import Challenge
from marketplace.collaborations import prefill
from marketplace.collaborations.models import (
    CAUSES,
    ENDERS,
    NEXT_STEPS,
    Agreement,
    Collaboration,
    FinalReport,
)
from marketplace.collaborations.states import AGREEMENT_ENDED, AGREEMENT_IN_FORCE, AT_WORK, LIVE, RESULTS
from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Blocked, Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import SYSTEM, Actor
from marketplace.kernel.typed_text import says_something
from marketplace.kernel.workflow import fire
from marketplace.pairings.models import Pairing

RESULT_STEPS = {
    "succeeded": "collaboration.succeed",
    "partial": "collaboration.judge_partial",
    "good_faith_failure": "collaboration.judge_good_faith_failure",
    "failed": "collaboration.judge_failed",
}


def find_by_pairing(pairing: Pairing) -> Collaboration | None:
    """The collaboration that a confirmed pair led to."""
    return db.session.scalars(select(Collaboration).where(Collaboration.pairing_id == pairing.id)).one_or_none()


def confirm_pair(pairing: Pairing, actor: Actor, *, version: int | None = None) -> Collaboration:
    """Confirm an accepted pair: the challenge counts it, a planned collaboration with a drafted agreement begins.

    The row is locked, so that of two confirmations at once the second finds the first.
    """
    policy.require(actor, "pairing.confirm", pairing)
    db.session.refresh(pairing, with_for_update={"of": Pairing})
    if pairing.state == "confirmed" and (found := find_by_pairing(pairing)) is not None:
        return found
    expect_version(pairing, version)
    if pairing.challenge is not None:
        db.session.refresh(pairing.challenge, with_for_update={"of": Challenge})
    fire("pairing.confirm", pairing, actor)
    if pairing.challenge is not None:
        record_pair(pairing.challenge, SYSTEM)
    locale = prefill.locale_of(pairing)
    collaboration = Collaboration(
        pairing=pairing,
        centre_id=pairing.centre_id,
        company_id=pairing.company_id,
        startup_id=pairing.startup_id,
        title=prefill.title_of(pairing, locale),
        locale=locale,
        agreement=Agreement(versions=[prefill.first_version(pairing, locale)]),
    )
    db.session.add(collaboration)
    db.session.flush()
    return collaboration


def take_step(
    collaboration: Collaboration, actor: Actor, step: str, *, reason: str = "", version: int | None = None
) -> None:
    """Fire a step that needs no more than a reason."""
    fire(step, collaboration, actor, reason=reason, version=version)


def judge_result(
    collaboration: Collaboration, actor: Actor, *, result: str, reason: str = "", version: int | None = None
) -> Collaboration:
    """Say how it ended; its agreement is completed with it."""
    policy.require(actor, RESULT_STEPS.get(result, "collaboration.succeed"), collaboration)
    expect_version(collaboration, version)
    if result not in RESULT_STEPS:
        raise Invalid(_l("Choose how it ended."), field="result")
    fire(RESULT_STEPS[result], collaboration, actor, reason=reason)
    agreement = collaboration.agreement
    if agreement is not None and agreement.state in AGREEMENT_IN_FORCE:
        if agreement.proposed is not None:
            agreement.proposed.ended_at = clock.now()
        fire("agreement.complete", agreement, SYSTEM)
    _end_grant(collaboration)
    return collaboration


def _end_grant(collaboration: Collaboration) -> None:
    """The startup's grant runs no longer than the work: until then it counts against its next applications."""
    pairing = collaboration.pairing
    award = award_of(pairing.application_id) if pairing.application_id is not None else None
    if award is not None and award.ends_on is None:
        end_award(award, max(award.awarded_on, clock.today(pairing.call.time_zone)), SYSTEM)


def terminate_collaboration(
    collaboration: Collaboration,
    actor: Actor,
    *,
    cause: str,
    ended_by: str,
    settlement: str,
    reason: str,
    version: int | None = None,
) -> Collaboration:
    """End it early: on whose side the cause lies, who ends it, how it is settled; the agreement ends with it."""
    policy.require(actor, "collaboration.terminate", collaboration)
    expect_version(collaboration, version)
    if collaboration.state not in LIVE:
        raise Blocked(_l("It has ended already."))
    for value, allowed, field in ((cause, CAUSES, "cause"), (ended_by, ENDERS, "ended_by")):
        if value not in allowed:
            raise Invalid(_l("Choose one of the answers."), field=field)
    if not says_something(settlement):
        raise Invalid(_l("Say how money, equipment, data and rights are settled."), field="settlement")
    if not says_something(reason):
        raise Invalid(_l("Give a reason: those concerned will read it."), field="reason")
    collaboration.ended_cause, collaboration.ended_by = cause, ended_by
    collaboration.settlement = settlement.strip()
    fire("collaboration.terminate", collaboration, actor, reason=reason, data={"cause": cause, "by": ended_by})
    agreement = collaboration.agreement
    if agreement is not None and agreement.state not in AGREEMENT_ENDED:
        fire("agreement.terminate", agreement, actor, reason=reason)
        for version_row in agreement.versions:
            version_row.ended_at = version_row.ended_at or clock.now()
    _end_grant(collaboration)
    db.session.flush()
    return collaboration


def write_report(
    collaboration: Collaboration,
    actor: Actor,
    *,
    goals: str,
    reached: str,
    spending: str,
    version: int | None = None,
) -> FinalReport:
    """Write or change the final report while it is not handed in."""
    policy.require(actor, "collaboration.write_report", collaboration)
    if collaboration.state not in AT_WORK:
        raise Blocked(_l("The final report is written while the work is under way."))
    if not says_something(goals):
        raise Invalid(_l("Say what the goals were."), field="goals")
    if not says_something(reached):
        raise Invalid(_l("Say what was reached."), field="reached")
    assert actor.user_id is not None
    report = collaboration.report
    if report is None:
        report = FinalReport(collaboration_id=collaboration.id, author_id=actor.user_id)
        db.session.add(report)
        collaboration.report = report
    else:
        expect_version(report, version)
    report.goals, report.reached, report.spending = goals.strip(), reached.strip(), spending.strip()
    touch(collaboration)
    events.record("collaboration.write_report", collaboration, actor)
    return report


def give_opinion(
    collaboration: Collaboration, actor: Actor, *, opinion: str, version: int | None = None
) -> Collaboration:
    """Put the company's opinion beside the report that was handed in."""
    policy.require(actor, "collaboration.give_opinion", collaboration)
    report = collaboration.report
    if report is None or collaboration.state not in ("final_report", *RESULTS, "follow_up"):
        raise Blocked(_l("The company gives its opinion once the final report has been handed in."))
    if collaboration.state != "final_report":
        raise Blocked(_l("The result has been recorded: the opinion it was judged with stays as it is."))
    expect_version(report, version)
    if not says_something(opinion):
        raise Invalid(_l("Write the company’s opinion."), field="opinion")
    report.company_opinion = opinion.strip()
    touch(collaboration)
    events.record("collaboration.give_opinion", collaboration, actor)
    return collaboration


def set_next_step(
    collaboration: Collaboration, actor: Actor, *, next_step: str, words: str, version: int | None = None
) -> Collaboration:
    """Record what the company will do next: buy, invest, extend or stop, in words."""
    policy.require(actor, "collaboration.set_next_step", collaboration)
    expect_version(collaboration, version)
    if collaboration.state not in ("final_report", *RESULTS, "follow_up"):
        raise Blocked(_l("The company says what comes next once the final report has been handed in."))
    if next_step not in NEXT_STEPS:
        raise Invalid(_l("Choose what comes next."), field="next_step")
    if not says_something(words):
        raise Invalid(_l("Say it in words: what, by when, who decides."), field="words")
    collaboration.next_step, collaboration.next_step_words = next_step, words.strip()
    db.session.flush()
    events.record("collaboration.set_next_step", collaboration, actor, data={"next_step": next_step})
    return collaboration
