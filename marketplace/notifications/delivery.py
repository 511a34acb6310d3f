"""Sends the mail that waits: claimed, sent, marked. A worker that dies in between sends it once more at most."""

from __future__ import annotations

import logging
import math
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from flask import current_app
from sqlalchemy import ColumnElement, func, select

from marketplace.kernel.db import commit, db, rollback
from marketplace.notifications import bundles, smtp
from marketplace.notifications.headers import Exact
from marketplace.notifications.models import BULK, URGENT, Mail
from marketplace.notifications.smtp import Post

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)

_checks: list[Callable[[Mail], bool]] = []


def drop_if(is_over: Callable[[Mail], bool]) -> None:
    """Look at each alert to many as it leaves: it may have waited long. Only ``subscriptions.py`` calls this."""
    if is_over not in _checks:
        _checks.append(is_over)


def deliver_due(limit: int = 500, most: int = BULK, seconds: float = math.inf) -> int:
    """Send up to ``limit`` messages whose time has come, none of less urgency than ``most``; returns how many left.

    After ``seconds`` the rest is left to the next run, so that what else waits for the worker has its turn.
    """
    sent, begun = 0, time.monotonic()
    with Post() as post:
        while sent < limit and time.monotonic() - begun < seconds and (mail := _claim(most)) is not None:
            sent += _deliver(mail, post)
    return sent


def is_due() -> bool:
    """Whether a message waits that could be sent now."""
    found = db.session.scalar(select(select(Mail.id).where(*_due(BULK)).exists()))
    rollback()
    return bool(found)


def longest_wait() -> timedelta | None:
    """How long ago the turn of the message came that waits longest."""
    return db.session.scalar(select(func.clock_timestamp() - func.min(Mail.due_at)).where(*_due(BULK)))


def _due(most: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Mail.state.in_(("queued", "sending")),
        Mail.priority <= most,
        Mail.due_at <= func.clock_timestamp(),
        Mail.attempts < MAX_ATTEMPTS,
    )


def next_due(most: int = BULK) -> Mail | None:
    """The message whose turn it is, held until this transaction ends."""
    return db.session.scalars(
        select(Mail)
        .where(*_due(most))
        .order_by(Mail.priority, Mail.due_at, Mail.id)  # a link that somebody waits for goes before news to many
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _claim(most: int) -> Mail | None:
    """Take one message under a lease: nobody else sends it until the lease ends."""
    mail = next_due(most)
    if mail is None:
        rollback()
        return None
    bundles.gather_news(mail)
    # A message found "sending" lost its worker and may have left: this is its one more time.
    mail.attempts = MAX_ATTEMPTS if mail.state == "sending" else mail.attempts
    mail.state = "sending"
    mail.due_at = func.clock_timestamp() + LEASE
    commit()
    return mail


def _deliver(mail: Mail, post: Post) -> int:
    mail_id = mail.id
    if smtp.is_off() or bundles.is_over(mail) or (mail.priority == BULK and any(over(mail) for over in _checks)):
        _end(mail, "dropped")
        commit()
        return 0
    try:
        post.send(message_of(mail))
    except (OSError, smtplib.SMTPException, MessageError, ValueError) as failure:  # what cannot be written, too
        rollback()
        _postpone(mail_id, failure)
        return 0
    _end(mail, "sent")
    mail.sent_at = func.clock_timestamp()
    mail.last_error = None
    commit()
    return 1


def _end(mail: Mail, state: str) -> None:
    """Bring a message to its end. Its words go, since keys to accounts are among them: nobody needs them any more.

    What failed keeps them for another try, but for a link, which has ended by then.
    """
    mail.state = state
    if not smtp.is_kept() and (state != "failed" or mail.priority == URGENT):
        mail.body, mail.headers = "", {}


def drop_mail(user_id: int) -> None:
    """Send nothing more to somebody: what still waits is dropped."""
    waits = Mail.user_id == user_id, Mail.state == "queued"
    for mail in db.session.scalars(select(Mail).where(*waits).with_for_update()):
        _end(mail, "dropped")


def _postpone(mail_id: int, failure: Exception) -> None:
    mail = db.session.get_one(Mail, mail_id, with_for_update=True)
    mail.attempts += 1
    mail.last_error = f"{type(failure).__name__}: {failure}"[:500]
    mail.state = "queued"
    if mail.attempts >= MAX_ATTEMPTS:
        _end(mail, "failed")
    pause = min(timedelta(seconds=15 * 4 ** (mail.attempts - 1)), timedelta(hours=6))
    mail.due_at = func.clock_timestamp() + pause
    commit()
    log.warning("mail not sent", extra={"mail": mail_id, "error": mail.last_error})


def message_of(mail: Mail) -> EmailMessage:
    """The message as it travels; its id is made from the row's, so that a repeat is recognised."""
    sender = current_app.config["SETTINGS"].mail_from
    domain = sender.rpartition("@")[2].rstrip(">") or "tangent.example"
    message = EmailMessage(policy=Exact())
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<mail-{mail.id}@{domain}>" if mail.id else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.body)  # which drops earlier headers on the content
    message["Content-Language"] = mail.locale
    return message


def try_again(mail: Mail) -> None:
    """Queue a message that failed once more, with all its attempts before it."""
    mail.state = "queued"
    mail.attempts = 0
    mail.due_at = func.clock_timestamp()
