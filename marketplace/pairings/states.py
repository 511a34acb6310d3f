"""A pairing's way from the centre's proposal to a confirmed pair."""

from __future__ import annotations

from typing import Any

from marketplace.kernel import clock, turns
from marketplace.kernel.audiences import EVERYONE, SIDES, STAFF
from marketplace.kernel.locales import _l
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

MailKind(
    "pairings",
    70,
    _l("Pairings and collaborations"),
    _l("Requests, agreements to read or sign, milestones, reports and outcomes."),
    ("pairing", "agreement", "collaboration", "milestone", "outcome"),
)


def both_accept(pairing: Any) -> Any:
    if not (pairing.company_accepts and pairing.startup_accepts):
        return _l("Both the company and the startup have to accept first.")
    return None


def is_in_time(pairing: Any) -> Any:
    if clock.arrived() > pairing.answer_by:
        return _l("The date to answer by has passed. The centre may ask both sides again.")
    return None


def is_overdue(pairing: Any) -> Any:
    return None if clock.now() > pairing.answer_by else _l("Both sides may still answer: the date has not passed yet.")


PAIRING = Machine(
    subject="pairing",
    initial="requested",
    states={
        "requested": State(
            "waiting", _l("Waiting for answers"), _l("Answers awaited"),
            turns.SIDES.to(_l("Company and startup answer")),
        ),
        "accepted": State(
            "moving", _l("Both accepted"), _l("To confirm"),
            turns.CENTRE.to(_l("The centre confirms the pair")),
        ),
        "declined": State("stopped", _l("Refused by one side"), _l("Refused"), turns.NOBODY),
        "expired": State("stopped", _l("Expired without an answer"), _l("Expired"), turns.NOBODY),
        "confirmed": State("done", _l("Pair confirmed"), _l("Pair confirmed"), turns.NOBODY),
        "lapsed": State("stopped", _l("Lapsed"), _l("Lapsed"), turns.NOBODY),
    },
    steps=(
        Step(
            "pairing.accept", ("requested",), "accepted", _l("Accept"), _l("accepted by both sides"),
            (is_in_time, both_accept), tells=EVERYONE,
        ),
        Step(
            "pairing.decline", ("requested",), "declined", _l("Refuse"), _l("refused the pairing"), (is_in_time,),
            reason=True, tells=EVERYONE,
        ),
        Step(
            "pairing.expire", ("requested",), "expired", _l("Let expire"), _l("expired without an answer"),
            (is_overdue,), tells=EVERYONE,
        ),
        Step(
            "pairing.confirm", ("accepted",), "confirmed", _l("Confirm the pair"), _l("confirmed the pair"),
            tells=EVERYONE,
        ),
        Step(
            "pairing.lapse", ("requested", "accepted"), "lapsed", _l("Let lapse"), _l("let the pairing lapse"),
            reason=True, tells=EVERYONE,
        ),
    ),
)  # fmt: skip

Words("pairing.request", _l("asked both sides to pair"), tells=SIDES, reason=True)
Words("pairing.answer", _l("answered"), tells=STAFF)
Words("pairing.remind", _l("reminded who has not answered"), tells=SIDES)

OPEN = PAIRING.named("open", "requested", "accepted")  # to be answered, or to be confirmed
ENDED = PAIRING.named("ended", "declined", "expired", "lapsed")
LIVE = PAIRING.named("live", "requested", "accepted", "confirmed")
