"""Whether the startup that reads a list may apply to what it shows, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.challenges.models import Challenge
from marketplace.kernel.policy import Actor


@dataclass(frozen=True)
class Fit:
    """``verdict`` is meets, fails or cannot_tell; ``reasons`` are sentences on what fails or is not known."""

    verdict: str
    rules: int
    reasons: tuple[Any, ...] = ()


def of_rows(challenges: Sequence[Challenge], actor: Actor, now: datetime) -> dict[int, Fit]:
    """The verdict on each open challenge, for a startup; empty for everybody else."""
    return {}


def of_one(challenge: Challenge, actor: Actor, now: datetime) -> Fit | None:
    """The verdict on one challenge."""
    return of_rows([challenge], actor, now).get(challenge.id)
