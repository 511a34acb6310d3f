"""Statements are kept for shapes of people, and show each person their own rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from marketplace.applications import queries as applications
from marketplace.calls import queries as calls
from marketplace.calls.models import Call
from marketplace.challenges import queries as challenges
from marketplace.collaborations import queries as collaborations
from marketplace.desk import figures
from marketplace.desk import queries as desk
from marketplace.evaluations import staff_queries
from marketplace.imports import queries as imports
from marketplace.imports.models import Import
from marketplace.kernel import kept_statements, reader
from marketplace.kernel.db import commit, db
from marketplace.kernel.kept_statements import prepared as keep
from marketplace.kernel.policy import ANONYMOUS, SYSTEM, Actor
from marketplace.kernel.shelf import Shelf
from marketplace.kernel.unit_of_work import open_unit
from marketplace.pairings import queries as pairings
from marketplace.people import claim_queries as claims
from marketplace.people import queries as people
from marketplace.people.models import Membership, Organisation
from marketplace.questions import queries as questions
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.network.cast import make_centre, make_programme
from tests.people.cast import actor_of, make_member, make_organisation
from tests.world import World

DOORS = (applications, challenges, collaborations, imports, calls, pairings, claims, people, questions)
ROLES = {
    "owner": "startup", "member": "large", "manager": "centre", "broker": "centre", "network_staff": "network",
    "evaluator": "centre", "": "",
}  # fmt: skip


def _ask_everything(actor: Actor) -> None:
    for package in DOORS:
        package.visible_to(actor)
    desk._tasks(actor)
    desk._others(actor)
    desk.count_tasks(actor)
    if actor.centre_id is not None:
        figures._of_reader(actor)
        staff_queries._answering(actor, staff_queries.Filters())


@pytest.mark.usefixtures("app")
def test_a_thousand_people_leave_as_many_statements_as_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        kept_statements, "kept", Shelf(kept_statements.ROOM_BYTES, lambda _: kept_statements.EACH_BYTES)
    )

    def visit(people: range) -> int:
        for n in people:
            role, kind = list(ROLES.items())[n % len(ROLES)]
            actor = Actor(n + 1, f"Person {n}", "fr", n + 7 if kind else None, {}, kind, True, role, n + 9, n % 4)
            with open_unit():
                reader.read_as(actor)
                _ask_everything(actor)
        return len(kept_statements.kept)

    few = visit(range(len(ROLES)))
    assert visit(range(1000)) == few < 200


@pytest.mark.usefixtures("app")
def test_nobody_but_the_reader_leaves_a_statement() -> None:
    with open_unit():
        reader.read_as(Actor(1, organisation_id=1, role="owner"))
        before = len(kept_statements.kept)
        for n in range(2, 50):
            _ask_everything(Actor(n, organisation_id=n, role="owner", organisation_kind="startup"))
        assert len(kept_statements.kept) == before


def test_everybody_is_shown_their_own_at_the_same_time(committed_app: Flask) -> None:
    with committed_app.app_context(), open_unit():
        owners = [make_member(make_organisation("large", f"Maker {n}", state="unverified")) for n in range(4)]
        drafts = {owner.organisation_id: make_challenge(owner.organisation, state="draft").id for owner in owners}
        centres = [make_centre() for _ in range(4)]
        managers = [make_member(centre.organisation, "manager") for centre in centres]
        own_calls = {
            centre.id: make_call(make_programme(centre), state="draft", opens=5, closes=9).id for centre in centres
        }
        watchers = [make_member(centre.network.operator, "network_staff") for centre in centres]
        watched = {centre.network.operator_id: own_calls[centre.id] for centre in centres}
        actors = [actor_of(who) for who in (*owners, *managers, *watchers)]
        commit()
    ready = Barrier(len(actors))

    def read(actor: Actor) -> None:
        for round_ in range(6):
            if not round_:
                ready.wait(20)
            with committed_app.app_context(), open_unit():
                reader.read_as(actor)
                own = set(db.session.scalars(challenges.visible_to(actor)).unique())
                seen = {row.id for row in db.session.scalars(calls.visible_to(actor).where(Call.state == "draft"))}
                mine = set(db.session.scalars(people.visible_to(actor).where(Organisation.state == "unverified")))
            if actor.role == "owner":
                assert {row.id for row in own} == {drafts[actor.organisation_id or 0]}
                assert {row.id for row in mine} == {actor.organisation_id}
                assert seen == set()
            else:
                expected = watched if actor.role == "network_staff" else own_calls
                assert seen == {expected[actor.organisation_id or 0]}
                assert own == set()

    with ThreadPoolExecutor(len(actors)) as pool:
        for done in [pool.submit(read, actor) for actor in actors]:
            done.result(60)


def test_second_actor_of_a_unit_sees_their_own(world: World) -> None:
    one, other = world.actor("company_owner"), world.actor("other_company")
    own = {actor: make_challenge(db.session.get_one(Organisation, actor.organisation_id), state="draft").id
           for actor in (one, other)}  # fmt: skip
    with open_unit():
        reader.read_as(one)
        reader.read_as(other)  # too late: the reader stays
        both = [challenges.visible_to(actor) for actor in (one, other, one)]
        found = [{row.id for row in db.session.scalars(query).unique()} & set(own.values()) for query in both]
        assert found == [{own[one]}, {own[other]}, {own[one]}]
        together = (
            both[0].with_only_columns(challenges.Challenge.id).union(both[1].with_only_columns(challenges.Challenge.id))
        )
        assert set(db.session.scalars(together)) >= set(own.values())


def test_the_same_person_in_another_seat_sees_that_seat(world: World) -> None:
    owner = world.memberships["company_owner"]
    second: Membership = make_member(make_organisation("large", "Second seat"), user=owner.user)
    here, there = actor_of(owner), actor_of(second)
    draft = make_challenge(second.organisation, state="draft").id
    with open_unit():
        reader.read_as(here)
        assert [draft in {row.id for row in db.session.scalars(challenges.visible_to(actor)).unique()}
                for actor in (here, there)] == [False, True]  # fmt: skip


def test_a_kept_statement_asks_for_its_reader(world: World) -> None:
    actor = world.actor("manager")
    with open_unit():
        reader.read_as(actor)
        asked = imports.visible_to(actor)
    with open_unit(), pytest.raises(StatementError, match="reader"):
        db.session.scalars(asked.where(Import.id > 0)).all()


@pytest.mark.parametrize("actor", [ANONYMOUS, SYSTEM])
def test_who_has_no_ids_needs_no_unit(world: World, actor: Actor) -> None:
    assert challenges.visible_to(actor) is challenges.visible_to(replace(actor))


def test_what_would_freeze_a_person_is_refused() -> None:
    actor = Actor(5, "Somebody", "fr", 6, role="owner")
    frozen = (
        lambda who: select(who.user_id == 5),
        lambda who: select(who.organisation_id != 5),
        lambda who: select(who.organisation_id in (5, 6)),
        lambda who: select(int(who.user_id)),
        lambda who: select(who.name),
        lambda who: select(who.can_switch),
        lambda who: select(who.locale == "fr"),
    )
    with open_unit():
        reader.read_as(actor)
        for build in frozen:
            with pytest.raises((RuntimeError, TypeError)):
                keep(build)(actor)


def test_shelf_lets_go_of_what_was_not_asked_for_longest() -> None:
    shelf: Shelf[str, bytes] = Shelf(10, len)
    for key in "abc":
        shelf.put(key, b"123")
    shelf.get("a")
    shelf.put("d", b"1234")
    shelf.put("e", b"more than all of it")
    assert ([shelf.get(key) for key in "abcde"], shelf.bytes) == ([b"123", None, b"123", b"1234", None], 10)
