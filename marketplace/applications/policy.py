"""The team writes and withdraws; the managing centre screens and decides; the company gives its view."""

from __future__ import annotations

from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import MANAGING_MANAGER, MANAGING_STAFF, is_managing_manager, is_managing_staff

TEAM = _l("the startup that applies")
PARTIES = _l("the parties of the application")
WRITTEN_TOGETHER = ("joint", "follow_up")
COMPANY_SEES = ("eligible", "shortlisted", "selected", "reserve", "declined", "stepped_back")


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


@grants(
    "application.confirm_eligible", "application.find_ineligible", "application.override_rule",
    "application.shortlist", "application.unshortlist", "application.prepare", who=MANAGING_STAFF,
)  # fmt: skip
def _screen(actor: Actor, application: Any) -> bool:
    return is_managing_staff(actor, application) and is_unsealed(application)


@grants("application.select", "application.put_on_reserve", "application.decline", who=MANAGING_MANAGER)
def _decide(actor: Actor, application: Any) -> bool:
    return is_managing_manager(actor, application) and is_unsealed(application)


@grants("application.give_opinion", who=_l("the company whose challenge the application answers"))
def _opinion(actor: Actor, application: Any) -> bool:
    return (
        is_answered_company(actor, application)
        and is_unsealed(application)
        and application.state in ("eligible", "shortlisted")
    )


@grants("application.read_register", who=_l("the staff of the programme and, once it is answered, the startup"))
def _register(actor: Actor, application: Any) -> bool:
    if actor.centre_id is not None or actor.network_operator_id is not None:
        return is_unsealed(application) and _list(actor, application.call)
    return leads(actor, application) and application.state not in ("draft", "submitted", "withdrawn")


@grants("call.prepare_decisions", "call.confirm_clear", who=MANAGING_STAFF)
def _prepare(actor: Actor, call: Any) -> bool:
    return is_managing_staff(actor, call)


@grants("call.list_applications", who=_l("the staff of the programme’s centres and of its network"))
def _list(actor: Actor, call: Any) -> bool:
    programme = call.programme
    if programme is None:
        return False
    if actor.centre_id is not None:
        return is_managing_staff(actor, call) or any(c.id == actor.centre_id for c in programme.cooperating_centres)
    operator = actor.network_operator_id
    return operator is not None and programme.managing_centre.network.operator_id == operator
