"""A visit's way from being asked for to being agreed."""

from __future__ import annotations

from marketplace.kernel import turns
from marketplace.kernel.audiences import STAFF, STARTUP
from marketplace.kernel.locales import _l
from marketplace.kernel.mail_kinds import MailKind
from marketplace.kernel.words import Words
from marketplace.kernel.workflow import Machine, State, Step

MailKind("visits", 900, _l("Visits"), _l("What becomes of visits."), ("visit",))

VISIT = Machine(
    subject="visit",
    initial="asked",
    states={
        "asked": State(
            "waiting", _l("With the centre"), _l("To be agreed"), turns.CENTRE.to(_l("The centre agrees to the visit"))
        ),
        "agreed": State("done", _l("Agreed"), _l("Agreed"), turns.NOBODY),
    },
    steps=(Step("visit.agree", ("asked",), "agreed", _l("Agree"), _l("agreed to the visit"), tells=STARTUP),),
)

Words("visit.ask", _l("asked for a visit"), tells=STAFF)
