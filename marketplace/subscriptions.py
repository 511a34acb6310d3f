"""When this event happens, these reactions run: the one list to read."""

from __future__ import annotations

from marketplace.kernel.events import Reaction, subscribe

SUBSCRIPTIONS: dict[str, tuple[Reaction, ...]] = {}


def register() -> None:
    """Make the list known to the outbox."""
    for step, reactions in SUBSCRIPTIONS.items():
        subscribe(step, *reactions)
