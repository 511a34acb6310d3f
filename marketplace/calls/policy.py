"""The managing centre runs a call and decides; the clock opens and closes it."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import MANAGING_MANAGER, MANAGING_STAFF, is_managing_manager, is_managing_staff
from marketplace.people.relationships import deals_with

CLOCK = _l("the clock")


@grants("call.edit", "call.amend", "call.see_counts", "import.fill_call", who=MANAGING_STAFF)
def _staff(actor: Actor, subject: Any) -> bool:
    return is_managing_staff(actor, subject)


@grants(
    "call.publish", "call.reopen", "call.release", "call.cancel", "call.close_out",
    who=MANAGING_MANAGER,
)  # fmt: skip
def _manager(actor: Actor, subject: Any) -> bool:
    return is_managing_manager(actor, subject)


@grants("call.open", "call.close", who=CLOCK)
def _clock(actor: Actor, _: Any) -> bool:
    return actor.is_system


@grants("call.start", who=_l("the managing centre, with the first collaboration"))
def _start(actor: Actor, subject: Any) -> bool:
    return actor.is_system or is_managing_staff(actor, subject)


@grants("call.create", who=MANAGING_MANAGER)
def _call_of(actor: Actor, programme: Any) -> bool:
    return is_managing_manager(actor, programme)


@grants("award.record", who=_l("a manager of the managing centre; for grants from elsewhere, of any centre"))
def _award(actor: Actor, programme: Any) -> bool:
    return actor.is_manager if programme is None else is_managing_manager(actor, programme)


@grants("award.take_off", who=_l("a manager of the centre that put it on record"))
def _recorded_award(actor: Actor, centre_id: Any) -> bool:
    return actor.is_manager and centre_id is not None and actor.centre_id == centre_id


@grants("sanction.impose", "sanction.lift", who=_l("a manager of a centre of the network"))
def _sanction(actor: Actor, network: Any) -> bool:
    return actor.is_manager and any(centre.id == actor.centre_id for centre in network.centres)


@grants(
    "organisation.put_on_record", "organisation.set_aside",
    who=_l("a manager of a centre that deals with the organisation"),
)  # fmt: skip
def _dealing_manager(actor: Actor, organisation: Any) -> bool:
    return actor.is_manager and actor.organisation_id != organisation.id and deals_with(actor, organisation)
