"""What the outbox runs to send links that only their owner may have: never shown in the product, only mailed."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications.models import URGENT
from marketplace.notifications.rendering import is_queued, locale_of, queue, render
from marketplace.people import actions as people
from marketplace.people.models import Invitation, User


def _owner(event: Event) -> User | None:
    """The person an event is about, while their account is open."""
    user = db.session.get(User, event.subject_id)
    return user if user is not None and user.deactivated_at is None else None


def _send_link(event: Event, purpose: str) -> None:
    user, key = _owner(event), f"event:{event.id}:link"
    if user is None or is_queued(key):
        return
    token = people.issue_token(user, purpose)
    queue({**render(key, purpose, user, user.email, locale_of(user), event=event, token=token), "priority": URGENT})


def send_verification(event: Event, _: int | None) -> None:
    """Send the link that confirms an e-mail address."""
    user = _owner(event)
    if user is not None and user.email_verified_at is None:
        _send_link(event, "verify_email")


def send_reset(event: Event, _: int | None) -> None:
    """Send the link that sets a new password."""
    _send_link(event, "reset_password")


def send_nothing(event: Event, _: int | None) -> None:
    """A mail asked for in vain takes the same way as others up to here, so that nobody can tell them apart."""


def send_sign_up_again(event: Event, _: int | None) -> None:
    """Tell the owner of an account that somebody signed up with their address again."""
    if (user := _owner(event)) is not None:
        queue(render(f"event:{event.id}:{user.id}", "sign_up_again", user, user.email, locale_of(user), event=event))


def send_invitation(event: Event, _: int | None) -> None:
    """Send an invitation to the one address it is bound to.

    Who has not confirmed that address here never asked for anything: they read the names of verified organisations,
    which a centre has looked at, and no words that a stranger chose.
    """
    invitation = db.session.get(Invitation, event.subject_id)
    key = f"event:{event.id}:invitation"
    if invitation is None or invitation.accepted_at or invitation.revoked_at or is_queued(key):
        return
    user = db.session.scalars(select(User).where(User.email == invitation.email)).one_or_none()
    inviter = db.session.get_one(User, invitation.invited_by_id)
    locale = locale_of(user or inviter)
    drawn = render(
        key,
        "invitation",
        user,
        invitation.email,
        locale,
        event=event,
        token=people.issue_invitation_token(invitation),
        organisation=invitation.organisation.name(locale),
        is_verified=invitation.organisation.is_verified,
        inviter=inviter.name,
    )
    queue({**drawn, "priority": URGENT})
