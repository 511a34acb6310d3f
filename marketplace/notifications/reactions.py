"""What the outbox runs: each reaction reads the present state, works in chunks, and may run twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.notifications import rendering
from marketplace.notifications.models import Notification
from marketplace.notifications.subjects import kind_of, load
from marketplace.notifications.telling import TELLINGS
from marketplace.people import actions as people
from marketplace.people.models import Invitation, User

CHUNK = 500


def tell(event: Event, cursor: int | None) -> int | None:
    """Tell the audience of an event, in the product and by e-mail; nobody what they may not see."""
    telling, subject = TELLINGS[event.step], load(event)
    if subject is None:
        return None
    audience = telling.audience(event, subject) - {event.actor_id}
    if not telling.beyond:
        audience &= kind_of(event.subject_type).readers(subject)
    left = sorted(user_id for user_id in audience if user_id > (cursor or 0))
    chunk = left[:CHUNK]
    for user in db.session.scalars(select(User).where(User.id.in_(chunk), User.deactivated_at.is_(None))):
        _tell_one(event, subject, user)
    return chunk[-1] if len(left) > CHUNK else None


def _tell_one(event: Event, subject: Any, user: User) -> None:
    telling = TELLINGS[event.step]
    notify(event, user.id)
    if user.email_verified_at is None:
        return
    locale = rendering.locale_of(user)
    rendering.queue(
        f"event:{event.id}:{user.id}",
        telling.mail,
        user,
        user.email,
        locale,
        event=event,
        subject=subject,
        line=rendering.line_of(event, subject, locale),
        locale=locale,
        reason=event.reason.text if telling.with_reason and event.reason else "",
    )


def notify(event: Event, user_id: int) -> None:
    """Put an event into a person's notifications, once."""
    row = {
        "user_id": user_id,
        "event_id": event.id,
        "step": event.step,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
    }
    db.session.execute(insert(Notification).values(row).on_conflict_do_nothing(index_elements=["event_id", "user_id"]))


def _send_link(event: Event, template: str, purpose: str) -> None:
    user, key = db.session.get(User, event.subject_id), f"event:{event.id}:link"
    if user is None or user.deactivated_at is not None or rendering.is_queued(key):
        return
    token = people.issue_token(user, purpose)
    rendering.queue(key, template, user, user.email, rendering.locale_of(user), event=event, token=token)


def send_verification(event: Event, _: int | None) -> None:
    """Send the link that confirms an e-mail address."""
    _send_link(event, "verify_email", "verify_email")


def send_reset(event: Event, _: int | None) -> None:
    """Send the link that sets a new password."""
    _send_link(event, "reset_password", "reset_password")


def send_sign_up_again(event: Event, _: int | None) -> None:
    """Tell the owner of an account that somebody signed up with their address again."""
    user = db.session.get(User, event.subject_id)
    if user is not None and user.deactivated_at is None:
        rendering.queue(
            f"event:{event.id}:{user.id}", "sign_up_again", user, user.email, rendering.locale_of(user), event=event
        )


def send_invitation(event: Event, _: int | None) -> None:
    """Send an invitation to the one address it is bound to."""
    invitation = db.session.get(Invitation, event.subject_id)
    key = f"event:{event.id}:invitation"
    if invitation is None or invitation.accepted_at or invitation.revoked_at or rendering.is_queued(key):
        return
    user = db.session.scalars(select(User).where(User.email == invitation.email)).one_or_none()
    inviter = db.session.get_one(User, invitation.invited_by_id)
    locale = (user.locale if user else None) or rendering.locale_of(inviter)
    rendering.queue(
        key,
        "invitation",
        user,
        invitation.email,
        locale,
        event=event,
        token=people.issue_invitation_token(invitation),
        organisation=invitation.organisation.name(locale),
        inviter=inviter.name,
        invitation=invitation,
    )
