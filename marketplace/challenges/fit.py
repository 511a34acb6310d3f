"""Whether the startup that reads a list may apply to what it shows, and why not.

The rule on affiliates is left to the centre while the company is anonymous: a verdict would tell who it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.calls import eligibility
from marketplace.calls.eligibility_facts import Case, Knowledge, facts_of_many
from marketplace.challenges.models import Challenge
from marketplace.challenges.secrets import reveals
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.people.models import Organisation

STARTUP_KINDS = ("startup", "sme")


@dataclass(frozen=True)
class Fit:
    """``verdict`` is meets, fails or cannot_tell; ``reasons`` are sentences on what fails or is not known.

    ``rules`` were judged; ``left`` more are for the centre alone.
    """

    verdict: str
    rules: int
    reasons: tuple[Any, ...] = ()
    left: int = 0


def is_startup(actor: Actor) -> bool:
    """Whether the actor speaks for an organisation that applies rather than asks."""
    return actor.party_id is not None and actor.organisation_kind in STARTUP_KINDS


def fits_of(
    challenges: Sequence[Challenge], actor: Actor, now: datetime, known: Knowledge | None = None
) -> dict[int, Fit]:
    """The verdict on each open challenge, for a startup, at the same number of queries however many there are."""
    judged = [
        challenge
        for challenge in challenges
        if challenge.call is not None and not challenge.is_reference and challenge.state_at(now) == "open"
    ]
    if not judged or not is_startup(actor):
        return {}
    startup = db.session.get_one(Organisation, actor.party_id)
    cases = [Case(startup, row.call, _company_id(row, actor)) for row in judged if row.call is not None]
    found = {}
    for challenge, case, facts in zip(judged, cases, facts_of_many(cases, known), strict=True):
        judgements = every = eligibility.judge_rules(case.call, facts)
        if not reveals(challenge, actor):
            judgements = [item for item in judgements if item.kind != "not_affiliated"]
        verdict = eligibility.overall_verdict(judgements)
        telling = [item for item in judgements if item.verdict == verdict and verdict != eligibility.MEETS]
        reasons = tuple(text for item in telling[:2] for text in (item.facts_text, item.change_text) if text)
        found[challenge.id] = Fit(verdict, len(judgements), reasons, len(every) - len(judgements))
    return found


def _company_id(challenge: Challenge, actor: Actor) -> int | None:
    return challenge.organisation_id if reveals(challenge, actor) else None


def fit_of(challenge: Challenge, actor: Actor, now: datetime) -> Fit | None:
    """The verdict on one challenge."""
    return fits_of([challenge], actor, now).get(challenge.id)
