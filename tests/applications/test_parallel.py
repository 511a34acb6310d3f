"""What holds when several people press at once: real threads, real commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from marketplace.applications import decisions
from marketplace.applications.models import Application, Decision
from marketplace.applications.opening import note_opening
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Missing
from marketplace.kernel.events import Event
from marketplace.kernel.policy import Actor
from marketplace.kernel.unit import unit
from marketplace.network.actions import reopen_call
from marketplace.network.models import Award, Call
from tests.applications.deciding import application_to, challenge_in, closed_call, prepared
from tests.conftest import sign_in, token_in
from tests.factories import World, days_from_now, make_application, make_member


def together(*acts: Callable[[], str]) -> list[str]:
    """Run all at the same moment, each in a thread; their answers, sorted."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], str]) -> str:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_managers_releasing_at_once_release_once(committed_app: Flask) -> None:
    with committed_app.app_context(), unit():
        world = World()
        second = make_member(world.centre.organisation, "manager")
        call = closed_call(world)
        challenge = challenge_in(world, call, startups_sought=3)
        for outcome, rank in (("selected", None), ("selected", None), ("reserve", 1), ("declined", None)):
            prepared(world, application_to(world, challenge), outcome, rank=rank)
        db.session.commit()
        call_id, managers = call.id, [world.memberships["manager"], second]
        for manager in managers:
            db.session.refresh(manager)
    browsers = [sign_in(committed_app, manager) for manager in managers]
    page = f"/calls/{call_id}/release"
    tokens = [token_in(browser.get(page).text) for browser in browsers]

    def press(i: int) -> str:
        answer = browsers[i].post(page, data={"csrf_token": tokens[i], "sure": "y"})
        return f"{answer.status_code} {'quicker' if 'quicker' in answer.text else ''}".strip()

    assert together(lambda: press(0), lambda: press(1)) == ["303", "409 quicker"]
    with committed_app.app_context():
        states = db.session.scalars(sa.select(Application.state).order_by(Application.id)).all()
        assert states == ["selected", "selected", "reserve", "declined"]
        counted = sa.select(sa.func.count()).where(Event.step == "call.release")
        assert db.session.scalar(counted) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Award)) == 2


def test_brokers_preparing_at_once_never_pass_the_awards(committed_app: Flask) -> None:
    with committed_app.app_context(), unit():
        world = World()
        call = closed_call(world, award_count=2)
        ids = [application_to(world, challenge_in(world, call)).id for _ in range(6)]
        actor = world.actor("broker")
        db.session.commit()

    def prepare(application_id: int) -> str:
        with committed_app.app_context(), unit():
            application = db.session.get_one(Application, application_id)
            try:
                decisions.prepare_decision(application, actor, outcome="selected")
            except Blocked:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "given"

    acts = [lambda i=i: prepare(i) for i in ids]
    assert together(*acts) == ["given"] * 2 + ["refused"] * 4
    with committed_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 2


def test_reserves_prepared_at_once_get_ranks_of_their_own(committed_app: Flask) -> None:
    with committed_app.app_context(), unit():
        world = World()
        challenge = challenge_in(world, closed_call(world))
        ids = [application_to(world, challenge).id for _ in range(5)]
        actor = world.actor("broker")
        db.session.commit()

    def prepare(application_id: int) -> str:
        with committed_app.app_context(), unit():
            application = db.session.get_one(Application, application_id)
            decisions.prepare_decision(application, actor, outcome="reserve")
            db.session.commit()
            return "done"

    together(*[lambda i=i: prepare(i) for i in ids])
    with committed_app.app_context():
        assert sorted(db.session.scalars(sa.select(Decision.rank))) == [1, 2, 3, 4, 5]


def test_preparing_against_a_release_is_in_it_or_refused(committed_app: Flask) -> None:
    with committed_app.app_context(), unit():
        world = World()
        call = closed_call(world)
        application = application_to(world, challenge_in(world, call))
        prepared(world, application, "declined")
        ids, manager, broker = (call.id, application.id), world.actor("manager"), world.actor("broker")
        db.session.commit()

    def act(actor: Actor) -> str:
        with committed_app.app_context(), unit():
            try:
                if actor is manager:
                    decisions.release_decisions(db.session.get_one(Call, ids[0]), actor)
                else:
                    decisions.prepare_decision(db.session.get_one(Application, ids[1]), actor, outcome="selected")
            except Blocked:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "done"

    answers = together(lambda: act(manager), lambda: act(broker))
    with committed_app.app_context():
        application = db.session.get_one(Application, ids[1])
        held = db.session.get_one(Decision, ids[1])
        assert (application.state, held.outcome) in (("selected", "selected"), ("declined", "declined"))
        assert answers == (["done", "done"] if held.outcome == "selected" else ["done", "refused"])


def test_opening_against_a_reopening_leaves_one_of_them(committed_app: Flask) -> None:
    with committed_app.app_context(), unit():
        world = World()
        call = closed_call(world)
        application = make_application(challenge_in(world, call), state="submitted")
        ids, manager, broker = (call.id, application.id), world.actor("manager"), world.actor("broker")
        db.session.commit()

    def reopen() -> str:
        with committed_app.app_context(), unit():
            call = db.session.get_one(Call, ids[0])
            try:
                reopen_call(call, manager, closes_at=days_from_now(2), reason="An outage.")
            except Blocked:
                db.session.rollback()
                return "reopen refused"
            db.session.commit()
            return "reopened"

    def open_() -> str:
        with committed_app.app_context(), unit():
            application = db.session.get_one(Application, ids[1])
            try:
                note_opening([application], broker)
            except Missing:
                db.session.rollback()
                return "sealed again"
            db.session.commit()
            return "opened"

    answers = together(reopen, open_)
    with committed_app.app_context():
        opened = db.session.scalar(sa.select(sa.func.count()).where(Event.step == "application.open_file"))
        state = db.session.get_one(Call, ids[0]).state
    assert (state, opened, answers) in (
        ("closed", 1, ["opened", "reopen refused"]),
        ("open", 0, ["reopened", "sealed again"]),
    )


def test_one_person_pressing_twice_opens_once(committed_app: Flask) -> None:
    with committed_app.app_context(), unit():
        world = World()
        application_id = application_to(world, challenge_in(world, closed_call(world)), "submitted").id
        broker = world.actor("broker")
        db.session.commit()

    def open_() -> str:
        with committed_app.app_context(), unit():
            note_opening([db.session.get_one(Application, application_id)], broker)
            db.session.commit()
            return "opened"

    together(*[open_] * 6)
    with committed_app.app_context():
        counted = sa.select(sa.func.count()).where(Event.step == "application.open_file")
        assert db.session.scalar(counted) == 1
