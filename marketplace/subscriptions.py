"""When this event happens, these reactions run: the one list to read."""

from __future__ import annotations

from marketplace.applications.reactions import judge_anew, withdraw_with_call, withdraw_with_challenge
from marketplace.challenges.reactions import leave_cancelled_call, reopen_with_call
from marketplace.following.reactions import forget_person, move_digests, tell_followers
from marketplace.following.stale_alerts import is_over
from marketplace.imports.job import read_file, run, try_out
from marketplace.kernel import words
from marketplace.kernel.events import Reaction, keep_apart, subscribe
from marketplace.notifications import delivery
from marketplace.notifications.links import (
    send_invitation,
    send_nothing,
    send_reset,
    send_sign_up_again,
    send_verification,
)
from marketplace.notifications.reactions import tell
from marketplace.pairings.reactions import lapse_with_application, lapse_with_call, lapse_with_challenge

# What the rules of a call ask about: when it changes, what is on record of applications does.
FACTS = (
    "organisation.edit", "organisation.amend", "organisation.verify", "award.take", "award.give_back", "award.end",
    "award.record", "award.take_off", "sanction.impose", "sanction.lift",
)  # fmt: skip

# Every step that ``tells`` is told to those it names, one with an ``alert`` to those who follow; these go on beyond.
SUBSCRIPTIONS: dict[str, tuple[Reaction, ...]] = {
    "user.sign_up": (send_verification,),
    "user.sign_up_again": (send_sign_up_again,),
    "user.ask_verification": (send_verification,),
    "user.ask_reset": (send_reset,),
    "user.ask_in_vain": (send_nothing,),
    "user.change": (move_digests,),
    "user.deactivate": (forget_person,),
    "invitation.send": (send_invitation,),
    "call.reopen": (reopen_with_call,),
    "call.cancel": (withdraw_with_call, leave_cancelled_call, lapse_with_call),
    "import.upload": (read_file,),
    "import.check": (try_out,),
    "import.start": (run,),
    "challenge.withdraw": (withdraw_with_challenge, lapse_with_challenge),
    "application.step_back": (lapse_with_application,),
    **dict.fromkeys(FACTS, (judge_anew,)),
}

# They read whole files: in a process and a queue of their own they hold up nobody, and may be killed (decision 0040).
LONG: tuple[Reaction, ...] = (read_file, try_out, run)


def register() -> None:
    """Make the list known to the outbox."""
    keep_apart(*LONG)
    for step, reactions in SUBSCRIPTIONS.items():
        subscribe(step, *reactions)
    for step in words.told_steps():
        subscribe(step, tell)
    for step in words.alerts():
        subscribe(step, tell_followers)
    delivery.drop_if(is_over)
