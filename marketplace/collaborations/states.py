"""A collaboration, its agreement, its milestones and its outcomes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.kernel import clock, turns
from marketplace.kernel.audiences import EARLY, ELSEWHERE, EVERYONE
from marketplace.kernel.locales import _l
from marketplace.kernel.sentences import all_of, day, fill
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

LIVE = ("planned", "active", "at_risk", "suspended", "final_report")
MISSED = ("partially_met", "not_met")
RESULTS = ("succeeded", "partial", "good_faith_failure", "failed")
OPINION_WAIT = timedelta(days=14)  # how long the company's opinion on the final report is waited for


def agreement_in_force(collaboration: Any) -> Any:
    agreement = collaboration.agreement
    if agreement is None or agreement.state not in ("active", "amending"):
        return _l("The agreement has to be signed by all parties first.")
    return None


def milestones_judged(collaboration: Any) -> Any:
    if any(milestone.state == "scheduled" for milestone in collaboration.milestones):
        return _l("Every milestone has to be judged first: met, partly met or not met.")
    return None


def has_report(collaboration: Any) -> Any:
    return None if collaboration.report else _l("The final report has to be handed in first.")


def company_heard(collaboration: Any) -> Any:
    """The company's opinion comes before the result; silence holds nobody up for longer than its days."""
    report, since = collaboration.report, collaboration.state_since
    if (report and report.company_opinion) or since is None or clock.now() >= since + OPINION_WAIT:
        return None
    last = clock.day_of(since + OPINION_WAIT, collaboration.centre.time_zone)
    words = _l("The company gives its opinion on the report first. Without one the result is recorded from %(date)s.")
    return fill(words, date=day(last))


def has_next_step(collaboration: Any) -> Any:
    if not collaboration.next_step:
        return _l("The company says first what comes next: buy, invest, extend or stop.")
    return None


COLLABORATION = Machine(
    subject="collaboration",
    initial="planned",
    states={
        "planned": State("waiting", _l("Agreement being prepared"), _l("Planned"), turns.EVERYONE),
        "active": State(
            "moving", _l("Under way"), _l("Active"),
            turns.SIDES.to(_l("Company and startup work on the next milestone")),
        ),
        "at_risk": State(
            "stopped", _l("At risk"), _l("At risk"),
            turns.EVERYONE.to(_l("Company and startup say what is done, the centre clears the risk")),
        ),
        "suspended": State(
            "stopped", _l("Suspended"), _l("Suspended"),
            turns.CENTRE.to(_l("The centre resumes or ends it")),
        ),
        "final_report": State(
            "waiting", _l("Final report"), _l("Final report"),
            turns.CENTRE.to(_l("The company gives its opinion, the centre judges the report")),
        ),
        "succeeded": State("done", _l("Succeeded"), _l("Succeeded"), turns.COMPANY),
        "partial": State("done", _l("Partly succeeded"), _l("Partly succeeded"), turns.COMPANY),
        "good_faith_failure": State("stopped", _l("Failed in good faith"), _l("Good-faith failure"), turns.COMPANY),
        "failed": State("stopped", _l("Failed"), _l("Failed"), turns.COMPANY),
        "follow_up": State(
            "moving", _l("Followed up"), _l("Follow-up"),
            turns.STARTUP.to(_l("The startup reports outcomes")),
        ),
        "archived": State("quiet", _l("In the archive"), _l("In the archive"), turns.NOBODY),
        "terminated": State("stopped", _l("Ended early"), _l("Terminated"), turns.NOBODY),
    },
    steps=(
        Step(
            "collaboration.start", ("planned",), "active", _l("Start the work"), _l("started"), (agreement_in_force,),
            tells=EVERYONE,
        ),
        Step(
            "collaboration.flag_risk", ("active",), "at_risk", _l("Report a risk"), _l("reported a risk"), reason=True,
            tells=EVERYONE,
        ),
        Step(
            "collaboration.clear_risk", ("at_risk",), "active", _l("Clear the risk"), _l("cleared the risk"),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "collaboration.suspend", ("active", "at_risk"), "suspended", _l("Suspend"), _l("suspended the work"),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "collaboration.resume", ("suspended",), "active", _l("Resume"), _l("resumed the work"), reason=True,
            tells=EVERYONE,
        ),
        Step(
            "collaboration.report", ("active", "at_risk"), "final_report", _l("Hand in the final report"),
            _l("handed in the final report"), (milestones_judged, has_report), tells=EVERYONE,
        ),
        Step(
            "collaboration.return_report", ("final_report",), "active", _l("Send the report back"),
            _l("sent the final report back"), reason=True, tells=EVERYONE,
        ),
        *(
            Step(
                f"collaboration.{name}", ("final_report",), target, verb, past, (company_heard,), reason, tells=EVERYONE
            )
            for name, target, verb, past, reason in (
                ("succeed", "succeeded", _l("Succeeded"), _l("judged it a success"), False),
                ("judge_partial", "partial", _l("Partly succeeded"), _l("judged it a partial success"), True),
                (
                    "judge_good_faith_failure",
                    "good_faith_failure",
                    _l("Failed in good faith"),
                    _l("judged it a good-faith failure"),
                    True,
                ),
                ("judge_failed", "failed", _l("Failed"), _l("judged it a failure"), True),
            )
        ),
        Step(
            "collaboration.follow_up", RESULTS, "follow_up", _l("Start the follow-up"), _l("started the follow-up"),
            (has_next_step,), tells=EVERYONE,
        ),
        Step(
            "collaboration.archive", ("follow_up", "terminated", *RESULTS), "archived", _l("Archive"),
            _l("archived the collaboration"), silent="nothing changes for anybody",
        ),
        Step(
            "collaboration.terminate", LIVE, "terminated", _l("End early"), _l("ended the collaboration early"),
            reason=True, tells=EVERYONE,
        ),
    ),
)  # fmt: skip


def missing_terms(agreement: Any) -> list[Any]:
    """Names of the terms that are still to be written."""
    version = agreement.proposed
    named = {
        "purpose": _l("the purpose"),
        "starts_on": _l("the day it begins"),
        "ends_on": _l("the day it ends"),
        "amount": _l("the amount"),
        "ip_option": _l("the intellectual property terms"),
        "governing_law": _l("the governing law"),
        "text": _l("the text"),
    }
    if version is None:
        return list(named.values())
    found = [words for name, words in named.items() if _is_empty(getattr(version, name))]
    if version.ip_option == "other" and not version.ip_terms.strip():
        found.append(_l("the intellectual property terms in words"))
    return found


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def missing_signers(agreement: Any) -> list[Any]:
    """Whose signer is still to be named."""
    version, collaboration = agreement.proposed, agreement.collaboration
    roles = {
        collaboration.company_id: _l("the signer of the company"),
        collaboration.startup_id: _l("the signer of the startup"),
        collaboration.centre_id: _l("the signer of the centre"),
    }
    parties = version.parties if version is not None else []
    return [roles[party.organisation_id] for party in parties if party.signer_id is None]


def _still(missing: list[Any]) -> Any:
    return fill(_l("Still missing: %(what)s."), what=all_of(missing)) if missing else None


def has_terms(agreement: Any) -> Any:
    return _still(missing_terms(agreement))


def is_complete(agreement: Any) -> Any:
    """All that is missing before the parties can sign, at once."""
    return _still([*missing_terms(agreement), *missing_signers(agreement)])


def is_signed(agreement: Any) -> Any:
    version = agreement.proposed
    if version is None or any(party.signature is None for party in version.parties):
        return _l("Every party has to sign first.")
    return None


def is_offered(agreement: Any) -> Any:
    version = agreement.proposed
    if version is None or version.offered_at is None:
        return _l("The amendment has not been offered for signature yet.")
    return None


SIGN, CENTRE_CLOSES = turns.SIDES.to(_l("The parties sign the agreement")), turns.CENTRE.to(_l("The centre closes it"))

AGREEMENT = Machine(
    subject="agreement",
    initial="drafting",
    states={
        "drafting": State(
            "quiet", _l("Being drafted"), _l("Drafting"),
            turns.CENTRE.to(_l("The centre drafts the agreement")),
        ),
        "review": State(
            "waiting", _l("Being read by the parties"), _l("In review"),
            turns.SIDES.to(_l("The parties read the agreement")),
        ),
        "signing": State("waiting", _l("To be signed"), _l("Signing"), SIGN),
        "active": State("moving", _l("In force"), _l("In force"), turns.SIDES.to(_l("The work starts"))),
        "amending": State("waiting", _l("In force, being amended"), _l("Amending"), SIGN),
        "completed": State("done", _l("Carried out"), _l("Carried out"), CENTRE_CLOSES),
        "terminated": State("stopped", _l("Terminated"), _l("Terminated"), CENTRE_CLOSES),
    },
    steps=(
        Step(
            "agreement.send", ("drafting",), "review", _l("Send for reading"), _l("sent the agreement for reading"),
            (has_terms,), tells=EVERYONE,
        ),
        Step(
            "agreement.return", ("review",), "drafting", _l("Ask for changes"),
            _l("asked for changes to the agreement"), reason=True, tells=EVERYONE,
        ),
        Step(
            "agreement.open_signing", ("review",), "signing", _l("Open for signature"), _l("opened it for signature"),
            (is_complete,), tells=EVERYONE,
        ),
        Step(
            "agreement.redraft", ("signing",), "drafting", _l("Change the text"), _l("took the text back to change it"),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "agreement.take_effect", ("signing", "amending"), "active", _l("Put in force"),
            _l("the agreement came into force"), (is_signed,), tells=EVERYONE,
        ),
        Step(
            "agreement.refuse", ("signing",), "drafting", _l("Refuse to sign"), _l("refused to sign the agreement"),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "agreement.refuse_amendment", ("amending",), "active", _l("Refuse the amendment"),
            _l("refused the amendment"), (is_offered,), reason=True, tells=EVERYONE,
        ),
        Step(
            "agreement.amend", ("active",), "amending", _l("Amend"), _l("began an amendment"), reason=True,
            tells=EVERYONE,
        ),
        Step(
            "agreement.drop_amendment", ("amending",), "active", _l("Drop the amendment"), _l("dropped the amendment"),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "agreement.complete", ("active", "amending"), "completed", _l("Complete"), _l("completed the agreement"),
            silent=ELSEWHERE,
        ),
        Step(
            "agreement.terminate", ("drafting", "review", "signing", "active", "amending"), "terminated",
            _l("Terminate"), _l("terminated the agreement"), reason=True, silent=ELSEWHERE,
        ),
    ),
)  # fmt: skip


def in_live_work(milestone: Any) -> Any:
    if milestone.collaboration.state not in LIVE:
        return _l("The collaboration has ended, so its milestones stay as they are.")
    return None


MILESTONE = Machine(
    subject="milestone",
    initial="scheduled",
    states={
        "scheduled": State("waiting", _l("Scheduled"), _l("Scheduled"), turns.SIDES),
        "met": State("done", _l("Met"), _l("Met"), turns.NOBODY),
        "partially_met": State("moving", _l("Partly met"), _l("Partly met"), turns.NOBODY),
        "not_met": State("stopped", _l("Not met"), _l("Not met"), turns.NOBODY),
    },
    steps=(
        Step(
            "milestone.meet", ("scheduled",), "met", _l("Met"), _l("judged a milestone met"), (in_live_work,),
            tells=EVERYONE,
        ),
        Step(
            "milestone.partially_meet", ("scheduled",), "partially_met", _l("Partly met"),
            _l("judged a milestone partly met"), (in_live_work,), reason=True, tells=EVERYONE,
        ),
        Step(
            "milestone.miss", ("scheduled",), "not_met", _l("Not met"), _l("judged a milestone not met"),
            (in_live_work,), reason=True, tells=EVERYONE,
        ),
        Step(
            "milestone.reschedule", MISSED, "scheduled", _l("Schedule again"), _l("scheduled a milestone again"),
            (in_live_work,), reason=True, tells=EVERYONE,
        ),
    ),
)  # fmt: skip


def has_consents(outcome: Any) -> Any:
    if not (outcome.may_publish and outcome.company_may_publish):
        return _l("Both the startup and the company have to consent to the publication first.")
    return None


OUTCOME = Machine(
    subject="outcome",
    initial="claimed",
    states={
        "claimed": State("waiting", _l("Claimed"), _l("Claimed"), turns.COMPANY),
        "evidenced": State("moving", _l("Countersigned by the company"), _l("To verify"), turns.CENTRE),
        "verified": State("done", _l("Verified"), _l("Verified"), turns.CENTRE),
        "published": State("done", _l("Published"), _l("Published"), turns.NOBODY),
        "disputed": State("stopped", _l("Disputed"), _l("Disputed"), turns.STARTUP),
        "superseded": State("quiet", _l("Corrected since"), _l("Superseded"), turns.NOBODY),
    },
    steps=(
        Step(
            "outcome.countersign", ("claimed",), "evidenced", _l("Countersign"), _l("countersigned the outcome"),
            tells=EVERYONE,
        ),
        Step("outcome.verify", ("evidenced",), "verified", _l("Verify"), _l("verified the outcome"), tells=EVERYONE),
        Step(
            "outcome.publish", ("verified",), "published", _l("Publish"), _l("published the outcome"), (has_consents,),
            tells=EVERYONE,
        ),
        Step(
            "outcome.dispute", ("claimed", "evidenced"), "disputed", _l("Dispute"), _l("disputed the outcome"),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "outcome.supersede", ("claimed", "evidenced", "verified", "published", "disputed"), "superseded",
            _l("Correct"), _l("replaced the outcome by a correction"), reason=True, tells=EVERYONE,
        ),
    ),
)  # fmt: skip

Words("agreement.edit", _l("changed the text of the agreement"), silent="its text is sent for reading as a whole")
Words("agreement.offer", _l("offered the amendment for signature"), tells=EVERYONE)
Words("agreement.name_signer", _l("named who signs"), silent="the page of the agreement shows it")
Words("agreement.join", _l("changed whether the centre is a party"), tells=EVERYONE)
Words("agreement.sign", _l("signed the agreement"), tells=EVERYONE)
Words("milestone.plan", _l("planned a milestone"), tells=EVERYONE)
Words("milestone.edit", _l("changed a milestone"), tells=EVERYONE)
Words("milestone.ask_change", _l("asked to change a milestone"), tells=EVERYONE, reason=True)
Words(
    "milestone.agree_change",
    _l("agreed to change a milestone"),
    silent="the change itself tells it, and the desk shows who has still to agree",
)
Words("milestone.refuse_change", _l("refused to change a milestone"), tells=EVERYONE, reason=True)
Words("milestone.withdraw_change", _l("no longer asks to change a milestone"), tells=EVERYONE)
Words("milestone.change", _l("changed a milestone, as both sides agreed"), tells=EVERYONE)
Words("collaboration.note", _l("wrote a progress note"), tells=EVERYONE)
Words("collaboration.write_report", _l("wrote on the final report"), silent=EARLY)
Words("collaboration.give_opinion", _l("gave the company’s opinion"), tells=EVERYONE)
Words("collaboration.set_next_step", _l("said what comes next"), tells=EVERYONE)
Words("outcome.claim", _l("claimed an outcome"), tells=EVERYONE)
Words(
    "outcome.consent", _l("decided on the publication of an outcome"), silent="the page of the collaboration shows it"
)

COLLABORATION.named("live", *LIVE)
MILESTONE.named("missed", *MISSED)
COLLABORATION.named("results", *RESULTS)
ENDED = COLLABORATION.named("ended", *RESULTS, "follow_up", "archived", "terminated")
AT_WORK = COLLABORATION.named("at_work", "active", "at_risk")
BEGUN = COLLABORATION.named("begun", "active", "at_risk", "suspended")
TROUBLED = COLLABORATION.named("troubled", "at_risk", "suspended")
OVER = COLLABORATION.named("over", "archived", "terminated")
WITHOUT_OUTCOMES = COLLABORATION.named("without_outcomes", "planned", "archived")
COLLABORATION.named("unreported", "planned", "active", "at_risk", "suspended")
COLLABORATION.named("reported", "final_report", *RESULTS, "follow_up")
OF_OTHERS = COLLABORATION.named("of_others", *COLLABORATION.left_to_others(turns.CENTRE, (*LIVE, "follow_up")))
UNTROUBLED = COLLABORATION.named("untroubled", "planned", "active", "final_report", "follow_up")
AGREEMENT_WRITABLE = AGREEMENT.named("writable", "drafting", "amending")
AGREEMENT_UNSIGNED = AGREEMENT.named("unsigned", "drafting", "review", "amending")
AGREEMENT_IN_FORCE = AGREEMENT.named("in_force", "active", "amending")
AGREEMENT_AT_WORK = AGREEMENT.named("at_work", "active", "completed", "terminated")  # read on the page of the work
AGREEMENT_ENDED = AGREEMENT.named("ended", "completed", "terminated")
AGREEMENT_PROPOSED = AGREEMENT.named("proposed", "review", "signing")
OUTCOME_CONFIRMED = OUTCOME.named("confirmed", "verified", "published")
OUTCOME_UNPUBLISHED = OUTCOME.named("unpublished", "claimed", "evidenced", "verified")
OUTCOME.named("countersigned", "evidenced", "verified")
