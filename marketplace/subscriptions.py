"""When this event happens, these reactions run: the one list to read."""

from __future__ import annotations

from marketplace.applications.reactions import withdraw_with_call, withdraw_with_challenge
from marketplace.challenges.reactions import leave_cancelled_call, reopen_with_call
from marketplace.kernel.events import Reaction, subscribe

SUBSCRIPTIONS: dict[str, tuple[Reaction, ...]] = {
    "challenge.withdraw": (withdraw_with_challenge,),
    "call.reopen": (reopen_with_call,),
    "call.cancel": (withdraw_with_call, leave_cancelled_call),
}


def register() -> None:
    """Make the list known to the outbox."""
    for step, reactions in SUBSCRIPTIONS.items():
        subscribe(step, *reactions)
