"""The last minute before a deadline: everybody presses, and nobody who was in time is refused.

    python -m benchmarks rush [--startups 1500]

The server is the shipped one, two processes and a worker. Startups press ever more often towards the close, one in
twenty twice; beside them others write, read, and press too late. What each was told is compared with what is stored.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1
from itertools import cycle
from statistics import quantiles
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from config import ROOT, Settings
from deploy.health import ask, check_port
from deploy.processes import Unable
from marketplace.app import create_app
from marketplace.applications.models import Application, ApplicationRevision
from marketplace.calls.models import Call
from marketplace.kernel.db import db
from marketplace.kernel.events import Event, Outbox
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.sessions import open_session
from tests import factories
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.network.cast import make_centre, make_programme
from tests.people.cast import make_member, make_organisation
from tests.places.cast import make_region

CHALLENGES, WRITERS, LATE, TWICE = 400, 100, 30, 0.05
AUTOSAVES, READS = 10, 20  # a second
LONGEST, PATIENCE = 60, 600  # seconds of the rush; seconds that a client waits


@dataclass
class Pressed:
    """One press: when it was sent (seconds since 1970), and what came back."""

    application_id: int
    at: float = 0.0
    status: int = 0
    took: float = 0.0


@dataclass
class Person:
    """Somebody with a draft: the cookie and token of their browser, and the key of their form."""

    application_id: int
    challenge_id: int
    cookie: str
    token: str
    once: str = field(default_factory=lambda: secrets.token_urlsafe(16))


def run(environment: dict[str, str], startups: int = 1500) -> list[dict[str, object]]:
    """Load, rush, compare; the figures as one row."""
    app = create_app(Settings.load(environment))
    print(f"Loading {startups} startups with a draft each", file=sys.stderr)
    with app.app_context(), open_unit():
        upgrade()
        call_id, people = _load(app, startups + LATE + WRITERS)
        db.engine.dispose()
    seconds = min(LONGEST, max(10.0, startups / 25))
    with _serving(environment) as port:
        closing = time.time() + seconds + 3
        with app.app_context(), open_unit():
            db.session.get_one(Call, call_id).closes_at = datetime.fromtimestamp(closing, UTC)
            db.session.commit()
        rush = Rush(port, closing, seconds)
        asyncio.run(rush.go(people[:startups], people[startups : startups + LATE], people[startups + LATE :]))
        emptied = _emptied(app) - closing
    with app.app_context():
        row = {"startups": startups, "seconds": seconds, **_compare(rush, closing), "queue_empty_after_s": emptied}
        db.engine.dispose()
    for name, value in row.items():
        print(f"{name.replace('_', ' '):>28}  {value}")
    return [row]


def _load(app: Flask, count: int) -> tuple[int, list[Person]]:
    """One call with many challenges, and people who each have a complete draft in it."""
    make_region("KR-27")
    centre = make_centre()
    call = make_call(make_programme(centre), applications_per_startup=3)
    company = make_organisation("large")
    with factories.together():
        challenges = [make_challenge(company, call, centre=centre) for _ in range(CHALLENGES)]
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    tokens = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
    assert signer is not None
    people = []
    for start in range(0, count, 200):
        numbers = range(start, min(start + 200, count))
        with factories.together():
            members = [make_member(make_organisation("startup", f"Startup {n}")) for n in numbers]
        with factories.together():
            drafts = [
                make_application(challenge, member.organisation, author=member.user, call=call)
                for challenge, member in zip(cycle(challenges), members, strict=False)
            ]
        for draft, member in zip(drafts, members, strict=True):
            raw = sha1(os.urandom(64)).hexdigest()
            session = {"_user_id": open_session(member.user, None, "rush", member), "_fresh": True, "csrf_token": raw}
            cookie = "session=" + str(signer.dumps(session))
            people.append(Person(draft.id, draft.challenge_id, cookie, str(tokens.dumps(raw))))
        db.session.commit()
    return call.id, people


class Rush:
    """The clients: each asks over a connection of its own and waits however long it takes."""

    def __init__(self, port: int, closing: float, seconds: float) -> None:
        self.port, self.closing, self.seconds = port, closing, seconds
        self.presses: list[Pressed] = []
        self.autosaves: list[Pressed] = []
        self.reads: list[Pressed] = []

    async def go(self, startups: list[Person], late: list[Person], writers: list[Person]) -> None:
        """Let everybody act at their time."""
        deeds: list[Awaitable[None]] = []
        for person in startups:
            at = self.closing - self.seconds * (1 - random.random() ** 0.5) - 0.002
            deeds.append(self._at(at, self._press, person))
            if random.random() < TWICE:
                deeds.append(self._at(at + random.uniform(0.3, 3), self._press, person))
        deeds += [self._at(self.closing + random.uniform(0.3, 10), self._press, person) for person in late]
        for n in range(int(self.seconds * AUTOSAVES)):
            at = self.closing - self.seconds + n / AUTOSAVES
            deeds.append(self._at(at, self._save, writers[n % len(writers)]))
        for n in range(int(self.seconds * READS)):
            deeds.append(self._at(self.closing - self.seconds + n / READS, self._read, writers[n % len(writers)]))
        await asyncio.gather(*deeds)

    async def _at(self, at: float, act: Callable[[Person], Awaitable[None]], person: Person) -> None:
        await asyncio.sleep(at - time.time())
        await act(person)

    async def _press(self, person: Person) -> None:
        form = {"csrf_token": person.token, "version": "1", "once": person.once}
        self.presses.append(await self._ask(person, f"/applications/{person.application_id}/submission", form))

    async def _save(self, person: Person) -> None:
        form = {"csrf_token": person.token, "locale": "en", "title": "Listening pipes"}
        form["solution"] = f"Sensors that hear leaks, {secrets.token_hex(8)}."
        self.autosaves.append(await self._ask(person, f"/applications/{person.application_id}/draft", form))

    async def _read(self, person: Person) -> None:
        path = random.choice((f"/challenges?asked={secrets.token_hex(4)}", f"/challenges/{person.challenge_id}"))
        self.reads.append(await self._ask(person, path))

    async def _ask(self, person: Person, path: str, form: dict[str, str] | None = None) -> Pressed:
        """One request; what was lost on the way has status 0."""
        body = urlencode(form).encode() if form else b""
        head = [f"{'POST' if form else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {person.cookie}"]
        head += [
            "Connection: close",
            f"Content-Length: {len(body)}",
            "HX-Autosave: 1" if "/draft" in path else "X-A: 1",
        ]
        head += ["Content-Type: application/x-www-form-urlencoded", "", ""]
        asked = Pressed(person.application_id)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            asked.at = time.time()
            writer.write("\r\n".join(head).encode() + body)
            answer = await asyncio.wait_for(reader.read(), PATIENCE)
            asked.status = int(answer.split(b" ", 2)[1])
            writer.close()
        except (OSError, TimeoutError, IndexError, ValueError) as failure:
            print(f"a request got no answer: {failure!r}", file=sys.stderr)
        asked.took = time.time() - asked.at
        return asked


def _emptied(app: Flask) -> float:
    """When nothing was left to be told (seconds since 1970)."""
    left: int | None = 1
    while left:
        time.sleep(0.25)
        with app.app_context():
            left = db.session.scalar(select(func.count()).where(Outbox.done_at.is_(None)))
    return time.time()


def _compare(rush: Rush, closing: float) -> dict[str, object]:
    """What people were told beside what is stored."""
    stored = set(db.session.scalars(select(Application.id).where(Application.number.is_not(None))))
    events = select(Event.subject_id).where(Event.step == "application.submit")
    revisions = select(ApplicationRevision.application_id).where(ApplicationRevision.submitted_at.is_not(None))
    doubled = sum(len(found) - len(set(found)) for found in (list(db.session.scalars(q)) for q in (events, revisions)))
    in_time = {press.application_id for press in rush.presses if press.at <= closing}
    told = {press.application_id for press in rush.presses if press.status == 303}
    too_late = {press.application_id for press in rush.presses} - in_time
    asked = (*rush.presses, *rush.autosaves, *rush.reads)
    return {
        "pressed_in_time": len(in_time),
        "taken": len(in_time & stored),
        "refused_though_in_time": len(in_time - stored),
        "pressed_late": len(too_late),
        "late_but_taken": len(too_late & stored),
        "lost": len(told - stored),
        "stored_but_not_told": len(stored - told),
        "doubled": doubled,
        "server_errors": sum(press.status >= 500 for press in asked),
        "without_answer": sum(press.status == 0 for press in asked),
        "submission_p50_p95_p99_s": _percentiles(rush.presses),
        "autosave_p50_p95_p99_s": _percentiles(rush.autosaves),
        "read_p50_p95_p99_s": _percentiles(rush.reads),
    }


def _percentiles(asked: list[Pressed]) -> str:
    cuts = quantiles([press.took for press in asked], n=100)
    return ", ".join(f"{cuts[place]:.2f}" for place in (49, 94, 98))


@contextmanager
def _serving(environment: dict[str, str]) -> Iterator[int]:
    """The product as it is shipped: its web server and a worker."""
    port = next(free for free in range(random.randint(20_000, 30_000), 40_000) if _is_free(free))
    told = {**os.environ, **environment, "PORT": str(port)}
    commands = (
        ("gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app"),
        ("flask", "--app", "wsgi", "worker"),
    )
    started = [subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=told) for command in commands]
    try:
        for _ in range(600):
            if ask(port)[0] == 200:
                break
            time.sleep(0.2)
        yield port
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def _is_free(port: int) -> bool:
    try:
        check_port(port)
    except Unable:
        return False
    return True
