"""The server's worker, on real sockets: it knows since when each request waits, and no visitor moves that."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from deploy import timed_worker
from deploy.timed_worker import ARRIVAL, WaitingWorker
from tests.faults.harness import eventually

TICK = 0.012  # the kernel counts in steps of up to ten milliseconds
BUSY = b"GET /busy HTTP/1.1\r\nHost: x\r\n\r\n"
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell when bytes came")


class Server:
    """One worker with one thread, which ``/busy`` takes until it is let go."""

    def __init__(self) -> None:
        self.opened = ExitStack()
        self.free = threading.Event()
        self.busy = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        settings = Config()
        settings.set("threads", 1)
        self.worker = WaitingWorker(1, os.getppid(), [self.listener], None, 30, settings, Logger(settings))
        self.worker.tpool = self.worker.get_thread_pool()
        self.worker.poller = timed_worker.selectors.DefaultSelector()
        self.worker.method_queue.init()
        self.worker.wsgi = lambda environ, start: self.worker.tell(self.serve, environ, start)
        self.thread = threading.Thread(target=self.worker.run)
        self.thread.start()

    def serve(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer with the instant of arrival."""
        environ["wsgi.input"].read()
        if environ["PATH_INFO"] == "/busy":
            self.busy.release()
            assert self.free.wait(20)
        arrival = repr(environ[ARRIVAL]()).encode()
        start("200 OK", [("Content-Length", str(len(arrival)))])
        return [arrival]

    def connect(self) -> socket.socket:
        return self.opened.enter_context(socket.create_connection(self.listener.getsockname(), timeout=20))

    def take_thread(self) -> socket.socket:
        """A connection whose request holds the only thread."""
        connection = self.connect()
        connection.sendall(BUSY)
        assert self.busy.acquire(timeout=20)
        return connection

    def waits(self, count: int = 1) -> None:
        """Wait until so many requests wait for a thread."""
        eventually(lambda: self.worker.tpool._work_queue.qsize() >= count)

    def stop(self) -> None:
        self.free.set()
        self.worker.alive = False
        self.worker.method_queue.defer(lambda: None)
        self.thread.join(20)
        self.worker.tmp.close()
        self.opened.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("gunicorn.workers.gthread.STOP_KEEPALIVE_LINGER", 0.0)
    made = Server()
    yield made
    if made.thread.is_alive():
        made.stop()


def answers(connection: socket.socket, count: int = 1) -> list[float]:
    """The instants that so many replies tell."""
    with connection.makefile("rb") as replies:
        found = []
        for _ in range(count):
            length = 0
            while (line := replies.readline().strip()) or not length:
                assert line, "the connection was closed"
                length = int(line.split()[1]) if line.lower().startswith(b"content-length") else length
            found.append(float(replies.read(length)))
        return found


def is_closed(connection: socket.socket) -> bool:
    """Whether the server closes the connection without another word."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.fixture(params=[pytest.param(True, marks=linux), False], ids=["kernel tells", "kernel is silent"])
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(timed_worker, "latest_data", lambda connection: None)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("is_kept", [False, True])
def test_request_that_waits_for_a_thread_arrived_when_it_came(server: Server, is_kept: bool) -> None:
    connection = server.connect()
    if is_kept:
        connection.sendall(ASK)
        answers(connection)
        eventually(lambda: server.worker.keepalived_conns)
    server.take_thread()
    before = time.monotonic()
    connection.sendall(ASK)
    server.waits()
    released = time.monotonic()
    server.free.set()
    assert before - TICK <= answers(connection)[0] <= released


@linux
def test_request_in_the_kernels_queue_arrived_when_it_came(server: Server) -> None:
    server.worker.worker_connections = 1
    server.take_thread()
    eventually(lambda: not server.worker._accepting)
    connection = server.connect()
    before = time.monotonic()
    connection.sendall(ASK)
    after = time.monotonic()
    eventually(lambda: time.monotonic() > after + 0.1)
    server.free.set()
    assert before - TICK <= answers(connection)[0] <= after + 0.05


@pytest.mark.usefixtures("told")
def test_connection_opened_early_tells_nothing_of_its_request(server: Server) -> None:
    connection = server.connect()
    eventually(lambda: server.worker.pending_conns)
    opened = time.monotonic()
    eventually(lambda: time.monotonic() > opened + 0.05)
    closing = time.monotonic()
    connection.sendall(ASK)
    assert answers(connection)[0] >= closing - TICK


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("early", [ASK[:1], ASK[:-1]])
def test_head_that_comes_in_parts_arrived_with_its_end(server: Server, early: bytes) -> None:
    connection = server.connect()
    connection.sendall(early)
    sent = time.monotonic()
    eventually(lambda: server.worker.nr_conns and time.monotonic() > sent + 0.05)
    closing = time.monotonic()
    connection.sendall(ASK[len(early) :])
    assert answers(connection)[0] >= closing - TICK
    connection.sendall(HEAD)
    eventually(lambda: time.monotonic() > closing + 0.05)
    connection.sendall(b"body")  # fewer bytes than the head was waited for with
    assert answers(connection)


@linux
@pytest.mark.parametrize("is_kept", [False, True])
def test_head_without_an_end_holds_no_thread(server: Server, is_kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed_worker, "DEFAULT_WORKER_DATA_TIMEOUT", 0.5 - server.worker.cfg.keepalive)
    slow, gone = server.connect(), server.connect()
    if is_kept:
        slow.sendall(ASK)
        answers(slow)
    slow.sendall(ASK[:9])
    eventually(lambda: any(getattr(conn, "seen", 0) == 9 for conn in server.worker.pending_conns))
    quick = server.connect()
    quick.sendall(ASK)
    assert answers(quick)
    gone.sendall(ASK[:3])
    gone.shutdown(socket.SHUT_WR)
    assert is_closed(slow) and is_closed(gone)


@linux
def test_thread_waits_only_so_long_for_who_sends_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed_worker, "STALLED_SECONDS", 1)
    server.connect().sendall(HEAD)
    quick = server.connect()
    quick.sendall(ASK)
    assert answers(quick)


def test_client_that_does_not_close_holds_nobody_up(server: Server) -> None:
    silent, quick = [server.connect() for _ in range(5)], server.connect()
    begun = time.monotonic()
    for connection in silent:
        connection.sendall(ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert answers(connection) and is_closed(connection)
    quick.sendall(ASK)
    assert answers(quick) and time.monotonic() < begun + 5  # one after another they took ten
    eventually(lambda: not server.worker.closing and server.worker.nr_conns <= 1)


def test_thread_waits_for_no_request_begun_behind_another(server: Server) -> None:
    begun, quick = server.connect(), server.connect()
    begun.sendall(ASK + ASK[:9])
    assert answers(begun) and is_closed(begun)
    quick.sendall(ASK)
    assert answers(quick)


@linux
@pytest.mark.parametrize("allowed", [0.02, 20.0])
def test_body_may_follow_its_head_within_seconds(
    server: Server, allowed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timed_worker, "BODY_SECONDS", allowed)
    connection = server.connect()
    connection.sendall(HEAD)
    sent = time.monotonic()
    eventually(lambda: time.monotonic() > sent + 0.1)
    closing = time.monotonic()
    connection.sendall(b"body")
    arrived = answers(connection)[0]
    assert arrived >= closing - TICK if allowed < 1 else arrived <= sent + 0.05


@linux
def test_large_body_waits_for_room_without_being_late(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timed_worker, "BODY_SECONDS", 0.9)
    server.take_thread()
    body = b"x" * 8_000_000  # more than the kernel takes before somebody reads
    connection, sent = server.connect(), time.monotonic()
    head = HEAD.replace(b"4", str(len(body)).encode())
    sender = threading.Thread(target=connection.sendall, args=(head + body,))
    sender.start()
    server.waits()
    eventually(lambda: time.monotonic() > sent + 1)
    assert sender.is_alive()
    released = time.monotonic()
    server.free.set()
    assert answers(connection)[0] < released
    sender.join()


@pytest.mark.usefixtures("told")
def test_request_behind_another_has_an_instant_of_its_own(server: Server) -> None:
    together, apart = server.connect(), server.take_thread()
    came = time.monotonic()
    eventually(lambda: time.monotonic() > came + 0.05)
    closing = time.monotonic()
    together.sendall(ASK + ASK)
    apart.sendall(ASK)
    server.waits()
    server.free.set()
    first, second = answers(apart, 2)
    assert first <= came and second >= closing - TICK
    assert min(answers(together, 2)) >= closing - TICK


def test_worker_that_stops_waits_for_no_first_request(server: Server) -> None:
    server.connect()
    eventually(lambda: server.worker.pending_conns)
    server.stop()
    assert not server.thread.is_alive() and not server.worker.pending_conns
