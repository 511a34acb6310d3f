"""A challenge's way from a company's draft to an answer: the company writes, the centre publishes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.challenges.sections import LABELS, missing_fields
from marketplace.kernel import clock, turns
from marketplace.kernel.audiences import APPLICANTS, CLOCK, COMPANY, EARLY, ELSEWHERE, STAFF, Alert, Audience, stands
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l, _lp
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

RECEIVERS = Audience(("receiving staff",))  # of the centre that manages the call, where another put the challenge there
INVITED = Audience(("invited startups",))

MailKind(
    "challenges",
    50,
    _l("Your challenges"),
    _l("Where a challenge of yours, or one you are invited to, stands in review, and what became of it."),
    ("challenge",),
)


class FieldNames:
    """Names of fields, joined when they are read, in the language of whoever reads."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def __str__(self) -> str:
        return ", ".join(str(LABELS[name]) for name in self.names)


def is_complete(challenge: Any) -> Any:
    wanted = missing_fields(challenge)
    if not wanted:
        return None
    return _l("Complete the challenge first. Still missing: %(fields)s.", fields=FieldNames(wanted))


def is_coherent(challenge: Any) -> Any:
    closing = challenge.closing()
    if challenge.decision_date and closing and challenge.decision_date < clock.day_of(closing, challenge.zone):
        return _l("The decision date lies before applications close. Move the decision date first.")
    return None


def is_corrected(event: Event, challenge: Any, now: datetime) -> bool:
    """Whether a correction is news: a language more changes nothing."""
    return bool(event.data["corrected"]) and challenge.state_at(now) == "open"


def has_call(challenge: Any) -> Any:
    return None if challenge.call_id else _l("Choose the call that this challenge is published in first.")


CENTRE_READS = _l("The centre reads it")

CHALLENGE = Machine(
    subject="challenge",
    initial="draft",
    states={
        "draft": State("quiet", _l("Draft"), _l("Draft"), turns.COMPANY),
        "submitted": State("waiting", _l("With the centre"), _l("To review"), turns.CENTRE.to(CENTRE_READS)),
        "in_review": State("waiting", _l("Being reviewed"), _l("In review"), turns.CENTRE.to(CENTRE_READS)),
        "revision": State(
            "waiting", _l("Changes asked of you"), _l("Changes asked"),
            turns.COMPANY.to(_l("The company changes it")),
        ),
        "candidate": State(
            "moving", _l("Taken as a candidate"), _l("Candidate"),
            turns.CENTRE.to(_l("The centre publishes it in a call")),
        ),
        "rejected": State("stopped", _l("Not taken"), _l("Rejected"), turns.NOBODY),
        "open": State("moving", _l("Open for applications"), _l("Open"), turns.STARTUPS.to(_l("Startups apply"))),
        "closed": State(
            "waiting", _l("Closed, being decided"), _l("Closed"),
            turns.CENTRE.to(_l("The centre decides")),
        ),
        "filled": State("done", _l("A startup was found"), _l("Filled"), turns.NOBODY),
        "unfilled": State("stopped", _l("No startup was found"), _l("Unfilled"), turns.NOBODY),
        "archived": State("quiet", _l("Archived"), _l("Archived"), turns.NOBODY),
        "withdrawn": State("stopped", _lp("challenge", "Withdrawn"), _lp("challenge", "Withdrawn"), turns.NOBODY),
    },
    steps=(
        Step(
            "challenge.submit", ("draft",), "submitted", _l("Send to the centre"),
            _l("sent the challenge to the centre"), (is_complete,), tells=STAFF,
        ),
        Step(
            "challenge.take_up", ("submitted",), "in_review", _l("Start the review"), _l("started the review"),
            tells=COMPANY,
        ),
        Step(
            "challenge.ask_changes", ("in_review", "candidate"), "revision", _l("Ask for changes"),
            _l("asked for changes"), reason=True, tells=COMPANY,
        ),
        Step(
            "challenge.resubmit", ("revision",), "in_review", _l("Send it again"), _l("sent the challenge again"),
            (is_complete,), tells=STAFF,
        ),
        Step(
            "challenge.accept", ("in_review",), "candidate", _l("Take as a candidate"),
            _l("took the challenge as a candidate"), (is_complete,), tells=COMPANY,
        ),
        Step(
            "challenge.reject", ("in_review", "revision", "candidate"), "rejected", _l("Reject"),
            _l("rejected the challenge"), reason=True, tells=COMPANY,
        ),
        Step(
            "challenge.publish", ("candidate",), "open", _l("Publish"), _l("published the challenge"),
            (is_complete, has_call, is_coherent), tells=COMPANY,
            alert=Alert(
                _l("New challenge: %(title)s"), _l("A challenge you may be interested in has been published."),
                stands("open"), is_new=True,
            ),
        ),
        Step(
            "challenge.close", ("open",), "closed", _l("Close"), _l("closed at the deadline"), silent=CLOCK,
            alert=Alert(
                _l("Closed for applications: %(title)s"),
                _l("A challenge you follow has closed for applications. The next news will be what became of it."),
                stands("closed"),
            ),
        ),
        Step(
            "challenge.reopen", ("closed",), "open", _l("Open again"), _l("opened again with its call"),
            silent="the call that opened again tells it",
            alert=Alert(
                _l("Open again: %(title)s"), _l("A challenge you follow takes applications again."), stands("open"),
            ),
        ),
        Step(
            "challenge.fill", ("closed",), "filled", _l("Mark as filled"), _l("found its startup"), tells=COMPANY,
            alert=Alert(
                _l("A startup was found: %(title)s"), _l("A challenge you follow has found its startup."),
                stands("filled"), ends=True,
            ),
        ),
        Step(
            "challenge.leave_unfilled", ("closed",), "unfilled", _l("Mark as unfilled"), _l("ended without a startup"),
            reason=True, tells=COMPANY,
            alert=Alert(
                _l("Ended without a startup: %(title)s"), _l("A challenge you follow has ended without a startup."),
                stands("unfilled"), ends=True,
            ),
        ),
        Step(
            "challenge.archive", ("filled", "unfilled"), "archived", _l("Archive"), _l("archived the challenge"),
            silent="nothing changes for anybody",
        ),
        Step(
            "challenge.withdraw", ("draft", "submitted", "in_review", "revision", "candidate", "open", "closed"),
            "withdrawn", _l("Withdraw"), _l("withdrew the challenge"), reason=True, tells=COMPANY | STAFF,
            alert=Alert(
                _l("Withdrawn: %(title)s"),
                _l("A challenge you follow has been withdrawn. Nobody can apply to it any more."),
                stands("withdrawn"), ends=True,
            ),
        ),
    ),
)  # fmt: skip

# A closed challenge of a call whose decisions are released, until its pair begins or staff end it.
ANSWERED = State(
    "done", _l("Decided"), _l("Decided"), turns.SIDES.to(_l("The selected startups and the company pair up"))
)

Words("challenge.create", _l("began to write the challenge"), silent=EARLY)
Words("challenge.edit", _l("changed the text of the challenge"), silent=EARLY)
Words(
    "challenge.correct",
    _l("corrected the text of the challenge"),
    tells=STAFF | APPLICANTS,
    reason=True,
    alert=Alert(
        _l("Corrected: %(title)s"),
        _l("The text of a challenge you follow has been corrected. Its page says what and why."),
        is_corrected,
    ),
)
Words("challenge.invite", _l("invited startups"), told=_l("invited you to apply"), tells=INVITED)
Words("challenge.comment", _l("wrote a comment"), tells=COMPANY | STAFF)
Words("challenge.place", _l("placed the challenge in a call"), tells=RECEIVERS)
Words("challenge.pair", _l("found one of the startups sought"), silent=ELSEWHERE)
Words(
    "challenge.import",
    _l("took the challenge from a file"),
    silent="candidates wait among those to publish, records tell nobody",
)

# What a company has sent and nobody has brought to an end.
UNDER_WAY = CHALLENGE.named("under_way", "submitted", "in_review", "revision", "candidate", "open", "closed")
WRITABLE = CHALLENGE.named("writable", "draft", "revision")
TO_REVIEW = CHALLENGE.named("to_review", "submitted", "in_review", "candidate")
UNDER_REVIEW = CHALLENGE.named("under_review", "submitted", "in_review", "revision", "candidate")
LIVE = CHALLENGE.named("live", "open", "closed")
PUBLISHED = CHALLENGE.named("published", "open", "closed", "filled", "unfilled", "archived")
OVER = CHALLENGE.named("over", "rejected", "unfilled", "archived", "withdrawn")
LEFT_OUT = CHALLENGE.named("left_out", "rejected", "withdrawn")
CHALLENGE.named("unanswered", "rejected", "unfilled", "withdrawn")
UNREVIEWED = CHALLENGE.named("unreviewed", "draft", "submitted", "in_review", "revision")
UNPOSTED = CHALLENGE.named("unposted", "draft", "rejected", "withdrawn")
AHEAD = CHALLENGE.named("ahead", "draft", *UNDER_REVIEW, "open")
REVIEWED = CHALLENGE.named("reviewed", *PUBLISHED, *LEFT_OUT)
WITH_CENTRE = CHALLENGE.named("with_centre", *CHALLENGE.left_to_others(turns.COMPANY, UNDER_WAY))
WITH_OTHERS = CHALLENGE.named("with_others", *CHALLENGE.left_to_others(turns.CENTRE, UNDER_WAY))
