"""Signed-in sessions: rows that the server can end, behind a token that only the cookie holds."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import current_app
from flask_login import UserMixin
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.people.models import CENTRES, Membership, Organisation, User, UserSession

SEEN_EVERY = timedelta(minutes=5)


def hash_token(token: str) -> str:
    """What the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_operator(user: User) -> bool:
    """Whether a person keeps this installation: its settings name the address that they confirmed."""
    return user.email_verified_at is not None and user.email in current_app.config["SETTINGS"].operators


class SignedIn(UserMixin):
    """What Flask-Login holds: a live session, loaded by its token."""

    def __init__(self, token: str, session: UserSession, seats: int, latest: int, zone: str | None) -> None:
        self.token = token
        self.session = session
        self.seats = seats
        self.latest = latest  # the newest event of all
        self.zone = zone  # of the centre acted for

    def get_id(self) -> str:
        return self.token

    def actor(self) -> Actor:
        """The person, acting for the organisation this session chose."""
        user, membership = self.session.user, self.session.membership
        organisation = membership.organisation if membership else None
        return Actor(
            user_id=user.id,
            name=user.name,
            locale=user.locale,
            organisation_id=organisation.id if organisation else None,
            organisation_names={code: t.name for code, t in organisation.texts.items()} if organisation else {},
            organisation_kind=organisation.kind if organisation else "",
            organisation_verified=bool(organisation and organisation.is_verified),
            role=membership.role if membership else "",
            membership_id=membership.id if membership else None,
            seats=self.seats,
            email_verified=user.email_verified_at is not None,
            is_operator=is_operator(user),
        )


_LOAD = (
    select(
        UserSession,
        select(func.count()).where(Membership.user_id == UserSession.user_id).scalar_subquery(),
        func.coalesce(select(func.max(Event.id)).scalar_subquery(), 0),
        select(CENTRES.c.time_zone)
        .join(Membership, Membership.organisation_id == CENTRES.c.id)
        .where(Membership.id == UserSession.membership_id)
        .scalar_subquery(),
        func.statement_timestamp(),
    )
    .join(UserSession.user)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > func.statement_timestamp(),
        User.deactivated_at.is_(None),
    )
    .options(
        contains_eager(UserSession.user),
        joinedload(UserSession.membership).joinedload(Membership.organisation).joinedload(Organisation.texts),
    )
)


def load_session(token: str) -> SignedIn | None:
    """The live session of a token, with its person and the organisation they act for; tells the clock, too."""
    row = db.session.execute(_LOAD, {"token_hash": hash_token(token)}).unique().one_or_none()
    if row is None:
        return None
    found, count, latest, zone, instant = row
    now = clock.start_at(instant)
    if now - found.seen_at > SEEN_EVERY:
        found.seen_at = now
    return SignedIn(token, found, count, latest, zone)


def open_session(user: User, address: str | None, device: str | None, membership: Membership | None = None) -> str:
    """Start a session for a person and return its token; they act for their first membership unless told."""
    token = secrets.token_urlsafe(32)
    chosen = membership or next(iter(user.memberships), None)
    db.session.add(
        UserSession(
            user_id=user.id,
            membership_id=chosen.id if chosen else None,
            token_hash=hash_token(token),
            expires_at=clock.now() + timedelta(days=current_app.config["SETTINGS"].session_days),
            address=address,
            device=(device or "")[:200],
        )
    )
    db.session.flush()
    return token
