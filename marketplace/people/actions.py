"""What people do with their own account: sign up, confirm, change, close; and the tokens their mails carry."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock, events, policy
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Invalid, Missing, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.people import passwords, queries, strangers
from marketplace.people.addresses import normal
from marketplace.people.models import (
    CONSENTS,
    Consent,
    Invitation,
    MailToken,
    Membership,
    Organisation,
    OrganisationText,
    User,
    UserSession,
)

REQUIRED_CONSENTS = ("terms", "privacy")
CONSENT_NEEDED = _l("We need your agreement to this to open an account.")
LIVES = {"verify_email": timedelta(days=3), "reset_password": timedelta(hours=2)}
INVITATION_LIVES = timedelta(days=7)
MAILS_PER_HOUR = 5


def token_hash(token: str) -> str:
    """What the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def themselves(user: User) -> Actor:
    """A person acting on their own account before, or without, a session."""
    return Actor(user_id=user.id, name=user.name, locale=user.locale)


def sign_up(
    name: str,
    email: str,
    password: str,
    *,
    locale: str,
    consents: Iterable[str] = (),
    organisation_kind: str | None = None,
    organisation_name: str = "",
    going_to: str | None = None,
) -> None:
    """Make an account, with a first organisation where one is named; the mail's link confirms the address.

    ``going_to`` is the page to which the first sign-in leads, on whatever device that is.
    Tells its caller nothing: where the address has an account, its owner gets a mail instead.
    """
    need_consents(consents)
    strangers.expect_room(email)
    password_hash = passwords.hashed(password)
    user = User(name=name, email=normal(email), password_hash=password_hash, locale=locale, going_to=going_to)
    if not _store_new(user):
        owner = queries.user_by_email(user.email)
        if owner is not None and _may_mail(owner, "user.sign_up_again"):
            events.record("user.sign_up_again", owner, themselves(owner))
        return
    give(user, consents)
    if organisation_kind:
        organisation = found_organisation(organisation_kind, organisation_name, locale)
        db.session.add(Membership(user=user, organisation=organisation, role="owner"))
        db.session.flush()
        events.record("organisation.create", organisation, themselves(user))
    events.record("user.sign_up", user, themselves(user))


def found_organisation(kind: str, name: str, locale: str) -> Organisation:
    """An unverified organisation with a name and nothing else."""
    organisation = Organisation(kind=kind, texts={locale: OrganisationText(locale=locale, name=name)})
    db.session.add(organisation)
    db.session.flush()
    return organisation


def _store_new(user: User) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(user)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def need_consents(given: Iterable[str]) -> None:
    """Refuse an account without the consents that it cannot do without."""
    for kind in REQUIRED_CONSENTS:
        if kind not in given:
            raise Invalid(CONSENT_NEEDED, field=kind)


def give(user: User, kinds: Iterable[str]) -> None:
    """Keep each consent with its date."""
    db.session.add_all(Consent(user_id=user.id, kind=kind) for kind in kinds if kind in CONSENTS)
    db.session.flush()


def _may_mail(user: User, step: str) -> bool:
    """Whether the person has not been sent too many of these mails within the hour."""
    since = clock.now() - timedelta(hours=1)
    return queries.count_events(step, "user", user.id, since) < MAILS_PER_HOUR


def ask_verification(email: str) -> None:
    """Send the confirmation link again, where there is an account that needs it; tells its caller nothing."""
    user = queries.user_by_email(email)
    may_mail = user is not None and _may_mail(user, "user.ask_verification") and strangers.has_room(email)
    if user is not None and user.email_verified_at is None and may_mail:
        events.record("user.ask_verification", user, themselves(user))


def ask_reset(email: str) -> None:
    """Send a link to set a new password, where there is an account; tells its caller nothing."""
    user = queries.user_by_email(email)
    if user is not None and _may_mail(user, "user.ask_reset"):
        events.record("user.ask_reset", user, themselves(user))


def issue_token(user: User, purpose: str) -> str:
    """A fresh token for a mail to ``user``; it replaces older ones, and only its hash is kept.

    ``purpose`` is verify_email or reset_password: the endpoint ``people.<purpose>`` takes it as ``token``.
    """
    db.session.execute(
        delete(MailToken).where(MailToken.user_id == user.id, MailToken.purpose == purpose, MailToken.used_at.is_(None))
    )
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + LIVES[purpose]
    db.session.add(MailToken(user_id=user.id, purpose=purpose, token_hash=token_hash(token), expires_at=expires_at))
    db.session.flush()
    return token


def issue_invitation_token(invitation: Invitation) -> str:
    """A fresh token for an invitation's mail (endpoint ``people.accept_invitation``); older links end."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    db.session.flush()
    return token


def _take(token: str, purpose: str) -> User:
    """The person of a live token, which is used up. Raises Missing."""
    row = queries.live_token(token_hash(token), purpose, lock=True)
    if row is None:
        raise Missing(_l("This link has been used already, or its time is over."))
    row.used_at = clock.now()
    return db.session.get_one(User, row.user_id)


def verify_email(token: str) -> User:
    """Confirm the address by the link that was sent to it. Raises Missing for a dead link."""
    user = _take(token, "verify_email")
    if user.email_verified_at is None:
        user.email_verified_at = clock.now()
        events.record("user.verify_email", user, themselves(user))
    return user


def reset_password(token: str, password: str) -> User:
    """Set a new password by the link that was sent; ends every session. Raises Missing for a dead link."""
    user = _take(token, "reset_password")
    user.email_verified_at = user.email_verified_at or clock.now()
    _set_password(user, password)
    events.record("user.change_password", user, themselves(user))
    return user


def change_password(user: User, actor: Actor, old: str, new: str, *, keep: int | None = None) -> User:
    """Change the password of somebody who knows the old one; ends every session but ``keep``."""
    policy.require(actor, "user.change", user)
    if not passwords.fits(user.password_hash, old):
        raise Invalid(_l("This is not your present password."), field="old_password")
    _set_password(user, new, keep=keep)
    events.record("user.change_password", user, actor)
    return user


def _set_password(user: User, password: str, *, keep: int | None = None) -> None:
    user.password_hash = passwords.hashed(password)
    _end_sessions(user, keep)
    db.session.execute(
        delete(MailToken).where(
            MailToken.user_id == user.id, MailToken.purpose == "reset_password", MailToken.used_at.is_(None)
        )
    )
    db.session.flush()


def _end_sessions(user: User, keep: int | None = None) -> int:
    live = select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    ended = [row for row in db.session.scalars(live) if row.id != keep]
    for row in ended:
        row.ended_at = clock.now()
    return len(ended)


def end_sessions(user: User, actor: Actor, *, keep: int | None = None) -> int:
    """Sign the person out everywhere but in session ``keep``; returns how many sessions ended."""
    policy.require(actor, "user.change", user)
    ended = _end_sessions(user, keep)
    if ended:
        events.record("user.end_sessions", user, actor)
    return ended


def change_user(user: User, actor: Actor, *, name: str, locale: str | None, version: int | None = None) -> None:
    """Change name and language."""
    policy.require(actor, "user.change", user)
    expect_version(user, version)
    changed = [field for field, value in (("name", name), ("locale", locale)) if getattr(user, field) != value]
    user.name, user.locale = name, locale
    if changed:
        events.record("user.change", user, actor, data={"fields": changed})


def give_consent(user: User, actor: Actor, kind: str) -> None:
    """Give one consent, from now on."""
    policy.require(actor, "user.change", user)
    if kind not in CONSENTS:
        raise Missing
    if queries.live_consent(user.id, kind) is None:
        give(user, [kind])
        events.record("user.give_consent", user, actor, data={"kind": kind})


def withdraw_consent(user: User, actor: Actor, kind: str) -> None:
    """Withdraw one consent; those without which there is no account end with the account."""
    policy.require(actor, "user.change", user)
    if kind in REQUIRED_CONSENTS:
        raise Blocked(_l("An account cannot go on without this consent. To withdraw it, close your account."))
    consent = queries.live_consent(user.id, kind)
    if consent is not None:
        consent.withdrawn_at = clock.now()
        events.record("user.withdraw_consent", user, actor, data={"kind": kind})


def deactivate(user: User, actor: Actor, password: str) -> User:
    """Close an account: its personal values are replaced, its deeds stay on record without a name."""
    policy.require(actor, "user.change", user)
    if not passwords.fits(user.password_hash, password):
        raise Invalid(_l("This is not your present password."), field="password")
    sole = queries.organisations_led_alone(user.id)
    if sole:
        raise Blocked(_l("You are the last one who leads an organisation that has other members. Hand it over first."))
    _end_sessions(user)
    for consent in db.session.scalars(
        select(Consent).where(Consent.user_id == user.id, Consent.withdrawn_at.is_(None))
    ):
        consent.withdrawn_at = clock.now()
    db.session.execute(delete(MailToken).where(MailToken.user_id == user.id))
    db.session.execute(delete(Membership).where(Membership.user_id == user.id))
    db.session.execute(delete(Invitation).where(Invitation.email == user.email))
    events.record("user.deactivate", user, actor)
    for session in db.session.scalars(select(UserSession).where(UserSession.user_id == user.id)):
        session.address = session.device = None
    user.deactivated_at = clock.now()
    user.email = f"closed-{user.id}@account.invalid"
    user.name = "–"
    user.password_hash = user.locale = user.going_to = None
    db.session.flush()
    return user


def end_session(session: UserSession) -> None:
    """Sign out one device."""
    session.ended_at = session.ended_at or clock.now()
