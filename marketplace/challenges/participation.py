"""Where the reader's own application to a challenge stands: known above, shown here to its own team alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.policy import Actor


@dataclass(frozen=True)
class Part:
    """The newest live application of the reader's organisation; ``since`` it was submitted, None while a draft."""

    application_id: int
    state: str
    since: datetime | None


# A reader and ids of challenges, to the reader's own part in each (those without any are left out).
Parts = Callable[[Actor, Sequence[int]], Mapping[int, Part]]

_parts: list[Parts] = []


def register(parts: Parts) -> None:
    """Let a package above say in what its readers take part; its views call this at import."""
    _parts[:] = [parts]


def parts_of(actor: Actor, ids: Sequence[int]) -> dict[int, Part]:
    """The reader's own part in each challenge, in one call for all; nothing for who applies to none."""
    return dict(_parts[0](actor, ids)) if _parts and ids and actor.party_id is not None else {}
