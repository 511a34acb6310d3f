"""What follows for challenges when their call opens again or is cancelled."""

from __future__ import annotations

from marketplace.challenges import actions
from marketplace.kernel.events import Event


def reopen_with_call(event: Event, _: int | None) -> int | None:
    """A call that opens again takes its closed challenges along; one that has closed since does not."""
    actions.reopen_with_call(event.subject_id)
    return None


def leave_cancelled_call(event: Event, _: int | None) -> int | None:
    """A cancelled call ends its published challenges; candidates wait for another call."""
    actions.leave_with_cancelled_call(event.subject_id, event.reason.text if event.reason else "–")
    return None
