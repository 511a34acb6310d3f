"""The way to the mail server: opened when a message needs it, kept for those that follow."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from types import TracebackType
from urllib.parse import unquote, urlsplit

from flask import current_app

TIMEOUT_SECONDS = 20
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_kept() -> bool:
    """Whether no mail leaves here: each message stays to be read at ``/dev/mail``."""
    settings = current_app.config["SETTINGS"]
    return settings.environment != "production" and (not settings.smtp_url or settings.mail_transport == "none")


def is_off() -> bool:
    """Whether this installation was told to send nothing."""
    return not is_kept() and current_app.config["SETTINGS"].mail_transport == "none"


class Post:
    """``with Post() as post: post.send(message)``, for one thread. Without SMTP_URL, outside production, mail is kept.

    ``send`` raises OSError or SMTPException; the message after a failure has a connection of its own.
    """

    def __init__(self) -> None:
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def send(self, message: EmailMessage) -> None:
        """Hand a message to the server."""
        if is_kept():
            return
        if not current_app.config["SETTINGS"].smtp_url:
            raise OSError("SMTP_URL is not set")
        try:
            self._ready().send_message(message)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        server, self.server = self.server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _ready(self) -> smtplib.SMTP:
        """The open connection where the server still answers on it, else a new one."""
        if self.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                if self.server.noop()[0] == 250:
                    return self.server
            self.close()
        settings = current_app.config["SETTINGS"]
        self.server = _opened(settings.smtp_url, settings.mail_needs_tls)
        return self.server


def _opened(url: str, needs_tls: bool) -> smtplib.SMTP:
    """A connection on which a message may be sent; a password goes over none that others can read."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo()
        is_sealed = parts.scheme == "smtps"
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_sealed = True
        is_private = is_sealed or host in LOOPBACK
        if needs_tls and not is_sealed:
            raise smtplib.SMTPNotSupportedError("the server offers no TLS: nothing is sent (MAIL_TRANSPORT)")
        if parts.username:
            if not is_private:
                raise smtplib.SMTPNotSupportedError("the server offers no TLS: the password is not sent")
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
