"""Who belongs to an organisation: invitations, roles, and leaving."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, Missing
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.people import actions, leadership, mail_limits, queries
from marketplace.people.addresses import normal_address
from marketplace.people.models import Invitation, Membership, Organisation, User


def roles_of(organisation: Organisation) -> tuple[str, ...]:
    """The roles that people can have in an organisation: staff in a centre, network staff with an operator."""
    if organisation.kind == "centre":
        return ("manager", "broker", "evaluator")
    if queries.has_role(organisation.id, "network_staff"):
        return ("network_staff", "owner", "member")
    return ("owner", "member")


def roles_offered(organisation: Organisation, actor: Actor) -> tuple[str, ...]:
    """The roles that this person can invite to: staff who hand an organisation over name its first owner."""
    first = "manager" if organisation.kind == "centre" else "owner"
    return roles_of(organisation) if actor.organisation_id == organisation.id else (first,)


def invite(organisation: Organisation, actor: Actor, email: str, role: str) -> Invitation:
    """Invite an address to a role; an earlier open invitation to it ends."""
    policy.require(actor, "organisation.invite", organisation)
    email = normal_address(email)
    if role not in roles_offered(organisation, actor):
        raise Invalid(_l("Choose a role."), field="role")
    if queries.is_member(organisation.id, email):
        raise Invalid(_l("This person belongs to the organisation already."), field="email")
    mail_limits.expect_room(email, actor.user_id)
    for earlier in queries.open_invitations(organisation.id, email):
        earlier.revoked_at = clock.now()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        token_hash=actions.token_hash(secrets.token_urlsafe(32)),
        invited_by_id=actor.user_id,
        expires_at=clock.now() + actions.INVITATION_LIVES,
    )
    db.session.add(invitation)
    db.session.flush()
    events.record("invitation.send", invitation, actor, data={"organisation": organisation.id, "role": role})
    return invitation


def revoke_invitation(invitation: Invitation, actor: Actor) -> None:
    """Take an invitation back; its link ends."""
    policy.require(actor, "invitation.revoke", invitation)
    if invitation.accepted_at is not None:
        raise Blocked(_l("This invitation has been accepted already."))
    if invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        events.record("invitation.revoke", invitation, actor)


def _take(token: str) -> Invitation:
    invitation = queries.live_invitation(actions.token_hash(token), lock=True)
    if invitation is None:
        raise Missing(_l("This invitation was taken already, taken back, or its seven days are over."))
    return invitation


def accept_invitation(token: str, user: User) -> Membership:
    """Join by an invitation to one's own address. Raises Missing for a dead link, Blocked for another's."""
    invitation = _take(token)
    if invitation.email != user.email:
        raise Blocked(_l("This invitation was sent to another e-mail address. Sign in with that one."))
    invitation.accepted_at = clock.now()
    return _join(invitation, user)


def accept_invitation_as_new(
    token: str, *, name: str, password: str, locale: str, consents: Iterable[str]
) -> Membership:
    """Open an account for the invited address, which the link proves, and join.

    An account that somebody opened with the address and never confirmed becomes that of whoever holds the link.
    """
    invitation = _take(token)
    user = queries.user_by_email(invitation.email) or User(email=invitation.email)
    if user.email_verified_at is not None:
        raise Blocked(_l("This address has an account by now. Sign in, then open the invitation again."))
    actions.open_invited(user, name, password, locale, consents)
    invitation.accepted_at = clock.now()
    return _join(invitation, user)


def _join(invitation: Invitation, user: User) -> Membership:
    membership = queries.membership_of(user.id, invitation.organisation_id)
    if membership is None:
        membership = Membership(user=user, organisation=invitation.organisation, role=invitation.role)
        db.session.add(membership)
    db.session.flush()
    if user.email_verified_at is None:
        user.email_verified_at = clock.now()
    events.record("invitation.accept", invitation, actions.themselves(user), data={"membership": membership.id})
    return membership


def change_role(membership: Membership, actor: Actor, role: str) -> None:
    """Give a member another role; somebody must go on leading."""
    policy.require(actor, "membership.change_role", membership)
    if role not in roles_of(membership.organisation):
        raise Invalid(_l("Choose a role."), field="role")
    if role == membership.role:
        return
    leadership.keep_leader(membership, becoming=role)
    before, membership.role = membership.role, role
    db.session.flush()
    events.record("membership.change_role", membership, actor, before=before, after=role)


def end_membership(membership: Membership, actor: Actor) -> None:
    """Remove a member, or leave; never the last one who leads."""
    policy.require(actor, "membership.end", membership)
    leadership.keep_leader(membership)
    events.record(
        "membership.end",
        membership,
        actor,
        data={"organisation": membership.organisation_id, "user": membership.user_id, "role": membership.role},
    )
    db.session.delete(membership)
    db.session.flush()
