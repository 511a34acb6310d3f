"""A question's way from a startup to an answer that everybody reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.kernel import clock, turns
from marketplace.kernel.audiences import COMPANY, STAFF, STARTUP, Alert, Audience
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l, _lp
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

MailKind(
    "questions",
    60,
    _l("Questions and answers"),
    _l("What was asked and answered about your challenges, and about those you write an application for."),
    ("question",),
)

DRAFTERS = Audience(("drafters",))  # all who write an application to the challenge
ASKED = STARTUP | DRAFTERS | COMPANY | STAFF  # who waits for an answer or needs it, and who answers


def is_open(question: Any) -> Any:
    """While applications are open: later it would help nobody."""
    if question.challenge.state_at(clock.arrived()) == "open":
        return None
    return _l("The challenge is no longer open for applications, so nothing more is published on it.")


def still_stands(question: Any) -> Any:
    """An answer that comes late is still worth having, until the challenge itself has ended."""
    if question.challenge.state_at(clock.now()) in ("open", "closed"):
        return None
    return _l("The challenge has ended, so the question needs no answer any more.")


def is_answered(_: Event, question: Any, now: datetime) -> bool:
    """Whether an answer may still help those who write."""
    return bool(question.state == "answered" and question.challenge.state_at(now) == "open")


QUESTION = Machine(
    subject="question",
    initial="asked",
    states={
        "asked": State(
            "waiting", _l("With the centre"), _l("To look over"),
            turns.CENTRE.to(_l("The centre looks over your question")),
        ),
        "published": State(
            "moving", _l("Published, not answered yet"), _l("To be answered"),
            turns.COMPANY.to(_l("The company answers your question")),
        ),
        "answered": State("done", _l("Answered"), _l("Answered"), turns.NOBODY),
        "declined": State("stopped", _l("Not published"), _l("Not published"), turns.NOBODY),
        "withdrawn": State("stopped", _lp("question", "Withdrawn"), _lp("question", "Withdrawn"), turns.NOBODY),
    },
    steps=(
        Step(
            "question.publish", ("asked",), "published", _l("Publish the question"), _l("published the question"),
            (is_open,), tells=STARTUP | COMPANY,
        ),
        Step(
            "question.decline", ("asked",), "declined", _l("Do not publish"), _l("did not publish the question"),
            reason=True, tells=STARTUP,
        ),
        Step(
            "question.withdraw", ("asked",), "withdrawn", _l("Withdraw it"), _l("withdrew the question"),
            silent="nobody but the centre had read it, and its desk no longer shows it",
        ),
        Step(
            "question.answer", ("published",), "answered", _l("Publish the answer"), _l("answered the question"),
            (still_stands,), tells=ASKED,
            alert=Alert(
                _l("A question was answered: %(title)s"),
                _l("A question about a challenge you follow has been answered. Everybody reads the same answer."),
                is_answered,
            ),
        ),
        Step(
            "question.correct", ("answered",), "answered", _l("Publish the correction"), _l("corrected the answer"),
            (is_open,), tells=ASKED,
            alert=Alert(
                _l("An answer was corrected: %(title)s"),
                _l("An answer about a challenge you follow has been corrected. Read it again before you rely on it."),
                is_answered,
            ),
        ),
    ),
)  # fmt: skip

Words("question.ask", _l("asked a question"), tells=STAFF)

SHOWN = QUESTION.named("shown", "published", "answered")
OPEN = QUESTION.named("open", "asked", "published")
QUESTION.named("unshown", "asked", "declined")
