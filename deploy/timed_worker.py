"""A gunicorn worker that knows since when each request has waited, however long no thread is free for it.

The main loop looks at a request as soon as its first bytes can be read, and the kernel tells how long they have been
there. The product finds the instant in ``environ[ARRIVAL]``, as a function that answers in monotonic seconds.
"""

from __future__ import annotations

import errno
import fcntl
import selectors
import socket
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from gunicorn.workers.gthread import DEFAULT_WORKER_DATA_TIMEOUT, TConn, ThreadWorker

ARRIVAL = "tangent.arrival"
BODY_SECONDS = 5.0
LARGEST_HEAD_BYTES = 65_536
STALLED_SECONDS = 20  # that a thread waits for the next bytes of somebody
LINGER_SECONDS = 2  # in which a client may close first, so that it reads the whole answer
FULL_BYTES = 32_768  # unread bytes from which on the kernel may have asked the client to wait with the rest
NOBODY_WAITS = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)
LAST_DATA = struct.Struct("=52xI")  # tcpi_last_data_recv of Linux's struct tcp_info, in milliseconds
COUNT = struct.Struct("=i")
PATIENCE = struct.Struct("@ll")


@dataclass(frozen=True)
class Arrival:
    """A request whose body follows its head within seconds arrived with its head, another when its last bytes came.

    ``since`` is when these seconds begin: later than the head where the body had to wait for a thread to make room.
    """

    connection: socket.socket
    head: float
    since: float

    def __call__(self, noted: float | None = None) -> float:
        """The instant, in seconds of ``time.monotonic``; asked once the body has been read.

        ``noted`` is when a proxy took the request, if it says so.
        """
        latest = latest_data(self.connection)
        if latest is not None and latest - self.since > BODY_SECONDS:
            return latest
        return self.head if noted is None else min(self.head, noted)


class Connection(TConn):  # type: ignore[misc]
    """A connection that its worker closes without waiting for the client."""

    def __init__(self, worker: WaitingWorker, sock: socket.socket, address: Any, server: Any) -> None:
        super().__init__(worker.cfg, sock, address, server)
        self.worker = worker

    def close(self, graceful: bool = False) -> None:
        """Close it; gracefully after what the client still sends, which the main loop looks after."""
        if graceful and self.worker.alive:
            self.worker.linger(self.sock)
        else:
            super().close(graceful)


class WaitingWorker(ThreadWorker):  # type: ignore[misc]
    """Threads as gunicorn's own, but a connection takes one only when the whole head of a request can be read from it.

    So nobody holds a thread by sending a head and never its end: the main loop closes such a connection.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.serving = threading.local()
        self.closing: dict[socket.socket, float] = {}  # until when, the first first

    def load_wsgi(self) -> None:
        """Load the product, to be called with the instant of arrival."""
        super().load_wsgi()
        self.wsgi: Any = partial(self.tell, self.wsgi)

    def tell(self, serve: Callable[..., Iterable[bytes]], environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Serve a request; one of HTTP/2, which shares its connection with others, is not timed."""
        if (arrival := getattr(self.serving, "arrival", None)) is not None:
            environ[ARRIVAL] = arrival
        return serve(environ, start)

    def accept(self, listener: socket.socket) -> None:
        """Take up a connection, and wait in the main loop for its first request."""
        try:
            sock, address = listener.accept()
        except OSError as failure:
            if failure.errno not in NOBODY_WAITS:
                raise
            return
        self.nr_conns += 1
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, PATIENCE.pack(STALLED_SECONDS, 0))
        conn = Connection(self, sock, address, listener.getsockname())
        self._await_head(conn)
        self.poller.register(sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Note when the first request of a connection came."""
        if not self._awaits_more(conn, client):
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Note when the next request of a kept connection came."""
        if not self._awaits_more(conn, client):
            super().on_client_socket_readable(conn, client)
            return
        self.keepalived_conns.remove(conn)
        self._await_head(conn)
        self.poller.modify(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _await_head(self, conn: TConn) -> None:
        conn.timeout = time.monotonic() + DEFAULT_WORKER_DATA_TIMEOUT + self.cfg.keepalive
        self.pending_conns.append(conn)

    def _awaits_more(self, conn: TConn, client: socket.socket) -> bool:
        """Whether the rest of a head is still to come: then the main loop wakes once more can be read than now.

        Where nothing was added, the client has ended, or this kernel cannot wait so: a thread finds out.
        """
        conn.head, length = head_in(client)
        seen, can_wait = getattr(conn, "seen", 0), sys.platform == "linux" and not self.cfg.is_ssl
        waits = can_wait and conn.head is None and seen < length < LARGEST_HEAD_BYTES
        conn.seen = length if waits else 0
        if waits or seen:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, conn.seen + 1)
        return waits

    def handle(self, conn: TConn) -> Any:
        """Serve what came; a next request that only began behind it is not waited for."""
        is_kept = super().handle(conn)
        if is_kept is not True or conn.is_http2:
            return is_kept
        begun = conn.parser.unreader.buf.getvalue()
        return not begun or b"\r\n\r\n" in begun

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Serve a request whose head has been read; where nobody saw it whole before, it is whole now.

        That is so where it came behind another and was read with that.
        """
        head, conn.head = getattr(conn, "head", None), None
        if head is None:
            head = latest_data(conn.sock) or time.monotonic()
        self.serving.arrival = Arrival(conn.sock, head, time.monotonic() if unread(conn.sock) >= FULL_BYTES else head)
        try:
            return super().handle_request(req, conn)
        finally:
            self.serving.arrival = None

    def linger(self, sock: socket.socket) -> None:
        """End an answer, and close once the client has, or soon. Gunicorn's own way keeps the main loop waiting."""
        try:
            sock.setblocking(False)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            sock.close()
            return
        self.nr_conns += 1
        self.closing[sock] = time.monotonic() + LINGER_SECONDS
        self.poller.register(sock, selectors.EVENT_READ, self._drain)

    def _drain(self, sock: socket.socket) -> None:
        with suppress(BlockingIOError):
            try:
                is_over = not sock.recv(LARGEST_HEAD_BYTES)
            except ConnectionError:
                is_over = True
            if is_over:
                self._let_go(sock)

    def _let_go(self, sock: socket.socket) -> None:
        self.poller.unregister(sock)
        del self.closing[sock]
        sock.close()
        self.nr_conns -= 1

    def murder_pending(self) -> None:
        """Close what has waited too long, also for a client to close."""
        super().murder_pending()
        while self.closing and self.closing[sock := next(iter(self.closing))] <= time.monotonic():
            self._let_go(sock)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits no longer for a connection's first request than for its next."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)
        self.closing = {sock: min(until, deadline) for sock, until in self.closing.items()}


def head_in(connection: socket.socket) -> tuple[float | None, int]:
    """When what can be read now had come, if it holds the whole head of a request, else None; and how much it is."""
    try:
        seen = connection.recv(LARGEST_HEAD_BYTES, socket.MSG_PEEK)
    except (OSError, ValueError):  # gone, or enciphered
        return None, 0
    is_whole = b"\r\n\r\n" in seen
    return (latest_data(connection) or time.monotonic()) if is_whole else None, len(seen)


def latest_data(connection: socket.socket) -> float | None:
    """When the latest bytes came, read or not, as the kernel has noted it; None where it does not."""
    if sys.platform != "linux" or connection.family == socket.AF_UNIX:
        return None
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, LAST_DATA.size)
        return time.monotonic() - float(LAST_DATA.unpack(told)[0]) / 1000
    except (OSError, struct.error):
        return None


def unread(connection: socket.socket) -> int:
    """How many bytes wait to be read."""
    try:
        return int(COUNT.unpack(fcntl.ioctl(connection, termios.FIONREAD, bytes(COUNT.size)))[0])
    except OSError:
        return 0
