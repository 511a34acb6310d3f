"""A mail server of the tests' own on loopback: it takes every message, or refuses or hangs up as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Server(socketserver.ThreadingTCPServer):
    """``received`` holds the messages; ``refuse`` answers 451; ``offers`` are extensions named to EHLO.

    It hangs up without a word after ``most`` messages on a connection.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, refuse: bool = False, offers: tuple[str, ...] = ("8BITMIME", "SMTPUTF8"), most: int = 1000
    ) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.refuse = refuse
        self.offers = offers
        self.most = most
        self.received: list[EmailMessage] = []
        self.commands: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server

    def handle(self) -> None:
        self._say("220 ready")
        taken = 0
        while line := self.rfile.readline():
            command = line.decode("utf-8", "replace").strip()
            verb = command.partition(" ")[0].upper()
            self.server.commands.append(verb)
            if verb == "EHLO":
                parts = ["test", *self.server.offers]
                for n, part in enumerate(parts):
                    self._say(f"250{'-' if n < len(parts) - 1 else ' '}{part}")
            elif verb == "DATA":
                self._take()
                taken += 1
                if taken == self.server.most:
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            elif verb == "STARTTLS":
                self._say("454 not now")
            else:
                self._say("250 ok")

    def _take(self) -> None:
        if self.server.refuse:
            self._say("451 try later")
            return
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.server.received.append(found)
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def running(**options: object) -> Iterator[Server]:
    """A server while the block runs."""
    with Server(**options) as server:  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
