"""An application's way from a draft to an answer."""

from __future__ import annotations

from typing import Any

from marketplace.applications.completeness import gaps_of
from marketplace.kernel import turns
from marketplace.kernel.audiences import EARLY, STAFF, Audience
from marketplace.kernel.locales import _l, _lp
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

DECISIONS = MailKind(
    "decisions",
    10,
    _l("Receipts and decisions"),
    _l("That an application arrived, whether it is eligible, and what was decided."),
    fixed=_l("It carries a date from which rights and time limits run, so it always comes."),
)
MailKind(
    "applications",
    40,
    _l("Your applications"),
    _l("Invitations of partners, confirmations and withdrawals."),
    ("application",),
)

TEAM = Audience(("team",))  # everyone who writes the application
RECEIPT = TEAM.by("receipt", kind=DECISIONS, with_actor=True)
DECISION = TEAM.by("decision", kind=DECISIONS)
PLACE = (TEAM | STAFF).by(kind=DECISIONS)
LEAVING = (TEAM | STAFF).by(with_actor=True)


def is_confirmed(application: Any) -> Any:
    if application.draft is None:
        return _l("There is no draft to submit.")
    return None


def is_complete(application: Any) -> Any:
    gaps = gaps_of(application)
    return gaps[0].text if gaps else None


def all_signed_off(application: Any) -> Any:
    if any(party.must_sign_off and not party.has_signed_off for party in application.parties):
        return _l("Every party has to confirm this version before it is submitted.")
    return None


def was_never_submitted(application: Any) -> Any:
    return _l("A submitted application is withdrawn, not deleted.") if application.number else None


CENTRE_DECIDES = _l("The centre decides")

APPLICATION = Machine(
    subject="application",
    initial="draft",
    states={
        "draft": State("quiet", _l("Draft"), _l("Draft"), turns.STARTUP),
        "submitted": State(
            "waiting", _l("Submitted"), _l("Eligibility to confirm"),
            turns.CENTRE.to(_l("The centre checks eligibility")),
        ),
        "eligible": State("moving", _l("Eligible"), _l("Eligible"), turns.CENTRE.to(CENTRE_DECIDES)),
        "ineligible": State("stopped", _l("Not eligible"), _l("Not eligible"), turns.NOBODY),
        # who is on the shortlist is the centre's to know: to the applicant it reads as before, until the release
        "shortlisted": State("moving", _l("Eligible"), _l("Shortlisted"), turns.CENTRE.to(CENTRE_DECIDES)),
        "selected": State("done", _l("Selected"), _l("Selected"), turns.NOBODY),
        "reserve": State(
            "waiting", _l("On the reserve list"), _l("Reserve"),
            turns.CENTRE.to(_l("A place has to become free")),
        ),
        "declined": State("stopped", _l("Not selected"), _l("Declined"), turns.NOBODY),
        "withdrawn": State("stopped", _lp("application", "Withdrawn"), _lp("application", "Withdrawn"), turns.NOBODY),
        "stepped_back": State("stopped", _l("Stepped back"), _l("Stepped back"), turns.NOBODY),
    },
    steps=(
        Step(
            "application.submit", ("draft",), "submitted", _l("Submit application"), _l("submitted the application"),
            (is_confirmed, is_complete, all_signed_off), tells=RECEIPT,
        ),
        Step(
            "application.resubmit", ("submitted",), "submitted", _l("Submit the new version"),
            _l("submitted a new version"), (is_confirmed, is_complete, all_signed_off), tells=RECEIPT,
        ),
        Step(
            "application.discard", ("draft",), "withdrawn", _l("Delete this draft"), _l("deleted the draft"),
            (was_never_submitted,), silent=EARLY,
        ),
        Step(
            "application.confirm_eligible", ("submitted", "ineligible"), "eligible", _l("Confirm eligibility"),
            _l("confirmed that the application is eligible"), tells=TEAM.by(kind=DECISIONS),
        ),
        Step(
            "application.find_ineligible", ("submitted", "eligible"), "ineligible", _l("Not eligible"),
            _l("found the application not eligible"), reason=True, tells=DECISION,
        ),
        Step(
            "application.shortlist", ("eligible",), "shortlisted", _l("Shortlist"),
            _l("put the application on the shortlist"), staff_only=True,
            silent="nothing is told before the decisions are released together",
        ),
        Step(
            "application.unshortlist", ("shortlisted",), "eligible", _l("Take off the shortlist"),
            _l("took the application off the shortlist"), staff_only=True,
            silent="nothing is told before the decisions are released together",
        ),
        Step(
            "application.select", ("shortlisted",), "selected", _l("Select"), _l("selected the application"),
            tells=DECISION,
        ),
        Step(
            "application.put_on_reserve", ("shortlisted",), "reserve", _l("Put on the reserve list"),
            _l("put the application on the reserve list"), tells=DECISION,
        ),
        Step(
            "application.decline", ("eligible", "shortlisted"), "declined", _l("Decline"),
            _l("declined the application"), reason=True, tells=DECISION,
        ),
        Step(
            "application.take_place", ("reserve",), "selected", _l("Take the place"),
            _l("took the place offered from the reserve"), tells=PLACE,
        ),
        Step(
            "application.withdraw", ("draft", "submitted", "eligible", "shortlisted"), "withdrawn", _l("Withdraw"),
            _l("withdrew the application"), reason=True, tells=LEAVING,
        ),
        Step(
            "application.step_back", ("selected", "reserve"), "stepped_back", _l("Step back"),
            _l("stepped back after the decision"), reason=True, tells=LEAVING,
        ),
    ),
)  # fmt: skip

Words(
    "application.open_file",
    _l("opened the application"),
    staff_only=True,
    silent="who reads a file is on record, not news",
)
Words(
    "application.override_rule",
    _l("judged an eligibility rule otherwise"),
    staff_only=True,
    silent="the verdict itself is told",
)
Words(
    "application.check_again",
    _l("had the eligibility rules checked again"),
    staff_only=True,
    silent="the verdict itself is told",
)
Words("application.judge_anew", _l("had its eligibility checked anew, since a fact has changed"), tells=TEAM)
Words(
    "application.give_opinion",
    _l("gave its view on the fit"),
    staff_only=True,
    silent="the company's view is for the decision, which is told",
)
Words("application.start", _l("started the application"), silent=EARLY)
Words("application.recommend", _l("named the startup for this call"), tells=TEAM)
Words("application.invite", _l("invited the startup to apply together"), tells=TEAM)
Words("application.confirm", _l("agreed to apply"), tells=TEAM)
Words("application.sign_off", _l("confirmed this version"), tells=TEAM)
Words("application.reopen", _l("opened the application to change it"), silent=EARLY)
Words("application.keep", _l("gave the changes up: the submitted version stays"), silent=EARLY)
Words("application.offer_place", _l("offered the place to the reserve"), tells=TEAM.by("place_offer", kind=DECISIONS))
Words("application.refuse_place", _l("refused the place"), tells=PLACE, reason=True)
Words("application.lapse_offer", _l("let the offer of the place lapse"), tells=PLACE)
Words("call.closing_soon", _l("applications close soon"), silent="reminders tell it, each drafter apart")

PENDING = APPLICATION.named("pending", "eligible", "shortlisted")  # examined, and not decided yet
IN_HAND = APPLICATION.named("in_hand", "submitted", "eligible", "shortlisted")  # sent, and without an answer
UNOPENED = APPLICATION.named("unopened", "draft", "submitted")
UNANSWERED = APPLICATION.named("unanswered", "draft", "submitted", "eligible", "shortlisted")
HOLDING = APPLICATION.named("holding", "selected", "reserve")
LEFT = APPLICATION.named("left", "withdrawn", "stepped_back")
IN_SCREENING = APPLICATION.named("in_screening", "submitted", "eligible", "ineligible")
APPLICATION.named("screened", "eligible", "ineligible", "shortlisted")
UNSCREENED = APPLICATION.named("unscreened", "draft", "submitted", "withdrawn")
AWAITING = APPLICATION.named("awaiting", "submitted", "eligible", "shortlisted", "reserve")
COMPANY_SEES = APPLICATION.named(
    "company_sees", "eligible", "shortlisted", "selected", "reserve", "declined", "stepped_back"
)
LISTED = APPLICATION.named("listed", *(state for state in APPLICATION.states if state != "draft"))  # for staff
