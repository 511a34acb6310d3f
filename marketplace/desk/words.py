"""What each kind of task is called, what its button says and where it is done; and whose turn it is elsewhere.

``%(title)s`` is the challenge, call, collaboration or milestone, ``%(who)s`` an organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext

from marketplace.kernel.locales import _l


@dataclass(frozen=True)
class Wording:
    """``path`` takes the columns of the row; ``counts`` says how many things wait in it; ``posts`` does it at once."""

    title: Any
    action: Any
    path: str
    counts: Callable[[int], Any] | None = None
    posts: bool = False


CHALLENGE, CALL, APPLICATION, PAIRING = "/challenges/{id}", "/calls/{id}", "/applications/{id}", "/pairings/{id}"
WORK, AGREEMENT = "/collaborations/{part_id}", "/collaborations/{part_id}/agreement"
ORGANISATION, QUESTION = "/organisations/{id}", "/questions/{id}"
VISIBILITY = ORGANISATION + "/visibility"
REVIEW, WRITING, COMMENTS = CHALLENGE + "/review", CHALLENGE + "/edit", CHALLENGE + "/review#comments"
COMPARISON, DRAFT = CHALLENGE + "/applications/comparison", APPLICATION + "/draft"
PREVIEW = APPLICATION + "/preview"
MILESTONE, INVITATION = WORK + "/milestones/{id}", "/desk/invitations/{id}/acceptance"


def _applications(number: int) -> Any:
    return ngettext("%(num)s application", "%(num)s applications", number)


def _undecided(number: int) -> Any:
    return ngettext("%(num)s application without a decision", "%(num)s applications without a decision", number)


def _unclear(number: int) -> Any:
    return ngettext("%(num)s rule cannot be told yet", "%(num)s rules cannot be told yet", number)


def _claims(number: int) -> Any:
    return ngettext("%(num)s claim", "%(num)s claims", number)


TASKS: dict[str, Wording] = {
    # the centre
    "challenge.take_up": Wording(_l("Take up the challenge “%(title)s”"), _l("Read it"), REVIEW),
    "challenge.review": Wording(_l("Review the challenge “%(title)s”"), _l("Review it"), REVIEW),
    "challenge.place": Wording(_l("Publish the candidate “%(title)s” in a call"), _l("Publish it"), REVIEW),
    "organisation.verify": Wording(_l("Verify %(who)s"), _l("Check it"), ORGANISATION),
    "claim.decide": Wording(
        _l("Say who speaks for %(who)s"), _l("Compare and decide"), "/organisations/{id}/claims", _claims
    ),
    "call.publish": Wording(_l("Finish and publish the call “%(title)s”"), _l("Go on with it"), CALL),
    "call.screen": Wording(
        _l("Confirm who is eligible in “%(title)s”"), _l("Check them"), "/applications?call={id}&state=submitted",
        _applications,
    ),
    "call.prepare": Wording(
        _l("Shortlist and prepare the decisions of “%(title)s”"), _l("Prepare"), "/calls/{id}/decisions",
        _undecided,
    ),
    "call.release": Wording(_l("Release the decisions of “%(title)s”"), _l("Release"), "/calls/{id}/release"),
    "pairing.request": Wording(
        _l("Open the pairing for “%(title)s”"), _l("Open it"), "/pairings/new?application={id}"
    ),
    "pairing.remind": Wording(_l("No answer yet to the pairing for “%(title)s”"), _l("Send a reminder"), PAIRING),
    "pairing.confirm": Wording(_l("Confirm the pair for “%(title)s”"), _l("Confirm"), PAIRING),
    "collaboration.at_risk": Wording(_l("“%(title)s” is at risk"), _l("See what to do"), WORK),
    "collaboration.suspended": Wording(_l("“%(title)s” is suspended"), _l("See what to do"), WORK),
    "collaboration.judge": Wording(_l("Judge the final report of “%(title)s”"), _l("Judge"), WORK),
    "collaboration.follow_up": Wording(_l("Start the follow-up of “%(title)s”"), _l("Start"), WORK),
    "agreement.draft": Wording(_l("Write the agreement of “%(title)s”"), _l("Write it"), AGREEMENT),
    "agreement.open_signing": Wording(_l("Open the agreement of “%(title)s” for signature"), _l("Open it"), AGREEMENT),
    "milestone.overdue": Wording(_l("The milestone “%(title)s” is overdue"), _l("Ask or judge"), MILESTONE),
    "outcome.verify": Wording(_l("Verify what “%(title)s” led to"), _l("Verify"), WORK),
    "question.look_over": Wording(_l("Look over a question on “%(title)s”"), _l("Read it"), QUESTION),
    "question.overdue": Wording(_l("A question on “%(title)s” is not answered yet"), _l("Ask or answer"), QUESTION),
    # the network
    "call.overdue": Wording(_l("The answers to “%(title)s” are late"), _l("See the call"), CALL),
    "network.at_risk": Wording(_l("“%(title)s” is at risk"), _l("See it"), WORK),
    "network.suspended": Wording(_l("“%(title)s” is suspended"), _l("See it"), WORK),
    "network.milestone": Wording(_l("The milestone “%(title)s” is overdue"), _l("See it"), MILESTONE),
    # companies
    "challenge.finish": Wording(_l("Finish the challenge “%(title)s” and send it"), _l("Go on writing"), WRITING),
    "challenge.change": Wording(_l("Change “%(title)s” as the centre asked"), _l("See what to change"), COMMENTS),
    "challenge.compare": Wording(
        _l("Compare the applications to “%(title)s”"), _l("Compare"), COMPARISON, _applications
    ),
    "milestone.judge": Wording(_l("Judge the milestone “%(title)s”"), _l("Judge"), MILESTONE),
    "milestone.answer_change": Wording(
        _l("Agree to a change of the milestone “%(title)s”, or refuse it"), _l("Answer"), MILESTONE
    ),
    "collaboration.give_opinion": Wording(
        _l("Add your opinion to the report of “%(title)s”"), _l("Write it"), WORK
    ),
    "collaboration.next_step": Wording(_l("Say what comes after “%(title)s”"), _l("Say it"), WORK),
    "outcome.countersign": Wording(_l("Countersign what “%(title)s” led to"), _l("Read and countersign"), WORK),
    "question.answer": Wording(_l("Answer a question on “%(title)s”"), _l("Answer"), QUESTION),
    # startups
    "application.finish": Wording(_l("Finish your application to “%(title)s”"), _l("Go on writing"), DRAFT),
    "application.change": Wording(
        _l("Submit your changes to “%(title)s”, or give them up"), _l("Go on writing"), DRAFT
    ),
    "challenge.apply": Wording(_l("You are invited to apply to “%(title)s”"), _l("Read it"), CHALLENGE),
    "application.confirm": Wording(
        _l("Say whether you apply to “%(title)s”"), _l("Answer"), APPLICATION + "/check"
    ),
    "application.unclear": Wording(
        _l("Clear up your eligibility for “%(title)s”"), _l("See what is missing"), APPLICATION + "/check",
        _unclear,
    ),
    "application.take_place": Wording(_l("Take or refuse the place in “%(title)s”"), _l("Answer"), APPLICATION),
    "milestone.reach": Wording(_l("Reach the milestone “%(title)s”"), _l("See it"), MILESTONE),
    "collaboration.report": Wording(_l("Hand in the final report of “%(title)s”"), _l("Write it"), WORK),
    "outcome.claim": Wording(_l("Say what “%(title)s” led to"), _l("Add an outcome"), WORK),
    # both sides
    "application.sign_off": Wording(_l("Confirm the joint application to “%(title)s”"), _l("Read it"), PREVIEW),
    "pairing.answer": Wording(_l("Accept or refuse the pairing for “%(title)s”"), _l("Answer"), PAIRING),
    "agreement.read": Wording(_l("Read the agreement of “%(title)s”"), _l("Read it"), AGREEMENT),
    "agreement.sign": Wording(_l("Sign the agreement of “%(title)s”"), _l("Read and sign"), AGREEMENT),
    "agreement.name_signer": Wording(_l("Name who signs the agreement of “%(title)s”"), _l("Name them"), AGREEMENT),
    "organisation.choose_shown": Wording(
        _l("%(who)s is verified, but nobody finds it yet: say what others see"), _l("Choose"), VISIBILITY
    ),
    "organisation.submit": Wording(_l("Have %(who)s verified by the centre"), _l("Complete the profile"), ORGANISATION),
    "organisation.correct": Wording(
        _l("Correct the profile of %(who)s as the centre asked"), _l("Correct it"), ORGANISATION
    ),
    # anybody
    "invitation.accept": Wording(_l("%(who)s invites you"), _l("Join"), INVITATION, posts=True),
    "organisation.create": Wording(_l("Add your organisation, or join one"), _l("Add it"), "/organisations/new"),
}  # fmt: skip

CENTRE_READS, PARTIES_SIGN = _l("The centre reads it"), _l("The parties sign")
TURNS: dict[str, tuple[str, Any]] = {
    "call.published": (CALL, _l("The call opens on its day")),
    "call.open": (CALL, _l("Startups apply")),
    "call.closed": (CALL, _l("The centre decides")),
    "claim.open": ("/claims/{id}", _l("The centre, or its network, looks at your claim")),
    "challenge.submitted": (CHALLENGE, CENTRE_READS),
    "challenge.in_review": (CHALLENGE, CENTRE_READS),
    "challenge.revision": (CHALLENGE, _l("The company changes it")),
    "challenge.candidate": (CHALLENGE, _l("The centre publishes it in a call")),
    "challenge.open": (CHALLENGE, _l("Startups apply")),
    "challenge.closed": (CHALLENGE, _l("The centre decides")),
    "challenge.answered": (CHALLENGE, _l("The selected startups and the company pair up")),
    "question.asked": (QUESTION, _l("The centre looks over your question")),
    "question.published": (QUESTION, _l("The company answers your question")),
    "application.sealed": (APPLICATION, _l("Applications close, then the centre reads")),
    "application.submitted": (APPLICATION, _l("The centre checks eligibility")),
    "application.eligible": (APPLICATION, _l("The centre decides")),
    "application.shortlisted": (APPLICATION, _l("The centre decides")),
    "application.reserve": (APPLICATION, _l("A place has to become free")),
    "pairing.requested": (PAIRING, _l("Company and startup answer")),
    "pairing.accepted": (PAIRING, _l("The centre confirms")),
    "agreement.drafting": (AGREEMENT, _l("The centre writes the agreement")),
    "agreement.review": (AGREEMENT, _l("The parties read the agreement")),
    "agreement.signing": (AGREEMENT, PARTIES_SIGN),
    "agreement.active": (WORK, _l("The work starts")),
    "agreement.amending": (AGREEMENT, PARTIES_SIGN),
    "agreement.completed": (WORK, _l("The centre closes it")),
    "agreement.terminated": (WORK, _l("The centre closes it")),
    "collaboration.active": (WORK, _l("Company and startup work on the next milestone")),
    "collaboration.at_risk": (WORK, _l("Company and startup say what is done, the centre clears the risk")),
    "collaboration.suspended": (WORK, _l("The centre resumes or ends it")),
    "collaboration.final_report": (WORK, _l("The company gives its opinion, the centre judges the report")),
    "collaboration.follow_up": (WORK, _l("Company and startup go on")),
}
