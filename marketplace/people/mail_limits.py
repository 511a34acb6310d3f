"""Mail to addresses that nobody has confirmed: how much of it may leave, so that it is no weapon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, func, select, true

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.kernel.events import Event
from marketplace.kernel.locales import _l
from marketplace.people.addresses import normal_address
from marketplace.people.models import Invitation, User

HOUR = timedelta(hours=1)
TO_ACCOUNTS = ("user.sign_up", "user.sign_up_again", "user.ask_verification")


def expect_room(email: str, sender_id: int | None = None) -> None:
    """Refuse one more message where the sender, or all together, wrote to too many strangers within the hour."""
    settings = current_app.config["SETTINGS"]
    if sender_id is not None and _invited(Event.actor_id == sender_id) >= settings.invitations_per_hour:
        raise Invalid(_l("You have sent many invitations within the hour. Go on in an hour."), field="email")
    if not has_room(email):
        raise Invalid(
            _l("Many messages went to new addresses like this one within the hour. Try again in an hour."),
            field="email",
        )


def has_room(email: str) -> bool:
    """Whether one more message may go to this domain, and one more in all."""
    settings, domain = current_app.config["SETTINGS"], normal_address(email).rpartition("@")[2]
    at_domain = _signed_up(_is_at(domain, User.email)) + _invited(_is_at(domain, Invitation.email))
    in_all = _signed_up(true()) + _invited(true())
    return bool(at_domain < settings.strangers_per_domain and in_all < settings.strangers_per_hour)


def _is_at(domain: str, address: Any) -> ColumnElement[bool]:
    return func.split_part(address, "@", 2) == domain


def _signed_up(condition: ColumnElement[bool]) -> int:
    recent = Event.step.in_(TO_ACCOUNTS), Event.at > clock.now() - HOUR
    query = select(func.count()).select_from(Event).join(User, User.id == Event.subject_id).where(*recent, condition)
    return db.session.scalar(query) or 0


def _invited(condition: ColumnElement[bool]) -> int:
    recent = Event.step == "invitation.send", Event.at > clock.now() - HOUR
    query = select(func.count()).select_from(Event).join(Invitation, Invitation.id == Event.subject_id)
    return db.session.scalar(query.where(*recent, condition)) or 0
