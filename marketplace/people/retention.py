"""Forget what no longer serves anybody: ended sessions, used links, old sign-in failures."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, or_

from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people import sign_in_log, sign_in_throttle
from marketplace.people.models import MailToken, UserSession

SESSIONS, TOKENS, ADDRESSES = timedelta(days=30), timedelta(days=7), timedelta(days=90)


def sweep() -> None:
    """Delete what ended so long ago that not even its owner asks for it."""
    now = func.clock_timestamp()
    ended = or_(UserSession.ended_at < now - SESSIONS, UserSession.expires_at < now - SESSIONS)
    used = or_(MailToken.used_at < now - TOKENS, MailToken.expires_at < now - TOKENS)
    db.session.execute(delete(UserSession).where(ended))
    db.session.execute(delete(MailToken).where(used))
    sign_in_throttle.sweep()
    sign_in_log.forget_addresses(before=clock.now() - ADDRESSES)
