"""Who may change an organisation, its members, and a person's own account."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import STAFF, Actor, grants
from marketplace.people import queries
from marketplace.people.models import LEADING_ROLES
from marketplace.people.relationships import answers_for, deals_with, watches

OWNERS = _l("an owner of the organisation")
VERIFIERS = _l("the staff of the centre that the organisation chose; where it chose none, of one that deals with it")


def owns(actor: Actor, organisation: Any) -> bool:
    """Whether the actor speaks for the organisation with its owner's rights."""
    return actor.organisation_id == organisation.id and actor.role in LEADING_ROLES


@grants("organisation.edit", "organisation.submit", "organisation.amend", who=OWNERS)
def _owner(actor: Actor, organisation: Any) -> bool:
    return owns(actor, organisation)


@grants(
    "organisation.invite",
    who=_l(
        "an owner of the organisation; while nobody leads it, the staff of a centre that has work of it in hand, or"
        " the staff of the network of a centre"
    ),
)
def _inviter(actor: Actor, organisation: Any) -> bool:
    """Whose people are missing is handed to a first one who leads it; a public record is claimed by them."""
    if owns(actor, organisation):
        return True
    if organisation.is_reference or not actor.signed_in or queries.leaders(organisation.id):
        return False
    return watches(actor, organisation) if organisation.kind == "centre" else answers_for(actor, organisation)


@grants("organisation.choose_shown", who=OWNERS)
def _profile_owner(actor: Actor, organisation: Any) -> bool:
    return owns(actor, organisation) and organisation.kind != "centre"


@grants("organisation.verify", "organisation.ask_corrections", who=VERIFIERS)
def _verifies(actor: Actor, organisation: Any) -> bool:
    if actor.role not in STAFF or actor.organisation_id == organisation.id or organisation.kind == "centre":
        return False
    if organisation.verifying_centre_id is not None:
        return bool(organisation.verifying_centre_id == actor.centre_id)
    return deals_with(actor, organisation)


@grants(
    "organisation.view_private",
    who=_l("its members, and the staff of a centre or network that deals with it"),
)
def _insider(actor: Actor, organisation: Any) -> bool:
    return actor.organisation_id == organisation.id or deals_with(actor, organisation)


@grants("organisation.create", who=_l("anyone who has signed in and confirmed their e-mail address"))
def _confirmed(actor: Actor, _: Any) -> bool:
    return actor.signed_in and actor.email_verified


@grants("user.change", who=_l("the person themselves"))
def _self(actor: Actor, user: Any) -> bool:
    return actor.signed_in and actor.user_id == user.id


@grants("membership.end", who=_l("an owner of the organisation, or the member themselves"))
def _membership(actor: Actor, membership: Any) -> bool:
    return actor.signed_in and (membership.user_id == actor.user_id or _leads(actor, membership))


@grants("invitation.revoke", who=_l("an owner of the organisation, or the staff who sent it"))
def _sender(actor: Actor, invitation: Any) -> bool:
    return _leads(actor, invitation) or (actor.role in STAFF and invitation.invited_by_id == actor.user_id)


@grants("membership.change_role", who=OWNERS)
def _of_own_organisation(actor: Actor, thing: Any) -> bool:
    return _leads(actor, thing)


def _leads(actor: Actor, thing: Any) -> bool:
    return thing.organisation_id == actor.organisation_id and actor.role in LEADING_ROLES


@grants("claim.make", who=_l("anyone who has signed in and confirmed their e-mail address"))
def _claimant(actor: Actor, _: Any) -> bool:
    return actor.signed_in and actor.email_verified


@grants(
    "claim.accept",
    "claim.refuse",
    who=_l(
        "the staff of the centre that the claim was sent to, or for a centre the staff of its network; not for"
        " themselves"
    ),
)
def _decides(actor: Actor, claim: Any) -> bool:
    if claim.organisation.kind == "centre":
        return claim.user_id != actor.user_id and watches(actor, claim.organisation)
    return actor.role in STAFF and claim.user_id != actor.user_id and claim.centre_id == actor.centre_id


@grants("claim.compare", who=_l("the staff of a centre or network that deals with the organisation"))
def _compares(actor: Actor, organisation: Any) -> bool:
    return watches(actor, organisation) if organisation.kind == "centre" else deals_with(actor, organisation)


@grants("claim.withdraw", who=_l("the person who claims it"))
def _own_claim(actor: Actor, claim: Any) -> bool:
    return actor.signed_in and claim.user_id == actor.user_id


@grants("claim.lapse", who=_l("the product itself, where another claim was accepted"))
def _lapses(actor: Actor, _: Any) -> bool:
    return actor.is_system
