"""The managing centre screens and decides; the company gives its view; a network watches."""

from __future__ import annotations

from typing import Any

from marketplace.applications.policy import is_answered_company, is_unsealed, leads
from marketplace.applications.states import PENDING, UNSCREENED
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import MANAGING_MANAGER, MANAGING_STAFF, is_managing_manager, is_managing_staff


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
    return is_answered_company(actor, application) and is_unsealed(application) and application.state in PENDING


@grants("application.read_register", who=_l("the staff of the programme and, once it is answered, the startup"))
def _register(actor: Actor, application: Any) -> bool:
    if actor.centre_id is not None or actor.network_operator_id is not None:
        return is_unsealed(application) and _list(actor, application.call)
    return leads(actor, application) and application.state not in UNSCREENED


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
