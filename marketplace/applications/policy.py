"""The team writes, submits and withdraws; its parties sign off."""

from __future__ import annotations

from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants

TEAM = _l("the startup that applies")
PARTIES = _l("the parties of the application")
WRITTEN_TOGETHER = ("joint", "follow_up")


def leads(actor: Actor, application: Any) -> bool:
    """Whether the actor speaks for the startup that leads the application."""
    return actor.party_id is not None and actor.party_id == application.organisation_id


def is_party(actor: Actor, application: Any) -> bool:
    """Whether the actor speaks for any party of the application."""
    return actor.party_id is not None and any(p.organisation_id == actor.party_id for p in application.parties)


def is_unsealed(application: Any) -> bool:
    """Whether the call has closed, so that others than the team may open the application."""
    closing = application.call.closes_at
    return bool(closing is not None and clock.now() > closing and application.number is not None)


def is_answered_company(actor: Actor, application: Any) -> bool:
    """Whether the actor speaks for the company whose challenge the application answers."""
    challenge = application.challenge
    return actor.party_id is not None and challenge is not None and challenge.organisation_id == actor.party_id


@grants("application.declare", who=_l("the startup itself"))
def _declare(actor: Actor, organisation: Any) -> bool:
    return actor.party_id is not None and actor.party_id == organisation.id


@grants("application.create", who=_l("a startup, or the company that recommends one"))
def _create(actor: Actor, _: Any) -> bool:
    return actor.party_id is not None


@grants(
    "application.submit", "application.resubmit", "application.reopen", "application.keep", "application.confirm",
    "application.take_place", "application.refuse_place", who=TEAM,
)  # fmt: skip
def _lead(actor: Actor, application: Any) -> bool:
    return leads(actor, application)


@grants("application.step_back", who=TEAM)
def _step_back(actor: Actor, application: Any) -> bool:
    # The product acts for the startup where the challenge or the call is withdrawn.
    return leads(actor, application) or actor.is_system


@grants("application.withdraw", "application.discard", who=_l("the startup that applies, or who named it"))
def _withdraw(actor: Actor, application: Any) -> bool:
    named_only = is_party(actor, application) and not application.is_confirmed
    return leads(actor, application) or named_only or actor.is_system


@grants("application.edit", who=_l("the parties that write the application"))
def _write(actor: Actor, application: Any) -> bool:
    return leads(actor, application) or (is_party(actor, application) and application.origin in WRITTEN_TOGETHER)


@grants("application.read_receipt", who=PARTIES)
def _receipt(actor: Actor, application: Any) -> bool:
    return is_party(actor, application)


@grants("application.sign_off", who=PARTIES)
def _sign_off(actor: Actor, application: Any) -> bool:
    return any(p.organisation_id == actor.party_id and p.must_sign_off for p in application.parties)
