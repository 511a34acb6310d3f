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
from marketplace.kernel.locales import DEFAULT, _l
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.people import leadership, mail_limits, passwords, profile_visibility, queries, sign_in_log
from marketplace.people.addresses import normal_address
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

NOT_PRESENT = _l("This is not your present password.")
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


class _HasAccount(Exception):
    """The address has an account: what was written for a new one is taken back."""


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
    browser: str = "",
) -> None:
    """Make an account, with a first organisation where one is named; the mail's link confirms the address.

    ``going_to`` is the page to which the first sign-in leads, on whatever device that is; ``browser`` is a secret of
    the one that signs up, by which it is known again when the address is confirmed.
    Tells its caller nothing, and takes as long, where the address has an account: its owner gets a mail instead.
    """
    need_consents(consents)
    mail_limits.expect_room(email)
    passwords.demand_strong(password, name, email, organisation_name)
    email = normal_address(email)
    user = User(name=name, password_hash=passwords.hash_password(password), locale=locale, going_to=going_to)
    user.opened_by = token_hash(browser) if browser else None
    owner = queries.user_by_email(email)
    try:
        with db.session.begin_nested():
            user.email = email if owner is None else f"{secrets.token_hex(8)}@account.invalid"
            _store_new(user, consents, organisation_kind, organisation_name)
            if owner is not None:
                raise _HasAccount
    except (_HasAccount, IntegrityError):  # the second where somebody was quicker
        _ask("user.sign_up_again", owner or queries.user_by_email(email))


def start_organisation(kind: str, name: str, locale: str) -> Organisation:
    """An unverified organisation with a name and nothing else."""
    organisation = Organisation(kind=kind, texts={locale: OrganisationText(locale=locale, name=name)})
    db.session.add(organisation)
    db.session.flush()
    return organisation


def _store_new(user: User, consents: Iterable[str], kind: str | None, organisation_name: str) -> None:
    db.session.add(user)
    db.session.flush()
    give_consents(user, consents)
    if kind:
        organisation = start_organisation(kind, organisation_name, user.locale or DEFAULT)
        db.session.add(Membership(user=user, organisation=organisation, role="owner"))
        db.session.flush()
        events.record("organisation.create", organisation, themselves(user))
    events.record("user.sign_up", user, themselves(user))


def need_consents(given: Iterable[str]) -> None:
    """Refuse an account without the consents that it cannot do without."""
    for kind in REQUIRED_CONSENTS:
        if kind not in given:
            raise Invalid(CONSENT_NEEDED, field=kind)


def give_consents(user: User, kinds: Iterable[str]) -> None:
    """Keep each consent with its date; one that holds already stays as it is."""
    held = queries.consents_of(user.id)
    db.session.add_all(Consent(user_id=user.id, kind=kind) for kind in kinds if kind in CONSENTS and kind not in held)
    db.session.flush()


def _ask(step: str, user: User | None, *, needed: bool = True) -> None:
    """Record that somebody asks for a mail; in vain, where there is no account, no need or there were too many.

    Either way the same is asked and written, so that nobody can tell by the time it takes.
    """
    nobody, since = User(id=sign_in_log.NOBODY), clock.now() - timedelta(hours=1)
    is_due = queries.count_events(step, "user", (user or nobody).id, since) < MAILS_PER_HOUR
    if user is not None and needed and is_due:
        events.record(step, user, themselves(user))
    else:
        events.record("user.ask_in_vain", nobody, ANONYMOUS)


def ask_verification(email: str) -> None:
    """Send the confirmation link again, where there is an account that needs it; tells its caller nothing."""
    user = queries.user_by_email(email)
    has_room = mail_limits.has_room(email)
    _ask("user.ask_verification", user, needed=user is not None and user.email_verified_at is None and has_room)


def ask_reset(email: str) -> None:
    """Send a link to set a new password, where there is an account; tells its caller nothing."""
    _ask("user.ask_reset", queries.user_by_email(email))


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


def is_opened_by(user: User, browser: str) -> bool:
    """Whether this is the browser in which somebody signed up, so that the password is theirs who confirm."""
    return user.opened_by is not None and user.opened_by == token_hash(browser)


def verify_email(token: str, *, browser: str = "", password: str | None = None) -> User:
    """Confirm the address by the link that was sent to it. Raises Missing for a dead link, Invalid for a weak password.

    Whoever signed up may have been somebody else: in another browser than theirs the password given now counts, or
    none until one is set, and every session ends.
    """
    user = _take(token, "verify_email")
    if user.email_verified_at is None:
        if not is_opened_by(user, browser):
            if password is not None:
                passwords.demand_strong(password, *_about(user))
            _set_password(user, password)
        user.email_verified_at, user.opened_by = clock.now(), None
        events.record("user.verify_email", user, themselves(user))
    return user


def reset_password(token: str, password: str) -> User:
    """Set a new password by the link that was sent; ends every session. Raises Missing for a dead link."""
    user = _take(token, "reset_password")
    passwords.demand_strong(password, *_about(user))
    user.email_verified_at, user.opened_by = user.email_verified_at or clock.now(), None
    _set_password(user, password)
    events.record("user.change_password", user, themselves(user))
    return user


def change_password(user: User, actor: Actor, old: str, new: str, *, keep: int | None = None) -> User:
    """Change the password of somebody who knows the old one; ends every session but ``keep``."""
    policy.require(actor, "user.change", user)
    if not passwords.fits(user.password_hash, old):
        raise Invalid(NOT_PRESENT, field="old_password")
    passwords.demand_strong(new, *_about(user))
    _set_password(user, new, keep=keep)
    events.record("user.change_password", user, actor)
    return user


def _about(user: User) -> list[str]:
    """What others know of a person, and may try as a password."""
    names = [text.name for seat in queries.seats(user.id) for text in seat.organisation.texts.values()]
    return [user.name, user.email, *names]


def open_invited(user: User, name: str, password: str, locale: str, consents: Iterable[str]) -> None:
    """Give an account, new or never confirmed, to whoever holds a link that was sent to its address."""
    given = list(consents)
    need_consents(given)
    passwords.demand_strong(password, name, user.email)
    user.name, user.locale = name, locale
    user.email_verified_at, user.opened_by = clock.now(), None
    db.session.add(user)
    db.session.flush()
    _set_password(user, password)
    give_consents(user, given)


def _set_password(user: User, password: str | None, *, keep: int | None = None) -> None:
    user.password_hash = None if password is None else passwords.hash_password(password)
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


def change_user(
    user: User, actor: Actor, *, name: str, locale: str | None, time_zone: str | None, version: int | None = None
) -> None:
    """Change name, language and time zone."""
    policy.require(actor, "user.change", user)
    expect_version(user, version)
    new = {"name": name, "locale": locale, "time_zone": time_zone}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    user.name, user.locale, user.time_zone = name, locale, time_zone
    if changed:
        events.record("user.change", user, actor, data={"fields": changed})


def give_consent(user: User, actor: Actor, kind: str) -> None:
    """Give one consent, from now on."""
    policy.require(actor, "user.change", user)
    if kind not in CONSENTS:
        raise Missing
    if queries.live_consent(user.id, kind) is None:
        give_consents(user, [kind])
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


def close_account(user: User, actor: Actor, password: str) -> User:
    """Close an account: its personal values are replaced, its deeds stay on record without a name."""
    policy.require(actor, "user.change", user)
    if not passwords.fits(user.password_hash, password):
        raise Invalid(NOT_PRESENT, field="password")
    leadership.keep_leaders(user)
    _end_sessions(user)
    profile_visibility.take_off_profiles(user, actor)
    for consent in db.session.scalars(
        select(Consent).where(Consent.user_id == user.id, Consent.withdrawn_at.is_(None))
    ):
        consent.withdrawn_at = clock.now()
    db.session.execute(delete(MailToken).where(MailToken.user_id == user.id))
    db.session.execute(delete(Membership).where(Membership.user_id == user.id))
    db.session.execute(delete(Invitation).where(Invitation.email == user.email))
    events.record("user.deactivate", user, actor)
    sign_in_log.forget_addresses(of=user.id)
    for session in db.session.scalars(select(UserSession).where(UserSession.user_id == user.id)):
        session.address = session.device = None
    user.deactivated_at = clock.now()
    user.email = f"closed-{user.id}@account.invalid"
    user.name = "–"
    user.password_hash = user.locale = user.going_to = user.opened_by = user.time_zone = None
    db.session.flush()
    return user


def end_session(session: UserSession) -> None:
    """Sign out one device."""
    session.ended_at = session.ended_at or clock.now()
