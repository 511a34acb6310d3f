"""A call's states. Deadlines open and close it; ``state_at`` says what holds even before a job has run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.calls.labels import NOTICE
from marketplace.kernel import turns
from marketplace.kernel.audiences import APPLICANTS, CLOCK, DESK, ELSEWHERE, READERS, STAFF, Alert, Audience, stands
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.sentences import all_of, fill
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

DRAFTS = MailKind(
    "drafts",
    30,
    _l("Deadlines of your drafts"),
    _l("Reminders seven days and one day before a call closes, and every change of its notice or deadline."),
)
MailKind("calls", 100, _l("Calls you run"), _l("Publication and release of the calls of your programmes."), ("call",))

PROGRAMME_STAFF = Audience(("programme staff",))  # of all centres of the programme, and of its network


def has_notice(call: Any) -> Any:
    text = call.texts.get(call.main_locale)
    wanted = {name: words for name, words in NOTICE.items() if name != "ranking_figure"}
    lacking = [words for name, words in wanted.items() if text is None or not (getattr(text, name) or "").strip()]
    return fill(_l("The notice still lacks: %(parts)s."), parts=all_of(lacking)) if lacking else None


def has_ranking(call: Any) -> Any:
    text = call.texts.get(call.main_locale)
    return (
        None
        if text and (text.ranking_figure or "").strip()
        else _l("Say in the notice which figure ranks applications.")
    )


def has_money(call: Any) -> Any:
    if not call.award_count or call.award_amount is None or not call.currency:
        return _l("Set the number of awards, the amount of an award and its currency first.")
    if call.budget is not None and call.budget < call.award_count * call.award_amount:
        return _l("The budget does not cover the number of awards at this amount.")
    return None


def has_dates(call: Any) -> Any:
    if not any(stage.kind == "startups_apply" for stage in call.stages):
        return _l("Add the stage in which startups apply: it opens and closes applications.")
    if call.notice_date is None or call.opens_at is None or call.closes_at is None:
        return _l("Set the notice date and when applications open and close first.")
    if call.opens_at >= call.closes_at:
        return _l("Applications must open before they close.")
    return None


def has_rules(call: Any) -> Any:
    return None if call.rules else _l("State at least one eligibility rule, so that startups know before they write.")


def is_moved(event: Event, call: Any, now: datetime) -> bool:
    """Whether an amendment gave the call another deadline."""
    return "closes_at" in event.data.get("fields", ()) and call.state_at(now) in ("published", "open")


def is_real(call: Any) -> Any:
    return _l("Reference records are not run here.") if call.is_reference else None


CALL = Machine(
    subject="call",
    initial="draft",
    states={
        "draft": State("quiet", _l("Draft"), _l("Draft"), turns.CENTRE),
        "published": State(
            "waiting", _l("Announced"), _l("Published, not open yet"),
            turns.CLOCK.to(_l("The call opens on its day")),
        ),
        "open": State("moving", _l("Open for applications"), _l("Open"), turns.STARTUPS.to(_l("Startups apply"))),
        "closed": State(
            "waiting", _l("Closed, being examined"), _l("Closed, to decide"),
            turns.CENTRE.to(_l("The centre decides")),
        ),
        "decided": State("done", _l("Decided"), _l("Decided"), turns.CENTRE),
        "running": State("moving", _l("Collaborations under way"), _l("Running"), turns.SIDES),
        "closed_out": State("done", _l("Completed"), _l("Closed out"), turns.NOBODY),
        "cancelled": State("stopped", _l("Cancelled"), _l("Cancelled"), turns.NOBODY),
    },
    steps=(
        Step(
            "call.publish", ("draft",), "published", _l("Publish the call"), _l("published the call"),
            (is_real, has_notice, has_ranking, has_money, has_dates, has_rules), tells=PROGRAMME_STAFF,
            alert=Alert(
                _l("New call: %(title)s"), _l("A centre you follow has announced a call."),
                stands("published"), is_new=True,
            ),
        ),
        Step(
            "call.open", ("published",), "open", _l("Open"), _l("opened for applications"), silent=CLOCK,
            alert=Alert(
                _l("Open for applications: %(title)s"),
                _l("A call of a centre you follow has opened for applications."), stands("open"), is_new=True,
            ),
        ),
        Step("call.close", ("open",), "closed", _l("Close"), _l("closed for applications"), (is_real,), silent=CLOCK),
        Step(
            "call.reopen", ("closed",), "open", _l("Open again after an outage"), _l("opened again"), reason=True,
            tells=(APPLICANTS | PROGRAMME_STAFF).by(kind=DRAFTS),
        ),
        Step(
            "call.release", ("closed",), "decided", _l("Release decisions"), _l("released the decisions"), tells=STAFF,
            alert=Alert(
                _l("Decisions released: %(title)s"),
                _l("The decisions of a call with a challenge you follow have been released."),
                stands("decided", "running"), ends=True,
            ),
        ),
        Step(
            "call.start", ("decided",), "running", _l("Start"), _l("started its first collaboration"),
            silent="the collaboration itself tells it",
        ),
        Step(
            "call.close_out", ("decided", "running"), "closed_out", _l("Close the call out"), _l("closed the call out"),
            silent=DESK,
        ),
        Step(
            "call.cancel", ("draft", "published", "open", "closed"), "cancelled", _l("Cancel the call"),
            _l("cancelled the call"), reason=True, tells=(APPLICANTS | PROGRAMME_STAFF).by(kind=DRAFTS),
        ),
    ),
)  # fmt: skip

Words("call.create", _l("began the call"), staff_only=True, silent=DESK)
Words("call.edit", _l("changed the draft of the call"), staff_only=True, silent=DESK)
Words(
    "call.amend",
    _l("amended the call"),
    tells=APPLICANTS.by("amendment", kind=DRAFTS),
    reason=True,
    alert=Alert(
        _l("New deadline: %(title)s"),
        _l("The deadline of a call with a challenge you follow has moved."),
        is_moved,
    ),
)
Words("award.take", _l("gave a place"), staff_only=True, silent=ELSEWHERE)
Words("award.give_back", _l("took a place back"), staff_only=True, silent=ELSEWHERE)
Words("award.end", _l("set the end of a grant"), staff_only=True, silent=DESK)
Words("award.record", _l("put an earlier grant on record"), staff_only=True, silent=ELSEWHERE)
Words("award.take_off", _l("took an earlier grant off the record"), staff_only=True, silent=ELSEWHERE)
Words(
    "sanction.impose", _l("excluded the organisation from the network’s programmes"), staff_only=True, silent=ELSEWHERE
)
Words("organisation.gain_award", _l("put an earlier grant on the organisation’s record"), tells=READERS)
Words("organisation.lose_award", _l("took an earlier grant off the organisation’s record"), tells=READERS, reason=True)
Words("organisation.exclude", _l("excluded the organisation from the network’s programmes"), tells=READERS, reason=True)
Words("organisation.admit", _l("lifted the exclusion of the organisation"), tells=READERS, reason=True)
Words(
    "organisation.set_aside",
    _l("set aside what is on the organisation’s record, for its own calls"),
    tells=READERS,
    reason=True,
)
Words("sanction.lift", _l("lifted the exclusion"), staff_only=True, silent=ELSEWHERE)

RELEASED = CALL.named("released", "decided", "running", "closed_out")  # everybody has an answer
CURRENT = CALL.named("current", "published", "open")
UNDECIDED = CALL.named("undecided", "published", "open", "closed")
DECIDED = CALL.named("decided", "decided", "running")
OVER = CALL.named("over", "decided", "running", "closed_out", "cancelled")
PAST = CALL.named("past", "closed", "decided", "running", "closed_out", "cancelled")
LIVE = CALL.named("live", "published", "open", "closed", "decided", "running")
UNCLOSED = CALL.named("unclosed", "draft", "published", "open")
CALL.named("unreleased", "draft", "published", "open", "closed")
