"""Every thing that a package declares is found, called, linked and kept from others, wherever it is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.kernel import subjects, workflow
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.kernel.subjects import Sides, Subject
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications import inbox
from marketplace.notifications.models import Notification
from marketplace.people.models import Invitation, Membership, User
from tests.conftest import sign_in
from tests.estate import Estate
from tests.people.cast import actor_of
from tests.world import World

DECLARED = (
    "agreement", "application", "call", "centre", "challenge", "claim", "collaboration", "import", "invitation",
    "membership", "milestone", "organisation", "outcome", "pairing", "programme", "question",
)  # fmt: skip
# Things that more people may see than are ever told of them: they find them in a list, or on their desk.
TOLD_TO_FEW = {"centre", "challenge", "claim", "invitation", "membership", "organisation", "programme"}


@pytest.fixture
def estate(peopled: tuple[Flask, Estate]) -> Iterator[Estate]:
    """The estate with an app context held open."""
    app, estate = peopled
    with app.app_context(), open_unit():
        yield estate


def actors(world: World) -> dict[str, Actor]:
    return {role: world.actor(role) for role in World.ROLES}


def seen(declared: Subject, actor: Actor) -> set[int]:
    return set(db.session.scalars(declared.visible_to(actor).with_only_columns(declared.model.id)))


def every(declared: Subject) -> list[Any]:
    return list(db.session.scalars(select(declared.model).order_by(declared.model.id)).unique())


def seats_of(user_id: int) -> list[Actor]:
    seats = db.session.scalars(select(Membership).where(Membership.user_id == user_id)).all()
    return [actor_of(seat) for seat in seats] or [actor_of(None, db.session.get_one(User, user_id))]


def test_every_thing_with_states_introduces_itself(app: Flask) -> None:
    assert sorted(subjects.subjects()) == sorted(DECLARED)
    assert set(workflow.machines()) <= set(DECLARED)


@pytest.mark.parametrize("name", DECLARED)
def test_readers_are_those_who_may_see(estate: Estate, name: str) -> None:
    declared = subjects.kind_of(name)
    shown = {role: seen(declared, actor) for role, actor in actors(estate.world).items()}
    assert every(declared)
    for thing in every(declared):
        readers = declared.readers_of(thing)
        if readers is None:
            assert all(thing.id in ids for ids in shown.values())
            continue
        for role, actor in actors(estate.world).items():
            is_reader, sees = actor.user_id in readers, thing.id in shown[role]
            assert (role, is_reader) == (role, sees and is_reader), f"{name} {thing.id} is told to who may not see it"
            assert name in TOLD_TO_FEW or (role, is_reader) == (role, sees), f"{name} {thing.id}"
        for user_id in readers:
            assert any(thing.id in seen(declared, seat) for seat in seats_of(user_id)), f"{name} {thing.id}"


@pytest.mark.parametrize("name", DECLARED)
def test_notification_of_any_thing_has_its_title_and_leads_to_it(peopled: tuple[Flask, Estate], name: str) -> None:
    app, estate = peopled
    with app.app_context(), open_unit():
        declared = subjects.kind_of(name)
        invited = db.session.scalars(select(Invitation.email).order_by(Invitation.id)).first()
        db.session.get_one(User, estate.world.person.id).email = invited or ""
        db.session.flush()
        thing, role = next(
            (thing, role)
            for thing in every(declared)
            for role, actor in actors(estate.world).items()
            if actor.signed_in and thing.id in seen(declared, actor)
        )
        told = Notification(
            user_id=1, step="call.publish", subject_type=name, subject_id=thing.id, created_at=func.now()
        )
        told.id, told.read_at = 1, None
        (line,) = inbox.lines([told], estate.world.actor(role), (), "en")
        assert line.title.striptags() == str(declared.title(thing, "en")).strip() != ""
        assert line.path == declared.address(thing)
        (hidden,) = inbox.lines([told], ANONYMOUS, (), "en")
        assert (hidden.title != "") == (hidden.path != "") == (thing.id in seen(declared, ANONYMOUS))
        person = estate.world.memberships.get(role) or estate.world.person
    assert sign_in(app, person).get(line.path).status_code in (200, 303)


@pytest.mark.parametrize("name", DECLARED)
def test_lists_know_the_same_sides_as_messages(estate: Estate, name: str) -> None:
    declared = subjects.kind_of(name)
    rows = {row.id: row for row in db.session.execute(subjects.row_of(declared, select(declared.model)))}
    for thing in every(declared):
        sides: Sides = declared.sides(thing)
        found = rows[thing.id]
        assert (found.company_id, found.startup_id) == (sides.company_id, sides.startup_id)
        assert found.address == declared.address(thing)


def test_a_thing_with_states_that_nobody_declares_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "_machines", workflow.machines() | {"toy": None})
    with pytest.raises(LookupError, match="toy"):
        subjects.check_declarations()


@pytest.mark.parametrize(("path", "columns"), [("/toys/{nothing}", {}), ("/toys/{id}", {"colour": 1})])
def test_declaration_that_lacks_what_others_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, path: str, columns: dict[str, Any]
) -> None:
    monkeypatch.setattr(subjects, "_subjects", subjects.subjects())
    Subject(
        name="toy", model=User, path=path, title=lambda user, _: user.name, visible_to=lambda _: select(User),
        readers_of=lambda _: None, sides=lambda _: Sides(), columns=columns,
    )  # fmt: skip
    with pytest.raises(LookupError, match="toy"):
        subjects.check_declarations()


def test_a_name_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_subjects", subjects.subjects())
    with pytest.raises(LookupError, match="twice"):
        Subject(
            name="call", model=User, path="/", title=lambda user, _: user.name, visible_to=lambda _: select(User),
            readers_of=lambda _: None, sides=lambda _: Sides(), columns={},
        )  # fmt: skip
