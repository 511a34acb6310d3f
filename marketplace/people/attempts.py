"""Failed sign-ins, counted per account and per address in transactions of their own.

An attempt is counted before its password is looked at, and taken back when it was right: parallel guesses cannot
slip past the limit together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, delete, func, select

from marketplace.kernel import clock
from marketplace.kernel.db import commit, db, rollback
from marketplace.people.addresses import normal
from marketplace.people.models import SignInFailure

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """One try; ``wait_until`` is set where the limit was reached and the password must not be looked at."""

    id: int | None
    account: str
    wait_until: datetime | None = None


def account_key(email: str) -> str:
    """What is kept of the e-mail address that was typed: enough to count it, not to read it."""
    return hashlib.sha256(normal(email).encode()).hexdigest()


def begin(email: str, address: str | None) -> Attempt:
    """Count this attempt, unless too many failed before; commits at once, whatever becomes of the request."""
    rollback()
    key, place = account_key(email), address or "unknown"
    for name in sorted((key, place)):
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
    until = _wait_until(key, place)
    row = None
    if until is None:
        row = SignInFailure(account=key, address=place, at=clock.now())
        db.session.add(row)
        db.session.flush()
    attempt = Attempt(row.id if row else None, key, until)
    commit()
    return attempt


def _wait_until(key: str, place: str) -> datetime | None:
    settings = current_app.config["SETTINGS"]
    since = clock.now() - WINDOW
    recent = select(SignInFailure.at).where(SignInFailure.at > since).order_by(SignInFailure.at.desc())
    full = [
        _limit_reached(recent.where(SignInFailure.account == key), settings.sign_ins_per_account),
        _limit_reached(recent.where(SignInFailure.address == place), settings.sign_ins_per_address),
    ]
    return max((at + WINDOW for at in full if at), default=None)


def _limit_reached(recent: Select[datetime], limit: int) -> datetime | None:
    """The oldest of the last ``limit`` failures, where there were that many."""
    return db.session.scalar(recent.offset(limit - 1).limit(1))


def succeed(attempt: Attempt) -> None:
    """Take the attempt back, and with it the account's earlier failures; the caller's commit makes it true."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.account == attempt.account))


def forget(email: str) -> None:
    """Let an account in again whose owner has just set a new password."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.account == account_key(email)))


def sweep() -> int:
    """Forget failures that no longer count; returns how many."""
    found = db.session.execute(delete(SignInFailure).where(SignInFailure.at < clock.now() - 4 * WINDOW))
    return int(found.rowcount)  # type: ignore[attr-defined]
