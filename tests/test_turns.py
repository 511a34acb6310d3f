"""Every state says whose turn it is, and it is the turn of people who can indeed act."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from marketplace.kernel import policy, subjects, turns, workflow
from marketplace.kernel.audiences import unknown_roles
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.kernel.words import all_words
from tests.estate import Estate

ACTORS = {"company": "company_owner", "startup": "startup_owner", "staff": "manager"}
ELSEWHERE = {("call", "running")}  # the pairs work on their own pages


@pytest.mark.usefixtures("app")
def test_turns_name_people_whom_steps_tell() -> None:
    unknown = {
        (name, state): roles
        for name, machine in workflow.machines().items()
        for state, declared in machine.states.items()
        if (roles := unknown_roles(declared.turn.audience, name))
    }
    assert unknown == {}


@pytest.mark.usefixtures("app")
def test_nothing_is_waited_for_where_it_is_nobodys_turn() -> None:
    states = [state for machine in workflow.machines().values() for state in machine.states.values()]
    assert [state.owner for state in states if state.turn.who == turns.NOBODY.who and state.turn.words] == []


def test_whose_turn_it_is_may_do_something(peopled: tuple[Flask, Estate]) -> None:
    app, estate = peopled
    idle = []
    with app.app_context(), open_unit(), db.session.no_autoflush:
        for name, machine in workflow.machines().items():
            model = subjects.kind_of(name).model
            thing = db.session.get(model, estate.values["late"].get(name + "s", 0))
            for state, declared in machine.states.items() if thing else ():
                acting = [role for role in declared.turn.audience.roles if role in ACTORS]
                idle += [(name, state) for role in acting if not may_act(estate, thing, name, state, role)]
        db.session.rollback()
    assert set(idle) == ELSEWHERE


def may_act(estate: Estate, thing: Any, name: str, state: str, role: str) -> bool:
    """Whether somebody of a role may take a step from a state, or do what moves none."""
    thing.state = state
    steps = {step.name for step in workflow.machine(name).steps if state in step.sources}
    still = {word for word in all_words() if word.startswith(f"{name}.")} - {
        s.name for s in workflow.machine(name).steps
    }
    actor = estate.world.actor(ACTORS[role])
    return any(policy.can(actor, deed, thing) for deed in [*sorted(steps), *sorted(still & set(policy.permissions()))])
