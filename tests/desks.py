"""What waits on the desks of the World's cast: each package checks its own part with these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Collaboration
from marketplace.desk import queries
from marketplace.desk.tasks import task_of, work_of
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.kernel.policy import Actor
from marketplace.kernel.reader import read_as
from marketplace.kernel.unit_of_work import open_unit
from marketplace.kernel.waiting import WORKS
from marketplace.notifications.titles import names
from tests.world import World

# What is made, and which role is asked for what because of it; others for nothing.
Cases = Sequence[tuple[str, Callable[[World], object], dict[str, set[str]]]]
Asked = dict[str, dict[str, set[str]]]
Known = dict[tuple[type, int], str]


def kinds(world: World, role: str) -> list[str]:
    """What waits for a role, in order."""
    return [row.kind for row in queries.tasks(world.actor(role), clock.now())[0]]


def turns(world: World, role: str) -> list[str]:
    """What is under way for a role."""
    return sorted(row.kind for row in queries.under_way(world.actor(role), clock.now())[0])


def make_all(world: World, cases: Cases) -> Known:
    """Make the things of every case; the case that each challenge, call and collaboration is of."""
    case_of: Known = {}
    for name, make, _ in cases:
        make(world)
        for model in (Challenge, Call, Collaboration):
            for id in db.session.scalars(sa.select(model.id)):
                case_of.setdefault((model, id), name)
    return case_of


def expected(cases: Cases) -> Asked:
    """The roles that should be asked, by case and kind of task."""
    return {name: roles for name, _, roles in cases}


def asked(world: World, cases: Cases) -> Asked:
    """The roles that are asked. Tasks have words and are counted, and what is under way says whose turn it is."""
    case_of, now = make_all(world, cases), clock.now()
    found: Asked = {name: {} for name, _, _ in cases}
    for role in World.ROLES:
        actor = world.actor(role)
        with open_unit():
            read_as(actor)  # so that statements are kept from one package's tests to the next
            tasks, total = queries.tasks(actor, now)
            others = queries.under_way(actor, now)[0]
            assert (role, len(tasks), total) == (role, total, db.session.scalar(queries.count_tasks(actor)))
        _read_out(actor, tasks, others)
        for row in tasks:
            if row.kind != "organisation.create":
                found[case_of[_subject_of(row)]].setdefault(row.kind, set()).add(role)
    return found


def _subject_of(row: Any) -> tuple[type, int]:
    if row.challenge_id:
        return Challenge, row.challenge_id
    return (Call, row.call_id) if row.call_id else (Collaboration, row.collaboration_id)


def _read_out(actor: Actor, tasks: Sequence[Row[Any]], others: Sequence[Row[Any]]) -> None:
    now, found = clock.now(), names([*tasks, *others], "en")
    for row in tasks:
        task = task_of(row, found, now, "en")
        assert task.title and "None" not in task.href
    for row in others:
        assert row.kind in WORKS.words
        assert work_of(row, found, now, "en", actor.centre_id is not None).title
