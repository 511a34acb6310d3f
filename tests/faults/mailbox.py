"""A small SMTP server on loopback that collects messages, refuses them, or keeps their sender waiting."""

from __future__ import annotations

import email
import email.policy
import socket
import socketserver
import threading
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True)
class Letter:
    """One message that came in; ``answered`` where its sender was told so."""

    to: str
    message: EmailMessage
    answered: bool

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def body(self) -> str:
        return str(self.message.get_content())


class Mailbox:
    """``with Mailbox() as box``: then `box.url` is for SMTP_URL.

    `box.mode` is ``take``, ``refuse`` (550 to every recipient) or ``hold`` (the whole message is read, and its
    sender waits for an answer until the mode changes).
    """

    def __init__(self) -> None:
        self.mode = "take"
        self.letters: list[Letter] = []
        self.refused: list[str] = []
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError, ValueError):  # the sender is gone
                    box._talk(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._changed = threading.Condition()
        self._server = Server(("127.0.0.1", 0), Talk)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Mailbox:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.set("take")
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def set(self, mode: str) -> None:
        """Change how it treats what comes, also those that wait."""
        with self._changed:
            self.mode = mode
            self._changed.notify_all()

    def to(self, address: str) -> list[Letter]:
        """What came in for an address, oldest first."""
        return [letter for letter in list(self.letters) if letter.to == address]

    def _talk(self, talk: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            talk.wfile.write(f"{line}\r\n".encode())

        talk.connection.settimeout(120)
        say("220 mailbox")
        to = ""
        while line := talk.rfile.readline().decode("utf-8", "replace").strip():
            word = line[:4].upper()
            if word == "QUIT":
                say("221 bye")
                return
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                if self.mode == "refuse":
                    self.refused.append(to)
                    say("550 not today")
                else:
                    say("250 fine")
            elif word == "DATA":
                say("354 go on")
                self._take(talk, to, say)
            else:
                say("250 fine")

    def _take(self, talk: socketserver.StreamRequestHandler, to: str, say: Any) -> None:
        lines = []
        while (line := talk.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        if self.mode == "hold":
            self.letters.append(Letter(to, message, answered=False))
            with self._changed:
                self._changed.wait_for(lambda: self.mode != "hold", 120)
            talk.connection.shutdown(socket.SHUT_RDWR)
            return
        self.letters.append(Letter(to, message, answered=True))
        say("250 taken")
