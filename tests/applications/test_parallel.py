"""Many people at once, with real commits: the deadline, a double press, a limit, a place that came free."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from marketplace.applications import actions, submission
from marketplace.applications.models import Application, ApplicationRevision
from marketplace.calls.models import Call
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Refusal
from marketplace.kernel.events import Event
from marketplace.kernel.unit_of_work import open_unit
from marketplace.people.models import Membership
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.conftest import sign_in
from tests.forms import token_in
from tests.people.cast import actor_of, make_member, make_organisation
from tests.world import World

CROWD = 50
THREADS = 10  # as many as a web process has connections


def together(calls: list[Callable[[], object]]) -> list[object]:
    """Run the calls in threads that are let go at once; an exception is a result."""
    gate = Barrier(min(len(calls), THREADS))

    def run(position: int) -> object:
        if position < gate.parties:
            gate.wait()
        try:
            return calls[position]()
        except Exception as failure:
            return failure

    with ThreadPoolExecutor(gate.parties) as pool:
        return list(pool.map(run, range(len(calls))))


def test_fifty_submissions_around_the_deadline_are_in_or_refused(committed_app: Flask) -> None:
    """Each sees a receipt or a reason; the receipts are those of the database, and no number is given twice."""
    app = committed_app
    with app.app_context(), open_unit():
        world = World()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call)
        teams = [make_member(make_organisation("startup")) for _ in range(CROWD)]
        drafts = [make_application(challenge, team.organisation) for team in teams]
        db.session.commit()
        ids, members, call_id = [draft.id for draft in drafts], [team.id for team in teams], call.id
    browsers = []
    for member_id in members:
        with app.app_context():
            who = db.session.get_one(Membership, member_id)
            _ = (who.user_id, who.organisation_id)
        browser = sign_in(app, who)
        browsers.append((browser, token_in(browser.get("/applications").get_data(as_text=True))))
    with app.app_context(), open_unit():
        db.session.get_one(Call, call_id).closes_at = clock.now() + timedelta(seconds=1.2)
        db.session.commit()

    def press(position: int) -> Callable[[], object]:
        browser, token = browsers[position]

        def pressed() -> object:
            reply = browser.post(
                f"/applications/{ids[position]}/submission", data={"csrf_token": token, "version": "1"}
            )
            return reply.status_code, reply.headers.get("Location", ""), reply.get_data(as_text=True)

        return pressed

    answers = together([press(position) for position in range(CROWD)])
    taken, refused = set(), set()
    for application_id, answer in zip(ids, answers, strict=True):
        assert isinstance(answer, tuple), answer
        status, location, page = answer
        if status == 303:
            assert location == f"/applications/{application_id}/receipt"
            taken.add(application_id)
        else:
            assert status == 409 and "Applications closed on" in page
            refused.add(application_id)
    with app.app_context():
        rows = db.session.execute(select(Application.id, Application.number, Application.submitted_at)).all()
        stored = {row.id: row.number for row in rows if row.number is not None}
        closes_at = db.session.get_one(Call, call_id).closes_at
        assert closes_at is not None and all(row.submitted_at <= closes_at for row in rows if row.number)
        frozen = select(func.count()).where(ApplicationRevision.submitted_at.is_not(None))
        assert db.session.scalar(frozen) == len(taken)
        assert db.session.scalar(select(func.count()).where(Event.step == "application.submit")) == len(taken)
    assert set(stored) == taken and len(set(stored.values())) == len(taken)
    assert taken | refused == set(ids)
    late = browsers[0][0].post(
        f"/applications/{ids[0]}/submission", data={"csrf_token": browsers[0][1], "version": "1"}
    )
    assert (late.status_code == 303) == (ids[0] in taken)


def acting(app: Flask, member_id: int, act: Callable[[Membership], object]) -> Callable[[], object]:
    """A deed of a person in a transaction of its own."""

    def call() -> object:
        with app.app_context(), open_unit():
            try:
                done = act(db.session.get_one(Membership, member_id))
                db.session.commit()
                return done
            except Refusal:
                db.session.rollback()
                raise

    return call


def test_parallel_presses_of_one_team_make_one_submission(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        application = make_application(make_challenge(world.company, make_call(world.programme)), world.startup)
        db.session.commit()
        application_id = application.id
        team = [world.memberships[role].id for role in ("startup_owner", "startup_member")]

    def submit(member: Membership) -> str | None:
        found = db.session.get_one(Application, application_id)
        submission.submit_application(found, actor_of(member))
        return found.number

    numbers = together([acting(committed_app, team[i % 2], submit) for i in range(8)])
    assert len(set(numbers)) == 1 and re.fullmatch(r"T-\d{4}-\d{9}", str(numbers[0]))
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).where(Event.step == "application.submit")) == 1


def test_limit_per_startup_holds_whatever_runs_in_parallel(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        call = make_call(world.programme, applications_per_startup=2)
        drafts = [make_application(make_challenge(world.company, call), world.startup) for _ in range(6)]
        db.session.commit()
        ids, owner = [draft.id for draft in drafts], world.memberships["startup_owner"].id

    def submit(application_id: int) -> Callable[[Membership], object]:
        return lambda member: submission.submit_application(
            db.session.get_one(Application, application_id), actor_of(member)
        )

    results = together([acting(committed_app, owner, submit(application_id)) for application_id in ids])
    assert sum(isinstance(result, Blocked) for result in results) == 4
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).where(Application.state == "submitted")) == 2


def test_parallel_starts_make_one_application(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        world = World()
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call)
        db.session.commit()
        challenge_id, owner = challenge.id, world.memberships["startup_owner"].id

    def start(member: Membership) -> int:
        from marketplace.challenges.models import Challenge

        found = db.session.get_one(Challenge, challenge_id)
        assert found.call is not None
        return actions.start_application(found.call, found, actor_of(member), member.organisation).id

    assert len(set(together([acting(committed_app, owner, start) for _ in range(6)]))) == 1
