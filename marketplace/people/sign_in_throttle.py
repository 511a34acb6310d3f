"""Failed sign-ins, counted in transactions of their own: per account at one place, and per address.

An attempt is counted before its password is looked at, and taken back when it was right: parallel guesses cannot
slip past the limit together. A place is the device from which the person signed in before, else the address: whoever
guesses from elsewhere makes themselves wait, longer each time, and never the owner. Once very many failed at one
account, from wherever, strange places share one try in a while; known devices and who sets a new password do not wait.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from config import Settings
from marketplace.kernel import clock
from marketplace.kernel.db import commit, db, rollback
from marketplace.people import sign_in_log
from marketplace.people.addresses import normal_address
from marketplace.people.models import SignInFailure, User
from marketplace.web.limits import place_of

WINDOW = timedelta(minutes=15)
REMEMBERED = timedelta(days=1)  # for how long failures of an account at one place are held against it
TURN = timedelta(minutes=1)  # of all strange places together, at an account that very many guess at
DEVICE = "device "
GUESSES = 5  # of the present password within one session


@dataclass(frozen=True)
class Attempt:
    """One try; ``wait_until`` is set where the limit was reached and the password must not be looked at.

    ``is_last`` says that the next one has to wait if this one fails.
    """

    id: int | None
    account: str
    place: str
    wait_until: datetime | None = None
    is_last: bool = False


def account_key(email: str) -> str:
    """What is kept of the e-mail address that was typed: enough to count it, not to read it."""
    return hashlib.sha256(normal_address(email).encode()).hexdigest()


def begin_attempt(email: str, address: str | None, device: str | None = None) -> Attempt:
    """Count this attempt, unless too many failed before; commits at once, whatever becomes of the request.

    ``device`` is the mark of one from which this account signed in before: what its neighbours do is not its fault.
    """
    settings = current_app.config["SETTINGS"]
    place = f"{DEVICE}{device}" if device else place_of(address)
    return _count(account_key(email), place, settings.sign_ins_per_account, None if device else settings)


def begin_guess(session_id: int) -> Attempt:
    """Count a try of the present password within a session."""
    return _count(f"session {session_id}", "", GUESSES, None)


def _count(key: str, place: str, most: int, settings: Settings | None) -> Attempt:
    rollback()
    for name in sorted((key + place, place, *([key] if settings is not None else []))):
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
    failed, last = _failed(key, place)
    waits = [last + WINDOW * 2 ** min(failed - most, 7)] if last and failed >= most else []
    if settings is not None:
        if full := _limit_reached(place, settings.sign_ins_per_address):
            waits.append(full + WINDOW)
        if newest := _guessed_at(key, settings.sign_ins_from_anywhere):
            waits.append(newest + TURN)
    until = max((end for end in waits if end > clock.now()), default=None)
    row = None
    if until is None:
        row = SignInFailure(account=key, address=place, at=clock.now())
        db.session.add(row)
        db.session.flush()
    attempt = Attempt(row.id if row else None, key, place, until, failed + 1 >= most)
    commit()
    return attempt


def _failed(key: str, place: str) -> tuple[int, datetime | None]:
    """How often sign-ins of an account failed at a place of late, and when for the last time."""
    here = SignInFailure.account == key, SignInFailure.address == place
    found = select(func.count(), func.max(SignInFailure.at)).where(*here, SignInFailure.at > clock.now() - REMEMBERED)
    count, last = db.session.execute(found).one()
    return count, last


def _limit_reached(place: str, limit: int) -> datetime | None:
    """The oldest of the last ``limit`` failures at a place, where there were that many."""
    recent = select(SignInFailure.at).where(SignInFailure.address == place, SignInFailure.at > clock.now() - WINDOW)
    return db.session.scalar(recent.order_by(SignInFailure.at.desc()).offset(limit - 1).limit(1))


def _guessed_at(key: str, limit: int) -> datetime | None:
    """The newest failure of an account at any strange place, where there were ``limit`` of late."""
    strange = SignInFailure.account == key, SignInFailure.address.not_like(f"{DEVICE}%")
    recent = select(SignInFailure.at).where(*strange, SignInFailure.at > clock.now() - REMEMBERED)
    last = recent.order_by(SignInFailure.at.desc()).limit(limit).subquery()
    count, newest = db.session.execute(select(func.count(), func.max(last.c.at))).one()
    return newest if count >= limit else None


def clear_attempt(attempt: Attempt) -> None:
    """Take the attempt back, and with it earlier failures there; the caller's commit makes it true."""
    here = SignInFailure.account == attempt.account, SignInFailure.address == attempt.place
    db.session.execute(delete(SignInFailure).where(*here))


def record_failure(attempt: Attempt, user: User | None, address: str | None) -> None:
    """Put a failed sign-in on record, which the refusal does not take back."""
    about = User(id=user.id) if user else None  # what was loaded goes with the rollback
    rollback()
    sign_in_log.note_step("user.fail_sign_in", about, address, account=attempt.account)
    if attempt.is_last:
        sign_in_log.note_step("user.lock_out", about, address, account=attempt.account)
    commit()


def take_back_attempt(attempt: Attempt) -> None:
    """The same as ``clear_attempt``, for a request that is refused for another reason."""
    rollback()
    clear_attempt(attempt)
    commit()


def forget_failures(email: str) -> None:
    """Let an account in again whose owner has just set a new password."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.account == account_key(email)))


def sweep() -> int:
    """Forget failures that no longer count; returns how many."""
    found = db.session.execute(delete(SignInFailure).where(SignInFailure.at < clock.now() - REMEMBERED))
    return int(found.rowcount)  # type: ignore[attr-defined]
