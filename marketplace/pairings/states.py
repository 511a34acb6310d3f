"""A pairing's way from the centre's proposal to a confirmed pair."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import Machine, State, Step


def both_accept(pairing: Any) -> Any:
    if not (pairing.company_accepts and pairing.startup_accepts):
        return _l("Both the company and the startup have to accept first.")
    return None


PAIRING = Machine(
    subject="pairing",
    initial="requested",
    states={
        "requested": State("waiting", _l("Waiting for answers"), _l("Answers awaited"), _l("Both sides answer")),
        "accepted": State("moving", _l("Both accepted"), _l("To confirm"), _l("The centre confirms")),
        "declined": State("stopped", _l("Declined"), _l("Declined")),
        "expired": State("stopped", _l("Expired without an answer"), _l("Expired")),
        "confirmed": State("done", _l("Confirmed"), _l("Confirmed"), _l("Pair confirmed")),
        "lapsed": State("stopped", _l("Lapsed"), _l("Lapsed")),
    },
    steps=(
        Step("pairing.accept", ("requested",), "accepted", _l("Accept"), _l("both sides accepted"), (both_accept,)),
        Step("pairing.decline", ("requested",), "declined", _l("Refuse"), _l("refused the pairing"), reason=True),
        Step("pairing.expire", ("requested",), "expired", _l("Let expire"), _l("expired without an answer")),
        Step("pairing.confirm", ("accepted",), "confirmed", _l("Confirm the pair"), _l("confirmed the pair")),
        Step("pairing.lapse", ("accepted",), "lapsed", _l("Let lapse"), _l("let the pairing lapse"), reason=True),
    ),
)
